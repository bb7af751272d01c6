// Two records that may be one and the same: the envelope two people wrote down, the aunt two people invited. In come the table and
// both records; out goes by which of the table's lines they are alike, or null. A person says what they are; nothing is ever added
// up or dropped by itself.  Keeps P4.
import { type Json, type JsonObject } from '@wedsync/protocol'
import { type Alike, type Collection } from './declaration.ts'

export const alikeAs = ({ alike }: Collection, one: JsonObject, other: JsonObject): Alike | null =>
  alike.find(({ same = [], sameWords = [], sameDay = [] }) => {
    const both = (names: readonly string[], agree: (left: Json, right: Json) => boolean) =>
      names.every((name) => agree(one[name] ?? null, other[name] ?? null))
    return (
      both(same, (left, right) => left !== null && left === right) &&
      both(sameWords, (left, right) => wordsOf(left) !== null && wordsOf(left) === wordsOf(right)) &&
      both(sameDay, (left, right) => left === null || right === null || dayOf(left) === dayOf(right))
    )
  }) ?? null

/** The fields by which records are alike, for whoever wants to know how much that weighs. */
export const namesOfAlike = ({ same = [], sameWords = [], sameDay = [] }: Alike): string[] => [
  ...same,
  ...sameWords,
  ...sameDay,
]

const wordsOf = (value: Json): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.trim().toLowerCase() : null

const dayOf = (value: Json): Json => (typeof value === 'string' ? value.slice(0, 10) : value)
