// A record from one version's words into another's. Down, for whoever knows less: what they do not know is left out. Up, for a
// device that holds old rows until new ones are loaded. Pure.  Keeps P5, P12.
import { type JsonObject } from '@wedsync/protocol'
import { type Collection } from '../declaration.ts'
import { canonicalOf } from '../read-data.ts'
import { type Schema } from './schema-history.ts'

/** A whole record as that version shows it, with what it still has of fields that are gone; null where it does not know the table. */
export const wholeRecordTold = (schema: Schema, table: string, data: JsonObject): JsonObject | null => {
  const told = recordTold(schema, table, data)
  const gone = schema.wordsOf(table)?.gone
  return told && gone ? { ...told, ...Object.fromEntries([...gone].map(([name, { shown }]) => [name, shown])) } : told
}

/** The record, or a part of it, as that version shows it; null where it does not know the table. */
export const recordTold = (schema: Schema, table: string, data: JsonObject): JsonObject | null => {
  if (!schema.collections.has(table)) return null
  const words = schema.wordsOf(table)
  if (words === null) return data
  const told: JsonObject = {}
  for (const name of Object.keys(data)) {
    const wording = words.byNew.get(name)
    if (wording === undefined) told[name] = data[name]!
    else if (wording !== null) told[wording.was] = wording.told(data[name]!)
  }
  return told
}

/** A record of that version in today's words; what nobody knew then has its default, where `isRead` says it is read. */
export const recordMeant = (
  schema: Schema,
  collection: Collection,
  data: JsonObject,
  isRead: (name: string) => boolean,
): JsonObject => {
  const words = schema.wordsOf(collection.name)
  if (words === null) return data
  const meant: JsonObject = {}
  for (const [name, value] of Object.entries(data)) {
    const wording = words.byOld.get(name)
    if (wording) meant[wording.is] = wording.meant(canonicalOf(wording.then, value))
    else if (!words.byNew.has(name) && !words.gone.has(name)) meant[name] = value
  }
  for (const [name, wording] of words.byNew)
    if (wording === null && isRead(name)) meant[name] = collection.defaults[name] ?? null
  return meant
}

/** What this version can make of a record in words it does not know: what fits its fields, and defaults for the rest. */
export const recordAsFarAsKnown = (
  collection: Collection,
  data: JsonObject,
  isRead: (name: string) => boolean,
): JsonObject =>
  Object.fromEntries(
    collection.fieldNames.flatMap((name) => {
      const value = Object.hasOwn(data, name) ? data[name]! : undefined
      const read = value === undefined || value === null ? null : collection.fields[name]!.read(value)
      if (read?.ok) return [[name, read.value]]
      return value !== undefined || isRead(name) ? [[name, collection.defaults[name] ?? null]] : []
    }),
  )
