// Takes a fresh record and the changes of this device that still wait; hands the screen what the person should see:
// their own edits, on top of everyone else's. Nobody sees their own edit flicker.  Keeps P6.
import { type Action, type Json, type JsonObject } from '@wedsync/protocol'
import { type Collection } from './declaration.ts'
import { editLaid, keyingOf, type Keying } from './keyed-values.ts'

export type WaitingEdit = {
  readonly action: Action
  readonly data: JsonObject
  /** What the person saw; with it, a field with parts is laid over part by part. */
  readonly base?: JsonObject | null | undefined
}

/**
 * The record with the waiting edits laid over it, oldest first; null when there is none to see.
 * With `collection`, a field with parts keeps everyone else's parts.
 */
export const rebase = (
  base: JsonObject | null,
  waiting: readonly WaitingEdit[],
  collection?: Collection,
): JsonObject | null => {
  let seen = base
  let last = base
  for (const edit of waiting) {
    if (edit.action === 'delete') seen = null
    else if (edit.action === 'create') seen = { ...seen, ...edit.data }
    else if (edit.action === 'restore') seen = last === null && isEmpty(edit.data) ? null : { ...last, ...edit.data }
    else if (seen !== null) seen = { ...seen, ...laidOver(seen, edit, collection) }
    last = seen ?? last
  }
  return seen
}

const isEmpty = (data: JsonObject): boolean => Object.keys(data).length === 0

const laidOver = (seen: JsonObject, { data, base }: WaitingEdit, collection: Collection | undefined): JsonObject =>
  Object.fromEntries(
    Object.entries(data).map(([name, value]) => {
      const before = base && Object.hasOwn(base, name) ? base[name]! : undefined
      const declared = collection?.fieldOf(name)
      const keying = declared ? keyingOf(declared) : null
      return [
        name,
        keying && before !== undefined
          ? partsLaidOver(seen[name] ?? (keying.by === null ? {} : []), value, before, keying)
          : value,
      ]
    }),
  )

// what the person touched, over what stands, in their order where they moved its lines about; where nobody can tell, the whole of it
const partsLaidOver = (seen: Json, wanted: Json, before: Json, { by }: Keying): Json =>
  editLaid(wanted, before, seen, by) ?? wanted
