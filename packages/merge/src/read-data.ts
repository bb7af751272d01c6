// Takes the data of one change as it came; hands on what may be stored, in its one canonical form, or the list of
// everything that is wrong with it. Keys are taken one by one from what was declared, so `__proto__` is a name that
// nobody declared, and nothing else.  Keeps P12, P13.
import { isId, sameJson, type Action, type Json, type JsonObject } from '@wedsync/protocol'
import { type Collection } from './declaration.ts'
import { isNeverNull, type Field } from './field.ts'

export type DataProblem = {
  readonly field: string
  readonly code: 'unknown_field' | 'missing_field' | 'invalid_value'
  readonly message: string
}

export type DataRead =
  { readonly ok: true; readonly data: JsonObject } | { readonly ok: false; readonly problems: DataProblem[] }

/** What is known of the record besides its data: its id, and for an existing one the wedding it belongs to. */
export type KnownOfRecord = { readonly id?: string; readonly scope?: string | null }

/**
 * Canonical data, or what is wrong. A create comes back whole, with its defaults; a delete carries none.
 * `client_id` of the table of weddings itself, and a repeated fixed field, say nothing new and are left out.
 */
export const readData = (
  collection: Collection,
  action: Action,
  data: JsonObject,
  known: KnownOfRecord = {},
): DataRead => {
  const problems: DataProblem[] = []
  // only declared names are assigned, and `__proto__` cannot be declared
  const read: JsonObject = {}
  for (const name of Object.keys(data)) {
    const value = data[name]!
    const declared = collection.fieldOf(name)
    if (declared === null) {
      const problem = problemOfUndeclared(collection, name, value, known)
      if (problem) problems.push(problem)
    } else if (declared.isFixed && action !== 'create') {
      if (known.scope === undefined || !sameJson(lowerCaseOf(value), known.scope)) problems.push(isFixedFor(name))
    } else {
      const answer = readField(declared, action, value)
      if (answer === 'absent') continue
      if (answer.ok) read[name] = answer.value
      else problems.push({ field: name, code: 'invalid_value', message: answer.message })
    }
  }
  if (action === 'create') problems.push(...missingIn(collection, read, problems), ...waitsForItself(collection, read))
  if (problems.length > 0) return { ok: false, problems }
  if (action === 'delete') return { ok: true, data: {} }
  return { ok: true, data: action === 'create' ? { ...collection.defaults, ...read } : read }
}

/** The values a person saw, in canonical form; what is no field is left out, what cannot be read stays as it is. */
export const readBase = (collection: Collection, base: JsonObject | null | undefined): JsonObject => {
  const read: JsonObject = {}
  for (const [name, value] of Object.entries(base ?? {})) {
    const declared = collection.fieldOf(name)
    if (declared) read[name] = canonicalOf(declared, value)
  }
  return read
}

/** A value in its field's one spelling; one the field refuses stays as it is, for comparing only. */
export const canonicalOf = ({ read }: Field, value: Json): Json => {
  if (value === null) return null
  const answer = read(value)
  return answer.ok ? answer.value : value
}

const readField = (field: Field, action: Action, value: Json) => {
  if (value !== null) return field.read(value)
  if (!isNeverNull(field)) return { ok: true, value: null } as const
  // news spells every null out; in a create an empty field means the same as none
  return action === 'create' ? 'absent' : ({ ok: false, message: 'This cannot be empty.' } as const)
}

const problemOfUndeclared = (
  { isScope }: Collection,
  name: string,
  value: Json,
  { id }: KnownOfRecord,
): DataProblem | null => {
  if (!isScope || name !== 'client_id') {
    return { field: name, code: 'unknown_field', message: 'There is no such field.' }
  }
  if (isId(value) && (id === undefined || value.toLowerCase() === id.toLowerCase())) return null
  return { field: name, code: 'invalid_value', message: 'A wedding belongs to itself.' }
}

const missingIn = ({ requiredNames }: Collection, read: JsonObject, problems: readonly DataProblem[]): DataProblem[] =>
  requiredNames
    .filter((name) => !Object.hasOwn(read, name) && !problems.some(({ field }) => field === name))
    .map((field) => ({ field, code: 'missing_field', message: 'This is needed.' }))

const waitsForItself = ({ acyclic }: Collection, read: JsonObject): DataProblem[] =>
  acyclic !== null && read[acyclic.to] !== undefined && read[acyclic.to] === read[acyclic.from]
    ? [{ field: acyclic.to, code: 'invalid_value', message: 'This would wait for itself.' }]
    : []

const isFixedFor = (field: string): DataProblem => ({
  field,
  code: 'invalid_value',
  message: 'This is given once, when the record is made, and stays.',
})

const lowerCaseOf = (value: Json): Json => (typeof value === 'string' ? value.toLowerCase() : value)
