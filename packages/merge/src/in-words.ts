// Values as a coordinator would say them, for the sentences beside a decision. In come two values that stand
// against each other; out go their words, without what both share: two times of one day are two times.
import { type Json } from '@wedsync/protocol'

/** Both values in words, each short enough for one line. */
export const inWords = (one: Json, other: Json): [string, string] => {
  const [first, second] = [wallTimeIn(one), wallTimeIn(other)]
  if (first && second && first.day === second.day) return [first.time, second.time]
  return [wordsFor(one), wordsFor(other)]
}

const wordsFor = (value: Json): string => {
  if (value === null || value === '') return '(empty)'
  if (value === true) return 'yes'
  if (value === false) return 'no'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') {
    const wall = wallTimeIn(value)
    return wall ? `${wall.day} ${wall.time}` : isPlain(value) ? value.replaceAll('_', ' ') : `“${shortened(value)}”`
  }
  if (Array.isArray(value)) return value.length === 1 ? 'list of 1' : `list of ${value.length}`
  return 'entry'
}

/** As a sentence begins. */
export const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

const wallTimeIn = (value: Json): { day: string; time: string } | null => {
  const parts = typeof value === 'string' ? /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})$/.exec(value) : null
  return parts ? { day: parts[1]!, time: parts[2]! } : null
}

// a day, a time, a status word: clear without quotation marks
const isPlain = (value: string): boolean =>
  /^(\d{4}-\d{2}-\d{2}|\d{2}:\d{2}|[a-z]+(_[a-z]+)*)$/.test(value) && value.length <= 24

const shortened = (value: string): string => {
  const line = value.replace(/\s+/g, ' ').trim()
  const letters = Array.from(line)
  return letters.length <= 40 ? line : `${letters.slice(0, 39).join('').trimEnd()}…`
}
