// Values whose parts have names, as the checkers read them: the lines of a checklist by id, and of a line its text and its tick; answers
// by question; numbers by label. Says by itself which fields these are and shares no line with the merge, which it judges.
import { isJsonObject, type Json } from '@wedsync/protocol'

/** By field: what tells the entries of its list apart; null where the value names its parts itself. */
export const fieldsWithParts: Readonly<Record<string, string | null>> = {
  'tasks.checklist': 'id',
  'form_responses.answers': null,
  'vendor_contacts.phones': null,
}

export const hasParts = (table: string, field: string): boolean => Object.hasOwn(fieldsWithParts, `${table}.${field}`)

/** Each part, and that it is there, by its name; null for what has none. Of no value, and of one that nobody gave, no part is there. */
export const partsIn = (table: string, field: string, value: Json | undefined): ReadonlyMap<string, string> | null => {
  if (!hasParts(table, field)) return null
  const by = fieldsWithParts[`${table}.${field}`]!
  const found = new Map<string, string>()
  if (value === null || value === undefined) return found
  if (by === null) {
    if (!isJsonObject(value)) return null
    for (const name of Object.keys(value)) found.set(name, JSON.stringify(value[name]))
    return found
  }
  if (!Array.isArray(value)) return null
  for (const entry of value) {
    const called = isJsonObject(entry) ? entry[by] : undefined
    if (!isJsonObject(entry) || typeof called !== 'string') return null
    found.set(called, 'there')
    for (const name of Object.keys(entry))
      if (name !== by) found.set(`${called} · ${name}`, JSON.stringify(entry[name]))
  }
  return found
}

/** The names under which one differs from the other, those included that only one of them has. */
export const namesApart = (one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): string[] =>
  [...new Set([...one.keys(), ...other.keys()])].filter((name) => one.get(name) !== other.get(name))
