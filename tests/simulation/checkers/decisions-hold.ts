// P3, of what a person decided: each value that a decision says it gave a field is written under it, or stood there already. What was left
// out without a word would be lost: nobody looks again at what is decided.
import { sameJson, type Json } from '@wedsync/protocol'
import type { Happening } from '../world/events.ts'
import { rowKey, type ConflictRow, type Line, type Row } from '../model/rows.ts'
import type { Reads } from '../model/state.ts'
import type { Report } from './checker.ts'
import { short } from './checker.ts'

/** Takes what was committed, and what stands since; reports the fields whose value is not as their decision says. */
export const decisionsHold = ({ written }: Happening & { what: 'committed' }, reads: Reads, report: Report): void => {
  const lines = ([...(written.get('history')?.values() ?? [])] as (readonly Line[])[]).flat()
  for (const row of (written.get('conflict')?.values() ?? []) as Iterable<ConflictRow | undefined>) {
    if (!row?.decisionId || row.status !== 'resolved') continue
    for (const { field, choice, resolved, ...where } of row.fields) {
      if (choice === undefined || choice === 'server' || resolved === undefined) continue
      const [table, id] = [where.table ?? row.table, where.id ?? row.id]
      const ofRecord = lines.filter((line) => line.table === table && line.id === id)
      const stands = reads.get<Row>('row', rowKey(table, id))?.[field]
      if (!isHeld(ofRecord, row.decisionId, field, resolved, stands))
        report(
          `${short(row.decisionId)} gave ${table}/${short(id)} ${field} = ${JSON.stringify(resolved)}, and it is not there`,
        )
    }
  }
}

// a field it wrote nothing of stood so already
const isHeld = (
  ofRecord: readonly Line[],
  decisionId: string,
  field: string,
  resolved: Json,
  stands: Json | undefined,
): boolean => {
  const own = ofRecord.find(({ changeId, after }) => changeId === decisionId && after && Object.hasOwn(after, field))
  if (own) return sameJson(own.after![field], resolved)
  return (
    (ofRecord.length === 0 && stands !== undefined && sameJson(stands, resolved)) ||
    ofRecord.some(({ before, after }) => [before, after].some((one) => one && sameJson(one[field] ?? null, resolved)))
  )
}
