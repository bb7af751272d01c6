// What of the review queue is for those in charge alone. In come a conflict, or what a decision would write, and who decides; out goes whether
// it is held from them. The second wall is sync.may_decide.  Keeps P4, P7.
import { approvalRule, freezeDeciders, freezeRule, isAmong, type Collection, type Holds } from '@wedsync/merge'
import { recordOf } from './contested-record.ts'
import { keyOf } from './key-of.ts'
import type { DecidedConflict, StoredRow } from './opened-batch.ts'
import type { Write } from './write.ts'

/** Whether something of it waits for the lead, or for somebody's word, and this is somebody else. */
export const isHeldFrom = (
  conflict: DecidedConflict,
  authority: string,
  collections: ReadonlyMap<string, Collection>,
): boolean =>
  conflict.fields.some((field) => {
    if (field.rule === freezeRule) return !freezeDeciders.includes(authority)
    if (field.rule !== approvalRule) return false
    const roles = collections.get(recordOf(conflict, field).table)?.fieldOf(field.field)?.approval?.by ?? []
    return !isAmong(roles, authority)
  })

/** Whether a decision of theirs would change what is held now, though nothing of it was when the conflict began. */
export const isHeldWrite = (
  write: Write,
  known: {
    table: ReadonlyMap<string, StoredRow>
    collections: ReadonlyMap<string, Collection>
    holds: (row: StoredRow, collection: Collection) => Holds
  },
): boolean => {
  const [row, collection] = [known.table.get(keyOf(write)), known.collections.get(write.table)]
  // what comes back from the dead is made anew
  if (!row || row.isDeleted || !collection) return false
  const holds = known.holds(row, collection)
  return write.action === 'delete'
    ? collection.fieldNames.some((name) => Object.hasOwn(row.fields ?? {}, name) && holds(name, undefined) !== null)
    : Object.entries(write.data).some(([name, value]) => holds(name, value) !== null)
}
