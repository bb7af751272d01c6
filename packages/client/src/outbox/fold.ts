// Takes the newest entry of a record and a new edit; hands on the entry with the edit folded in, or null when the edit
// needs an entry of its own. What the person saw under the first edit stays the base.  Keeps P3 (rule 17).
import { isPutTogether, type Collection } from '@wedsync/merge'
import { sameJson } from '@wedsync/protocol'
import { type Entry } from './entry.ts'

/** Folds an edit into the newest entry of its record, where nobody could tell the difference. */
export const folded = (
  newest: Entry | undefined,
  edit: Entry['change'],
  isLaidOver: boolean,
  collection: Collection,
): Entry | null => {
  if (!newest || !isLaidOver || newest.state !== 'waiting' || newest.isFrozen || edit.action !== 'update') return null
  const before = newest.change
  if (before.action !== 'create' && before.action !== 'update') return null
  if (before.intents || edit.intents || before.groupId !== edit.groupId) return null
  // made before the app was upgraded: it goes as it is
  if (before.schemaVersion !== edit.schemaVersion) return null
  if (isSeenOtherwise(before, edit, collection)) return null
  if (before.action === 'create') return { ...newest, change: { ...before, data: { ...before.data, ...edit.data } } }
  const isContained = Object.keys(edit.data).every((field) => Object.hasOwn(before.data, field))
  const isSameBase =
    (before.baseVersion ?? null) === (edit.baseVersion ?? null) &&
    (before.fromBefore ?? false) === (edit.fromBefore ?? false)
  if (!isContained && !isSameBase) return null
  return {
    ...newest,
    change: { ...before, data: { ...before.data, ...edit.data }, base: { ...edit.base, ...before.base } },
  }
}

// of what can be put together both edits say what they touched by what its person saw: one of the two would have to stand for both
const isSeenOtherwise = (before: Entry['change'], edit: Entry['change'], collection: Collection): boolean =>
  Object.keys(edit.data).some((name) => {
    const field = collection.fieldOf(name)
    const seen = edit.base?.[name]
    return field !== null && isPutTogether(field) && seen !== undefined && Object.hasOwn(before.data, name) && !sameJson(seen, before.data[name]) // prettier-ignore
  })
