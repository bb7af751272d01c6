// Which words of a text somebody changed. In come its words before and after; out go the places that differ. The comparison is a
// library's.
import { diffIndices } from 'node-diff3'
import { type Hunk } from './join-hunks.ts'

/** Equal ends are cut off first; what is then still very large is one edit. */
export const wordHunks = (from: readonly string[], to: readonly string[]): Hunk<string>[] => {
  const least = Math.min(from.length, to.length)
  let head = 0
  while (head < least && from[head] === to[head]) head++
  let tail = 0
  while (tail < least - head && from[from.length - 1 - tail] === to[to.length - 1 - tail]) tail++
  const [left, right] = [from.slice(head, from.length - tail), to.slice(head, to.length - tail)]
  // numbers instead of words: a note may say "constructor", and a plain object would take it for its own
  const numbers = new Map<string, number>()
  const numbered = (words: string[]) =>
    words.map((word) => numbers.get(word) ?? (numbers.set(word, numbers.size), numbers.size - 1))
  const [leftNumbers, rightNumbers] = [numbered(left), numbered(right)]
  const isTooMuch = left.length * right.length > cellsMax || pairsOf(leftNumbers, rightNumbers) > pairsMax
  if (isTooMuch) return [{ from: head, to: from.length - tail, put: right }]
  return diffIndices(leftNumbers, rightNumbers).map(({ buffer1, buffer2 }) => ({
    from: head + buffer1[0],
    to: head + buffer1[0] + buffer1[1],
    put: right.slice(buffer2[0], buffer2[0] + buffer2[1]),
  }))
}

// how many pairs of equal words there are: what a comparison really costs when words repeat
const pairsOf = (left: number[], right: number[]): number => {
  const counts = new Map<number, number>()
  for (const word of left) counts.set(word, (counts.get(word) ?? 0) + 1)
  return right.reduce((sum, word) => sum + (counts.get(word) ?? 0), 0)
}

/** Words compared with words, and equal pairs among them, at most: a few milliseconds on a small machine. */
const cellsMax = 3_000_000
const pairsMax = 40_000
