// Takes the changes of a group by their names; hands back the group as the server sends it (see sync.read_groups), and tells
// from the database's answer where each change led.
import type { JsonObject } from '@wedsync/protocol'

export type SentChange = {
  changeId: string
  id: string
  hash: string
  baseVersion: number | null
  data: JsonObject
  base: JsonObject | null
}
export type SentGroup = { table: string; action: 'create' | 'update'; fields: string[]; changes: SentChange[] }

export type LedTo = [changeId: string, version: number, hasMoved: boolean]

export const asSent = ({ table, action, fields, changes }: SentGroup) => ({
  ...{ table, action },
  // of an update, all that anybody names
  fields:
    action === 'create' ? fields : [...new Set(changes.flatMap(({ data, base }) => Object.keys({ ...data, ...base })))],
  ids: `{${changes.map(({ id }) => id).join()}}`,
  changeIds: `{${changes.map(({ changeId }) => changeId).join()}}`,
  changes: changes.map(({ baseVersion, hash, data, base }) => [baseVersion, `\\x${hash}`, data, base, null]),
})

/** `runs`: all of them moved, one behind the other from behind a position, group by group. */
export const ledTo = (
  groups: readonly SentGroup[],
  { runs, settled }: { runs?: number[]; settled?: LedTo[] },
): LedTo[] | undefined =>
  runs
    ? groups.flatMap(({ changes }, at) =>
        changes.map(({ changeId }, nth): LedTo => [changeId, runs[at]! + nth + 1, true]),
      )
    : settled
