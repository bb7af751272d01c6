// Takes a change of a batch; answers of a record that is in its way whether a later change moves it out of it: two guests who change
// places are in nobody's way, unless the database has said that they are.
import { isSameKey } from '@wedsync/merge'
import type { JsonObject } from '@wedsync/protocol'
import type { State } from './batch-state.ts'
import { keyOf } from './key-of.ts'
import type { StoredRow } from './opened-batch.ts'
import { wholesOf, type Standing } from './rivals.ts'
import type { ReadChange } from './read-changes.ts'

/**
 * A later change of the same action, which goes in with it or not at all; what else came in the same request is another matter. The
 * database looks when all of it is in, and where it says that two are in one another's way after all, nobody is taken to be leaving.
 */
export const leavingAfter =
  ({ index, groupId, changeId }: ReadChange, { changes, collections, opened, clashed, undone }: State) =>
  (row: StoredRow, list: readonly string[], fields: JsonObject): boolean => {
    if (clashed?.has(groupId ?? changeId)) return false
    const to = changes.filter(
      (one) =>
        one.index > index &&
        !one.refusal &&
        !one.wish &&
        !undone?.has(one.changeId) &&
        !opened.known[one.changeId] &&
        groupId !== null &&
        one.groupId === groupId,
    )
    const wholes = wholesOf(collections.get(row.table) ?? { refersTo: {} }, row.fields)
    if (to.some(({ action, change }) => action === 'delete' && change && wholes.includes(keyOf(change)))) return true
    const later = to.filter(({ change }) => change && keyOf(change) === keyOf(row))
    if (later.length === 0) return false
    const isGone = later.some(({ action }) => action === 'delete')
    const then = Object.assign({}, row.fields, ...later.map(({ change }) => change?.data ?? {})) as JsonObject
    return isGone || !isSameKey(list, then, fields)
  }

/**
 * What stands for this change. Where a team's own constraint looks at once, not when all of an action is in, what the action moves
 * away is in its way: then a person is asked, and nothing fails.
 */
export const standingFor = ({ groupId }: ReadChange, { table, opened, changes, clashed }: State): Standing => {
  if (groupId === null || !clashed?.has(groupId)) return { table, opened }
  const moved = new Set(changes.flatMap((one) => (one.groupId === groupId && one.change ? [keyOf(one.change)] : [])))
  return { table, opened, before: opened.stored.filter((row) => moved.has(keyOf(row))) }
}
