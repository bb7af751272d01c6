// P4: nothing that its author had not seen is overwritten without a conflict row that holds both values. And the other way round:
// nothing is contested that its author had seen, and nobody's own earlier edit.
import { sameJson, type Json, type JsonObject } from '@wedsync/protocol'
import { inOrganization, type ConflictRow, type LedgerRow, type Line } from '../model/rows.ts'
import { allLines, short, type MakeChecker } from './checker.ts'
import type { Happening } from '../world/events.ts'

export const notOverwritten: MakeChecker = (world, report) => {
  // as each change was first written down: what it carried is forgotten when a season has passed
  const ledger: Ledger = new Map()
  const hear = (happening: Happening) => {
    if (happening.what !== 'committed') return
    for (const [key, row] of (happening.written.get('ledger') ?? new Map()) as Map<string, LedgerRow | undefined>)
      if (row && (row.data !== null || !ledger.has(key))) ledger.set(key, row)
  }
  const conclude = () => {
    const conflicts = [...world.model.reads.all<ConflictRow>('conflict')].map(([, row]) => row)
    for (const line of allLines(world)) {
      if (line.changeId === null || line.userId === null || line.action === 'create') continue
      for (const [field, before] of Object.entries(line.before ?? {})) {
        const after = line.after?.[field]
        // nothing is lost of a field that holds nothing
        if (line.action === 'delete' && before === null) continue
        const seen = valuesSeen(ledger, line, field)
        if (isSeen(before, after, seen)) continue
        if (conflicts.some((conflict) => holdsBoth(conflict, line, field, before))) continue
        report(
          `${short(line.changeId)} wrote over ${field} = ${JSON.stringify(before)} of ${line.table}/${short(line.id)} at ${line.position}; seen was ${JSON.stringify(seen)}, and no conflict says so`,
        )
      }
    }
  }
  return { hear, conclude }
}

type Ledger = Map<string, LedgerRow>

const isSeen = (before: Json, after: Json | undefined, seen: readonly Json[]): boolean => {
  if (seen.some((value) => sameJson(value, before))) return true
  if (!isLabels(before) || !isLabels(after)) return false
  const touched = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (label) => !sameJson(before[label] ?? null, after[label] ?? null),
  )
  return touched.every((label) =>
    seen.some((value) => isLabels(value) && sameJson(value[label] ?? null, before[label] ?? null)),
  )
}

const isLabels = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

// what the change says it saw, and what earlier changes of its chain wrote themselves
const valuesSeen = (ledger: Ledger, line: Line, field: string): Json[] => {
  const values: Json[] = []
  for (let changeId: string | null = line.changeId; changeId !== null;) {
    const row = ledger.get(inOrganization(line.organizationId, changeId))
    if (!row) break
    const [data, base] = [row.data as JsonObject | null, row.base as JsonObject | null]
    if (base && Object.hasOwn(base, field)) values.push(base[field]!)
    if (changeId !== line.changeId && data && Object.hasOwn(data, field)) values.push(data[field]!)
    // a restored record had these values last, whoever saw them
    if (row.action === 'create' || row.action === 'restore') break
    changeId = (row.more?.['after'] as string | undefined) ?? null
  }
  return values
}

const holdsBoth = (conflict: ConflictRow, line: Line, field: string, before: Json): boolean =>
  (conflict.changeId === line.changeId || conflict.decisionId === line.changeId) &&
  conflict.organizationId === line.organizationId &&
  conflict.fields.some(
    (one) =>
      one.field === field &&
      (one.table ?? conflict.table) === line.table &&
      (one.id ?? conflict.id) === line.id &&
      sameJson(one.server ?? null, before),
  )
