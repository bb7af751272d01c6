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
  ({ index, groupId }: ReadChange, { changes, collections, opened, clashed, undone }: State) =>
  (row: StoredRow, list: readonly string[], fields: JsonObject): boolean => {
    if (groupId === null || clashed?.has(groupId)) return false
    const later = changes.flatMap((one) =>
      one.groupId === groupId &&
      one.index > index &&
      !one.refusal &&
      !undone.has(one.changeId) &&
      !opened.known[one.changeId]
        ? [one.change]
        : [],
    )
    const gone = [keyOf(row), ...wholesOf(collections.get(row.table) ?? { refersTo: {} }, row.fields)]
    if (later.some((change) => change.action === 'delete' && gone.includes(keyOf(change)))) return true
    const own = later.filter((change) => keyOf(change) === keyOf(row))
    const then = Object.assign({}, row.fields, ...own.map(({ data }) => data)) as JsonObject
    return own.length > 0 && !isSameKey(list, then, fields)
  }

/**
 * What stands for this change. Where a team's own constraint looks at once, not when all of an action is in, what the action moves
 * away is in its way: then a person is asked, and nothing fails.
 */
export const standingFor = ({ groupId }: ReadChange, { table, opened, changes, clashed }: State): Standing => {
  if (groupId === null || !clashed?.has(groupId)) return { table, opened }
  const moved = new Set(
    changes.flatMap((one) => (one.groupId === groupId && !one.refusal && one.change ? [keyOf(one.change)] : [])),
  )
  return { table, opened, before: opened.stored.filter((row) => moved.has(keyOf(row))) }
}
