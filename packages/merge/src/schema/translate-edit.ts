// An edit made in an older app's words, said in today's. Over what stands, where that is known: what the old app could not
// see is neither taken for seen nor written over, so that detection and rules, which know only today's words, find exactly
// what they would have found.  Keeps P4, P12, P13.
import { sameJson, type Action, type Json, type JsonObject, type WireChange } from '@wedsync/protocol'
import { canonicalOf } from '../read-data.ts'
import { type Schema } from './schema-history.ts'
import { type Wording } from './wording.ts'

export type PastEdit = { readonly action: Action; readonly data: JsonObject; readonly base?: JsonObject | undefined }

/** The record as it stands, and which of its fields moved since the person saw it, as far as positions tell. */
export type Stands = { readonly fields: JsonObject; readonly hasMoved: (name: string) => boolean }

/** The edit in today's words. `data` was checked against the collection of its version. */
export const editMeant = (
  schema: Schema,
  table: string,
  { action, data, base }: PastEdit,
  stands: Stands | null = null,
): { data: JsonObject; base?: JsonObject } => {
  const words = schema.wordsOf(table)
  if (words === null) return { data, ...(base && { base }) }
  const [wanted, seen]: [JsonObject, JsonObject] = [{}, {}]
  for (const [name, value] of Object.entries(data)) {
    if (words.gone.has(name)) continue
    const wording = words.byOld.get(name)
    if (!wording) wanted[name] = value
    else wanted[wording.is] = wantedValue(wording, value, base?.[name], stands)
  }
  for (const [name, value] of Object.entries(base ?? {})) {
    if (words.gone.has(name) || (!words.byOld.has(name) && words.byNew.has(name))) continue
    const wording = words.byOld.get(name)
    const meant = wording ? seenValue(wording, value, stands, action, data[name]) : value
    if (meant !== undefined) seen[wording?.is ?? name] = meant
  }
  return { data: wanted, ...(base && { base: seen }) }
}

/** A field that is no longer kept and into which this edit writes something; null: none. Its author has to be told. */
export const writesIntoGone = (schema: Schema, table: string, { action, data, base }: PastEdit): string | null => {
  if (action === 'delete') return null
  for (const [name, { shown }] of schema.wordsOf(table)?.gone ?? [])
    if (Object.hasOwn(data, name) && !sameJson(data[name], shown) && !sameJson(data[name], base?.[name])) return name
  return null
}

const wantedValue = (wording: Wording, value: Json, before: Json | undefined, stands: Stands | null): Json => {
  const over = stands?.fields[wording.is]
  if (over === undefined) return wording.meant(value)
  return isUntouched(wording, value, before) && sameJson(wording.told(over), value) ? over : wording.laid(value, over)
}

// given back as it was shown: whatever stands behind it, this person did not touch it
const isUntouched = ({ then }: Wording, value: Json | undefined, before: Json | undefined): boolean =>
  value !== undefined && before !== undefined && sameJson(canonicalOf(then, before), value)

/** What the person saw, in today's words; undefined where nobody can say. */
const seenValue = (
  wording: Wording,
  value: Json,
  stands: Stands | null,
  action: Action,
  wanted: Json | undefined,
): Json | undefined => {
  const { then, is } = wording
  const saw = canonicalOf(then, value)
  if (saw !== null && !then.read(saw).ok) return undefined
  const plain = wording.meant(saw)
  const over = stands?.fields[is]
  if (!stands || over === undefined) return plain
  const isAsShown = sameJson(wording.told(over), saw)
  // who deletes what looks as it did has seen all there is to see; who did not touch a field says nothing about it
  if (isAsShown && (isUntouched(wording, wanted, saw) || (action === 'delete' && !stands.hasMoved(is)))) return over
  // a part of it was seen: the others are as they stand, and untouched
  if (!wording.standsFor(saw, over)) return wording.keepsRest ? wording.laid(saw, over) : plain
  if (wording.keepsRest || !stands.hasMoved(is)) return over
  // it moved, and the old word stands for what is there as well: it must not be taken for what was seen
  return sameJson(plain, over) && !wording.isExact(saw) ? undefined : plain
}

/** The names of fields in today's words: of intents, of a failure, of what lies over a record. */
export const nameMeant = (schema: Schema, table: string, name: string): string =>
  schema.wordsOf(table)?.byOld.get(name)?.is ?? name

/** The same the other way; null: that version has no such field. */
export const nameTold = (schema: Schema, table: string, name: string): string | null => {
  const wording = schema.wordsOf(table)?.byNew.get(name)
  return wording === undefined ? name : (wording?.was ?? null)
}

/** What a person meant beside the values, under today's names. */
export const intentsMeant = (schema: Schema, table: string, intents: WireChange['intents']): WireChange['intents'] =>
  intents &&
  Object.fromEntries(Object.entries(intents).map(([name, intent]) => [nameMeant(schema, table, name), intent]))
