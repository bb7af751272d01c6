// P4: nothing that its author had not seen is overwritten without a conflict row that holds both values, and what somebody
// deleted comes back only by a decision, or where its author says so. Gathers what was committed and seen; written-over.ts judges.
import type { Schema } from '@wedsync/merge'
import type { JsonObject } from '@wedsync/protocol'
import { weddingSchemas } from '@wedsync/wedding'
import type { ConflictRow, LedgerRow, Waiting } from '../model/rows.ts'
import type { Happening } from '../world/events.ts'
import { allLines, short, type MakeChecker } from './checker.ts'
import { hasParts } from './parts-in.ts'
import { writtenOver } from './written-over.ts'

export const notOverwritten: MakeChecker = (world, report) => {
  // what a change carried is forgotten when a season has passed
  const ledger = new Map<string, LedgerRow>()
  const conflicts: ConflictRow[] = []
  const saved = new Map<string, JsonObject[]>()
  const past = new Map<string, Schema>()
  const waited = new Map<string, Set<string>>()
  const hear = (happening: Happening) => {
    if (happening.what === 'saved') {
      const { changeId, change, table } = happening.entry
      // who edits again before the first word was sent has seen more by then; of parts, what they saw tells which they touched
      const looked = Object.entries(happening.seen).filter(([field]) => hasParts(table, field))
      saved.set(changeId, [...(saved.get(changeId) ?? []), change.base ?? {}, Object.fromEntries(looked)])
      const words = weddingSchemas.past(change.schemaVersion ?? weddingSchemas.current)
      if (words) past.set(changeId, words)
    }
    if (happening.what !== 'committed') return
    for (const [key, row] of (happening.written.get('ledger') ?? new Map()) as Map<string, LedgerRow | undefined>)
      if (row && (row.data !== null || !ledger.has(key))) ledger.set(key, row)
    for (const [, one] of (happening.written.get('waiting') ?? new Map()) as Map<string, Waiting | undefined>)
      if (one) waited.set(one.conflictId, (waited.get(one.conflictId) ?? new Set<string>()).add(one.changeId))
    for (const [, row] of (happening.written.get('conflict') ?? new Map()) as Map<string, ConflictRow | undefined>)
      if (row) conflicts.push(row)
  }
  const conclude = () => {
    for (const unseen of writtenOver({ lines: allLines(world), ledger, saved, past, conflicts, waited })) {
      const { changeId, table, id, position } = unseen.line
      if (unseen.what === 'broughtBack')
        report(`${short(changeId)} brought ${table}/${short(id)} back, which somebody had deleted`)
      else
        report(
          `${short(changeId)} wrote over ${unseen.parts ? `${unseen.parts.join(', ')} in ` : ''}${unseen.field} = ${JSON.stringify(unseen.before)} of ${table}/${short(id)} at ${position}; seen was ${JSON.stringify(unseen.seen)}, and no conflict says so`,
        )
    }
  }
  return { hear, conclude }
}
