// Takes one change as it came; hands back what `Change` reads of it, or what is wrong. Nearly every change has only the
// plain members, each as it should be: those are read by hand, because the schema takes five times as long over fifty of
// them (measured). Whatever else there is goes to the schema; a test holds that nobody could tell the difference.
import { actions, Change, type Action, type WireChange } from './change.ts'
import { isId } from './ids.ts'
import { isJsonObject } from './json.ts'

export type ChangeRead =
  { success: true; data: WireChange } | { success: false; issue: { path: PropertyKey[]; message: string } | undefined }

export const readChange = (raw: unknown): ChangeRead => {
  const plain = readPlainChange(raw)
  if (plain) return { success: true, data: plain }
  const read = Change.safeParse(raw)
  return read.success ? read : { success: false, issue: read.error.issues[0] }
}

/** Null: not plain, which may still be right. */
export const readPlainChange = (raw: unknown): WireChange | null => {
  if (!isJsonObject(raw)) return null
  const { changeId, groupId, action, table, id, baseVersion, data, base, timestamp, checksum, schemaVersion } = raw
  if (raw['after'] !== undefined || raw['intents'] !== undefined || raw['fromBefore'] !== undefined) return null
  if (!isId(changeId) || !isId(id) || !(groupId === undefined || isId(groupId))) return null
  if (!isAction(action) || typeof table !== 'string' || table.length < 1 || table.length > 100) return null
  if (!(baseVersion === undefined || baseVersion === null || isVersion(baseVersion))) return null
  if (!isJsonObject(data) || !(base === undefined || isJsonObject(base))) return null
  if (!(timestamp === undefined || (typeof timestamp === 'string' && timestamp.length <= 64))) return null
  if (!(checksum === undefined || isChecksum(checksum))) return null
  if (!(schemaVersion === undefined || isVersion(schemaVersion))) return null
  const change: WireChange = { changeId: changeId.toLowerCase(), action, table, id: id.toLowerCase(), data }
  if (groupId !== undefined) change.groupId = groupId.toLowerCase()
  if (baseVersion !== undefined) change.baseVersion = baseVersion
  if (base !== undefined) change.base = base
  if (timestamp !== undefined) change.timestamp = timestamp
  if (checksum !== undefined) change.checksum = checksum
  if (schemaVersion !== undefined) change.schemaVersion = schemaVersion
  return change
}

const isAction = (value: unknown): value is Action => (actions as readonly unknown[]).includes(value)
const isVersion = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
const isChecksum = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/i.test(value)
