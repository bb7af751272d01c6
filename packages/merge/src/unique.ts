// What only one record of a scope may hold: a seat, a guest's place. In come a table, one of its lists and values; out goes whether
// two records get in one another's way, which field gives way where they do, and the nearest number that is free.
import { sameJson, type JsonObject } from '@wedsync/protocol'
import { type Collection } from './declaration.ts'

/** Whether both hold the same in all of these fields. Nothing in one of them gets in nobody's way, as in PostgreSQL. */
export const isSameKey = (list: readonly string[], one: JsonObject, other: JsonObject): boolean =>
  list.every((name) => (one[name] ?? null) !== null && sameJson(one[name] ?? null, other[name] ?? null))

/** The field of a list without which a record can do: whoever comes second has none yet. Null: the whole record is there twice. */
export const fieldThatYields = ({ fieldOf }: Collection, list: readonly string[]): string | null =>
  list.find((name) => {
    const field = fieldOf(name)
    return field !== null && !field.isRequired && !field.isFixed && field.defaultValue === null
  }) ?? null

/** The free number nearest to the wanted one, of two equally near the lower; null where there is none. */
export const nearestFree = (
  { fieldOf }: Collection,
  name: string,
  wanted: number,
  { held, most }: { held: ReadonlySet<number>; most: number | null },
): number | null => {
  const field = fieldOf(name)
  if (field?.kind !== 'int') return null
  const isFree = (number: number) => !held.has(number) && (most === null || number <= most) && field.read(number).ok
  // what is held is never farther away than there are numbers held, and then comes the edge of the table
  const farthest = held.size + Math.abs(wanted) + 1
  for (let away = 1; away <= farthest; away += 1)
    for (const number of [wanted - away, wanted + away]) if (isFree(number)) return number
  return null
}
