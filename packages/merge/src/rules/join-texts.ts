// Two edits of one text, laid into each other. In come the text both started from and the two they made of it;
// out goes one text, with both versions of a place that both rewrote.  Keeps P12: no word that neither side wrote.
import { diffIndices } from 'node-diff3'

/** The line between two versions of one place. Fixed: no name, no time. */
export const orMarker = '— or —'

export type JoinedText = { text: string; isOverlapping: boolean }

/** The same text whichever side is named first. Texts of 100 kB take a few hundredths of a second, however odd. */
export const joinTexts = (
  base: string,
  one: string,
  other: string,
  finest: 'words' | 'lines' = 'words',
): JoinedText => {
  let [isOverlapping, isDeletion] = [false, false]
  const lines = [base, one, other].map(linesOf)
  // thousands of tiny lines are no lines anybody wrote: such a text is taken as one stretch of words
  const isOdd = lines.some(({ length }) => length > linesMax)
  const [before, first, second] = isOdd ? [[base], [one], [other]] : lines
  const joined = join(before!, first!, second!, (...region) => {
    const byWords = finest === 'words' ? joinWords(...region) : null
    if (byWords !== null) return byWords
    isOverlapping = true
    isDeletion ||= region.slice(1).some((side) => side.join('').trim() === '')
    return keepBoth(region[1], region[2])
  })
  const text = joined.join('')
  // a side that holds the other's versions already has no new overlap
  return { text, isOverlapping: isOverlapping && (isDeletion || (text !== one && text !== other)) }
}

// within lines both touched: by words, unless the words overlap too or a line already holds two versions
const joinWords = (base: string[], one: string[], other: string[]): string[] | null => {
  if ([...base, ...one, ...other].some(isMarker)) return null
  let isOverlapping = false
  const [before, first, second] = [base, one, other].map((lines) => wordsOf(lines.join('')))
  const joined = join(before!, first!, second!, () => {
    isOverlapping = true
    return []
  })
  return isOverlapping ? null : [joined.join('')]
}

// Every version once, in an order that does not tell who was first, flat however often it happened before. Words that
// one deleted and the other changed stay: nothing that a person typed is thrown away.
const keepBoth = (one: string[], other: string[]): string[] => {
  const all = new Set([...splitAtMarkers(one), ...splitAtMarkers(other)])
  const versions = [...all].filter((version) => version.trim() !== '').sort()
  const isEnded = [one, other].some((lines) => lines.at(-1)?.endsWith('\n') === true)
  return [versions.join(`\n${orMarker}\n`) + (isEnded ? '\n' : '')]
}

const splitAtMarkers = (lines: string[]): string[] => {
  const versions: string[][] = [[]]
  for (const line of lines) {
    if (isMarker(line)) versions.push([])
    else versions.at(-1)!.push(line)
  }
  return versions.map((version) => version.join('').replace(/\n$/, ''))
}

const isMarker = (line: string): boolean => line.startsWith(orMarker) && line.trimEnd() === orMarker

type Hunk = { from: number; to: number; put: string[] }
type OnOverlap = (base: string[], one: string[], other: string[]) => string[]

/** Lays two lists of edits into each other; places both edited differently go through `onOverlap`. */
const join = (base: string[], one: string[], other: string[], onOverlap: OnOverlap): string[] => {
  const [first, second] = [hunksOf(base, one), hunksOf(base, other)]
  const out: string[][] = []
  let at = 0
  let [i, j] = [0, 0]
  while (i < first.length || j < second.length) {
    const from = Math.min(first[i]?.from ?? Infinity, second[j]?.from ?? Infinity)
    let to = from
    const [iStart, jStart] = [i, j]
    // everything that meets belongs to one region; an insertion meets what begins or ends where it stands
    for (let isGrowing = true; isGrowing;) {
      isGrowing = false
      for (; i < first.length && meets(first[i]!, from, to, i === iStart && j === jStart); i++, isGrowing = true)
        to = Math.max(to, first[i]!.to)
      for (; j < second.length && meets(second[j]!, from, to, i === iStart && j === jStart); j++, isGrowing = true)
        to = Math.max(to, second[j]!.to)
    }
    out.push(base.slice(at, from))
    const [mine, theirs] = [
      patched(base, from, to, first.slice(iStart, i)),
      patched(base, from, to, second.slice(jStart, j)),
    ]
    if (j === jStart || mine.join('') === theirs.join('')) out.push(mine)
    else if (i === iStart) out.push(theirs)
    else out.push(onOverlap(base.slice(from, to), mine, theirs))
    at = to
  }
  out.push(base.slice(at))
  return out.flat()
}

const meets = (hunk: Hunk, from: number, to: number, isFirst: boolean): boolean =>
  isFirst ? hunk.from === from : hunk.from < to || (hunk.from === to && (hunk.from === hunk.to || from === to))

const patched = (base: string[], from: number, to: number, hunks: Hunk[]): string[] => {
  const out: string[][] = []
  let at = from
  for (const hunk of hunks) {
    out.push(base.slice(at, hunk.from), hunk.put)
    at = hunk.to
  }
  return [...out, base.slice(at, to)].flat()
}

/** The edits that make `to` of `from`. Equal ends are cut off first; what is then still very large is one edit. */
const hunksOf = (from: string[], to: string[]): Hunk[] => {
  const least = Math.min(from.length, to.length)
  let head = 0
  while (head < least && from[head] === to[head]) head++
  let tail = 0
  while (tail < least - head && from[from.length - 1 - tail] === to[to.length - 1 - tail]) tail++
  const [left, right] = [from.slice(head, from.length - tail), to.slice(head, to.length - tail)]
  if (left.length === 0 && right.length === 0) return []
  if (left.length === 0 || right.length === 0 || left.length * right.length > cellsMax) {
    return [{ from: head, to: head + left.length, put: right }]
  }
  // numbers instead of words: a note may say "constructor", and a plain object would take it for its own
  const numbers = new Map<string, number>()
  const numbered = (words: string[]) =>
    words.map((word) => numbers.get(word) ?? (numbers.set(word, numbers.size), numbers.size - 1))
  const [leftNumbers, rightNumbers] = [numbered(left), numbered(right)]
  if (pairsOf(leftNumbers, rightNumbers) > pairsMax) return [{ from: head, to: head + left.length, put: right }]
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
const linesMax = 5000

const linesOf = (text: string): string[] => {
  const lines = text.split('\n')
  const last = lines.pop()!
  const ended = lines.map((line) => `${line}\n`)
  return last === '' ? ended : [...ended, last]
}
const wordsOf = (text: string): string[] => text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? []
