// Values whose parts have names of their own: phone numbers by label, answers by question, the lines of a checklist by id. In come
// two such values; out goes which names they differ under, and the one with some names as the other has them.  Keeps P4, P12.
import { isJsonObject, sameJson, type Json } from '@wedsync/protocol'
import { type Field } from './field.ts'

/** How the parts of a field's value are told apart: by name, or, in a list, by this part of each. Null: it has no parts. */
export type Keying = { readonly by: string | null }

/** Null for a field that is compared whole. */
export const keyingOf = ({ kind, rule, keyedBy }: Field): Keying | null =>
  kind === 'labels' || (rule.name === 'keyed' && kind === 'answers')
    ? { by: null }
    : rule.name === 'keyed' && keyedBy !== undefined
      ? { by: keyedBy }
      : null

/** The parts by their names, in the order in which they stand; null for a value that has none. */
export const partsOf = (value: Json | undefined, by: string | null): ReadonlyMap<string, Json> | null => {
  if (by === null) return isJsonObject(value) ? new Map(Object.entries(value)) : null
  if (!Array.isArray(value)) return null
  const parts = new Map<string, Json>()
  for (const entry of value) {
    const name = isJsonObject(entry) ? entry[by] : undefined
    if (typeof name !== 'string' || parts.has(name)) return null
    parts.set(name, entry)
  }
  return parts
}

/** The names under which two values differ, one having it and the other not included; null where one of them has no parts. */
export const keysApart = (one: Json | undefined, other: Json | undefined, by: string | null): string[] | null => {
  const [first, second] = [partsOf(one, by), partsOf(other, by)]
  if (!first || !second) return null
  return [...new Set([...first.keys(), ...second.keys()])].filter((key) => !isSamePart(first.get(key), second.get(key)))
}

/** `over` with those names as `from` has them: another part, or none. A list keeps its order; what is new joins at its end, as `from` has it. */
export const keysLaid = (over: Json, from: Json, keys: readonly string[], by: string | null): Json => {
  const [below, above] = [partsOf(over, by)!, partsOf(from, by)!]
  const laid = new Map(below)
  for (const key of keys) if (!above.has(key)) laid.delete(key)
  for (const [key, part] of above) if (keys.includes(key)) laid.set(key, part)
  return valueOf(laid, by)
}

/**
 * A side of a conflict once what it stands against moved from `before` to `over`: only the parts in which they differed are its own, and, where
 * it moved the lines of a list about, their order. Null: it has no parts.
 */
export const sideLaid = (side: Json | undefined, before: Json, over: Json, by: string | null): Json | null => {
  const own = keysApart(side, before, by)
  if (side === undefined || !own || !keysApart(over, side, by)) return null
  const laid = keysLaid(over, side, own, by)
  return isSameOrder(before, side, by) ? laid : keysLaid(side, laid, keysApart(side, laid, by)!, by)
}

/**
 * What an edit from `before` to `wanted` makes of `over`: the parts it altered, and of a list's entry that all three have only those of the
 * entry's own parts. Whoever ticks a line on an older sheet has said nothing about its words. Null: it has no parts.
 */
export const editLaid = (wanted: Json | undefined, before: Json, over: Json, by: string | null): Json | null =>
  sideLaid(wanted === undefined ? wanted : entriesLaid(wanted, before, over, by), before, over, by)

/** `wanted`, with each entry that it altered as the edit means the one that `over` has. */
export const entriesLaid = (wanted: Json, before: Json | undefined, over: Json, by: string | null): Json => {
  if (by === null) return wanted
  const [seen, below, altered] = [partsOf(before, by), partsOf(over, by), keysApart(before, wanted, by)]
  if (!seen || !below || !altered) return wanted
  const entries = [...partsOf(wanted, by)!].map(([key, entry]): [string, Json] => {
    const [was, stands] = [seen.get(key), below.get(key)]
    return [
      key,
      altered.includes(key) && was && stands ? keysLaid(stands, entry, keysApart(was, entry, null)!, null) : entry,
    ]
  })
  return valueOf(new Map(entries), by)
}

/** The value that has these parts. */
export const valueOf = (parts: ReadonlyMap<string, Json>, by: string | null): Json =>
  by === null ? Object.fromEntries<Json>([...parts].sort(byName)) : [...parts.values()]

/** Whether the names that both have stand in the same order. What has no order is always in order. */
export const isSameOrder = (one: Json, other: Json, by: string | null): boolean => {
  if (by === null) return true
  const [first, second] = [partsOf(one, by), partsOf(other, by)]
  if (!first || !second) return false
  const shared = (parts: ReadonlyMap<string, Json>, others: ReadonlyMap<string, Json>) =>
    [...parts.keys()].filter((key) => others.has(key))
  return sameJson(shared(first, second), shared(second, first))
}

const isSamePart = (one: Json | undefined, other: Json | undefined): boolean =>
  one === undefined || other === undefined ? one === other : sameJson(one, other)

const byName = ([one]: readonly [string, Json], [other]: readonly [string, Json]) => (one < other ? -1 : 1)
