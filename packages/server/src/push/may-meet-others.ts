// Takes a change and its table; answers whether somebody else may hold what it wants, may be what it makes, or may wait for it already. Such
// a change is decided, one after the other, and never written at a glance.
import { namesOfAlike, type Collection } from '@wedsync/merge'
import type { Action, JsonObject } from '@wedsync/protocol'

/** In the organization's own tables nobody is asked: who works where, and as whom, is not for a coordinator to settle. */
export const listsOf = ({ scope, unique }: Collection): readonly (readonly string[])[] =>
  scope === 'wedding' ? unique : []

/** Whether records of a table may be in one another's way at all. */
export const isAskedAbout = (collection: Collection | undefined): boolean =>
  collection !== undefined &&
  (listsOf(collection).length > 0 || collection.alike.length > 0 || collection.acyclic !== null)

export const mayMeetOthers = (collection: Collection, action: Action, data: JsonObject): boolean => {
  if (!isAskedAbout(collection)) return false
  const names = [...listsOf(collection).flat(), ...collection.alike.flatMap(namesOfAlike)]
  return action === 'create' || names.some((name) => Object.hasOwn(data, name))
}
