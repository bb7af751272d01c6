// Whether one of two edits is the other one and something more, as a joined note is that comes back. In come the lines both
// started from and what each of the two made of them, as numbers; out goes the side that holds the other, or null.
// Of lines that are alike, the same edit can look like a new one the second time, and would go in twice.
import { areSame, joinHunks, type Hunk } from './join-hunks.ts'
import { lineHunks } from './line-hunks.ts'

export type Edit = { readonly lines: readonly number[]; readonly hunks: readonly Hunk<number>[] }

/** Two edits that lie apart may just as well be two: unless one that holds the other takes fewer lines, they are. */
export const findWhole = (base: readonly number[], one: Edit, other: Edit): Edit | null => {
  const joined = joinApart(base, one.hunks, other.hunks)
  const [ones, others] = [sizeOf(one.hunks), sizeOf(other.hunks)]
  const asTwo = joined === null ? Infinity : ones + others
  const asOne = others + restSize(base, one, other)
  const asOther = ones + restSize(base, other, one)
  if (asOne === asOther || Math.min(asOne, asOther) >= asTwo) return null
  return asOne < asOther ? one : other
}

/** The size of what the whole has beside the part; infinite where it does not hold the part. */
const restSize = (base: readonly number[], whole: Edit, part: Edit): number => {
  if (!hasAll(whole.lines, part.hunks)) return Infinity
  // take the part out of the whole again, and put it back
  const rest = joinApart(part.lines, lineHunks(part.lines, base), lineHunks(part.lines, whole.lines))
  if (rest === null) return Infinity
  const hunks = lineHunks(base, rest)
  const again = joinApart(base, part.hunks, hunks)
  return again !== null && areSame(again, whole.lines) ? sizeOf(hunks) : Infinity
}

const sizeOf = (hunks: readonly Hunk<number>[]): number =>
  hunks.reduce((sum, { from, to, put }) => sum + to - from + put.length, 0)

// the quick way to most answers: lines that the part put in and the whole has not
const hasAll = (whole: readonly number[], hunks: readonly Hunk<number>[]): boolean => {
  const lines = new Set(whole)
  return hunks.every(({ put }) => put.every((line) => lines.has(line)))
}

/** Both edits, if something unchanged lies between any two of them. */
const joinApart = (
  base: readonly number[],
  one: readonly Hunk<number>[],
  other: readonly Hunk<number>[],
): number[] | null => {
  let areApart = true
  const onOverlap = () => {
    areApart = false
    return []
  }
  const joined = joinHunks(base, one, other, onOverlap, true)
  return areApart ? joined : null
}
