// Values a field can hold, and records of a table, for properties that are held against hundreds of them. For tests only.
import { type Collection, type Field } from '@wedsync/merge'
import { type Json, type JsonObject } from '@wedsync/protocol'
import fc from 'fast-check'

const phones = fc.integer({ min: 1_000_000, max: 9_999_999 }).map((digits) => `+44${digits}`)
const byKind: Record<string, (field: Field) => fc.Arbitrary<Json>> = {
  one_of: ({ options }) => fc.constantFrom(...options!),
  bool: () => fc.boolean(),
  wall_time: () => fc.constantFrom('2026-06-20T15:30', '2026-06-20T16:00', '2026-06-21T00:15'),
  labels: () => fc.dictionary(fc.constantFrom('mobile', 'office', 'van'), phones),
  text: () => fc.oneof(phones, fc.constantFrom('Barn', 'Orchard')),
  long_text: () => fc.constantFrom('ramp at the side door', 'needs a quiet corner'),
}

/** What the field accepts, in its one spelling; null where it may be empty. */
export const someValue = (field: Field): fc.Arbitrary<Json> => {
  const make = byKind[field.kind]
  if (!make) throw new Error(`say what a value of kind ${field.kind} looks like`)
  const value = make(field)
    .map((one) => field.read(one))
    .filter((read) => read.ok)
    .map((read) => (read as { value: Json }).value)
  const isNeverNull = field.isRequired || field.defaultValue !== null
  return isNeverNull ? value : fc.oneof({ weight: 4, arbitrary: value }, fc.constant(null))
}

/** Some fields of a record, each with some value. */
export const someFields = ({ fields }: Collection, names: readonly string[]): fc.Arbitrary<JsonObject> =>
  fc
    .subarray([...names])
    .chain((some) => fc.record(Object.fromEntries(some.map((name) => [name, someValue(fields[name]!)]))))
