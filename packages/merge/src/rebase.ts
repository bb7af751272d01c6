// Takes a fresh record and the changes of this device that still wait; hands the screen what the person should see:
// their own edits, on top of everyone else's. Nobody sees their own edit flicker.  Keeps P6.
import { isJsonObject, sameJson, type Action, type Json, type JsonObject } from '@wedsync/protocol'
import { type Collection } from './declaration.ts'

export type WaitingEdit = {
  readonly action: Action
  readonly data: JsonObject
  /** What the person saw; with it, labels of one field are laid over label by label. */
  readonly base?: JsonObject | null | undefined
}

/**
 * The record with the waiting edits laid over it, oldest first; null when there is none to see.
 * With `collection`, a field with labels keeps everyone else's labels.
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
      const isLabelled = collection?.fieldOf(name)?.kind === 'labels'
      return [name, isLabelled && before !== undefined ? labelsLaidOver(seen[name] ?? {}, value, before) : value]
    }),
  )

const labelsLaidOver = (seen: Json, wanted: Json, before: Json): Json => {
  if (!isJsonObject(seen) || !isJsonObject(wanted) || !isJsonObject(before)) return wanted
  const keys = [...new Set([...Object.keys(seen), ...Object.keys(wanted)])].sort()
  return Object.fromEntries(
    keys.flatMap((key): [string, Json][] => {
      const isTouched = !sameJson(own(before, key), own(wanted, key))
      const value = own(isTouched ? wanted : seen, key)
      return value === undefined ? [] : [[key, value]]
    }),
  )
}

const own = (value: JsonObject, key: string): Json | undefined => (Object.hasOwn(value, key) ? value[key] : undefined)
