// Two edits of one text, laid into each other. In come the text both started from and the two they made of it;
// out goes one text, with both versions of a place that both rewrote.  Keeps P12: no word that neither side wrote.
import { findWhole, type Edit } from './find-whole.ts'
import { joinHunks } from './join-hunks.ts'
import { lineHunks } from './line-hunks.ts'
import { createLineNumbers } from './number-lines.ts'
import { wordHunks } from './word-hunks.ts'

/** The line between two versions of one place. Fixed: no name, no time. */
export const orMarker = '— or —'

export type JoinedText = { text: string; isOverlapping: boolean }
export type JoinTexts = (one: string, other: string, finest?: 'words' | 'lines') => JoinedText

/**
 * Joins edits of one text: the same whichever side is named first. Texts of 100 kB take a few hundredths of a second, however odd.
 * What was found out about an edit is known when it comes again.
 */
export const createTextJoin = (base: string): JoinTexts => {
  const { numbersOf, linesOf } = createLineNumbers()
  const before = numbersOf(base)
  const edits = new Map<string, Edit>()
  const editOf = (text: string): Edit => {
    const lines = numbersOf(text)
    return { lines, hunks: lineHunks(before, lines) }
  }
  const knownEditOf = (text: string): Edit => {
    const edit = edits.get(text) ?? editOf(text)
    edits.set(text, edit)
    return edit
  }

  return (one, other, finest = 'words') => {
    let [isOverlapping, isDeletion] = [false, false]
    const [first, second] = [knownEditOf(one), knownEditOf(other)]
    const joined = joinHunks(before, first.hunks, second.hunks, (...region) => {
      const [was, mine, theirs] = [linesOf(region[0]), linesOf(region[1]), linesOf(region[2])]
      const byWords = finest === 'words' ? joinWords(was, mine, theirs) : null
      if (byWords !== null) return numbersOf(byWords)
      isOverlapping = true
      isDeletion ||= [mine, theirs].some((side) => side.join('').trim() === '')
      return numbersOf(keepBoth(mine, theirs))
    })
    const whole = findWhole(before, first, second)
    if (whole) return { text: whole === first ? one : other, isOverlapping: false }
    const text = linesOf(joined).join('')
    // a side that holds the other's versions already has no new overlap
    return { text, isOverlapping: isOverlapping && (isDeletion || (text !== one && text !== other)) }
  }
}

/** Two edits of one text, once. */
export const joinTexts = (base: string, ...edits: Parameters<JoinTexts>): JoinedText => createTextJoin(base)(...edits)

// within lines both touched: by words, unless the words overlap too or a line already holds two versions
const joinWords = (base: string[], one: string[], other: string[]): string | null => {
  if ([...base, ...one, ...other].some(isMarker)) return null
  let isOverlapping = false
  const [before, first, second] = [wordsOf(base.join('')), wordsOf(one.join('')), wordsOf(other.join(''))]
  const joined = joinHunks(before, wordHunks(before, first), wordHunks(before, second), () => {
    isOverlapping = true
    return []
  })
  return isOverlapping ? null : joined.join('')
}

// Every version once, in an order that does not tell who was first, flat however often it happened before. Words that
// one deleted and the other changed stay: nothing that a person typed is thrown away.
const keepBoth = (one: string[], other: string[]): string => {
  const all = new Set([...splitAtMarkers(one), ...splitAtMarkers(other)])
  const versions = [...all].filter((version) => version.trim() !== '').sort()
  const isEnded = [one, other].some((lines) => lines.at(-1)?.endsWith('\n') === true)
  return versions.join(`\n${orMarker}\n`) + (isEnded ? '\n' : '')
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

const wordsOf = (text: string): string[] => text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? []
