// How much a conflict weighs. In come its fields and what is going on around it; out go a level, a place among its
// equals, and one sentence that says why. The level is its worst field's, one step higher when anything presses.
import { severities, type JsonObject, type Severity } from '@wedsync/protocol'
import { levelOf, wordsFor, type Collection } from './declaration.ts'

export type Weight = { readonly severity: Severity; readonly score: number; readonly because: string }

export type Circumstances = {
  /** Hours until the wedding begins, as known when the change is decided; negative once it has. Null: unknown. */
  readonly hoursUntilEvent: number | null
  /** The wedding the record belongs to, for what a table says raises a conflict. */
  readonly scopeRecord?: JsonObject | null
  /** Both sides carry equal authority over one of the fields. */
  readonly isEvenlyMatched: boolean
}

/** Hours before the event from which everything presses. */
export const closeHours = 48

/** The weight of a conflict about these fields of this record. */
export const severityFor = (
  collection: Collection,
  fields: readonly string[],
  record: JsonObject,
  { hoursUntilEvent, scopeRecord = null, isEvenlyMatched }: Circumstances,
): Weight => {
  const worst = worstOf(collection, fields, record)
  const isClose = hoursUntilEvent !== null && hoursUntilEvent <= closeHours && hoursUntilEvent > -24
  const raise =
    collection.raises(record, scopeRecord, fields) ??
    (isClose ? `the wedding is at most ${closeHours} hours away` : null) ??
    (isEvenlyMatched ? 'neither side has the last word' : null)
  const severity = raise === null ? worst.level : severities[Math.min(placeOf(worst.level) + 1, severities.length - 1)]!
  const so = `${capital(severity)} because ${worst.words} ${severity === worst.level ? 'weighs that much' : `weighs ${worst.level}`}`
  return {
    severity,
    score: scoreOf({ hoursUntilEvent, isClose, isEvenlyMatched, isRaised: raise !== null, fields }),
    because: raise === null || severity === worst.level ? `${so}.` : `${so} and ${raise}.`,
  }
}

const worstOf = (
  collection: Collection,
  fields: readonly string[],
  record: JsonObject,
): { level: Severity; words: string } => {
  let worst: { level: Severity; words: string } | null = null
  for (const name of fields) {
    const level = levelOf(collection, name, record)
    if (worst === null || placeOf(level) > placeOf(worst.level)) worst = { level, words: wordsFor(collection, name) }
  }
  return worst ?? { level: 'medium', words: 'the whole entry' }
}

// only an order inside a level: nearer, even and wider disagreements come first
const scoreOf = (of: {
  hoursUntilEvent: number | null
  isClose: boolean
  isEvenlyMatched: boolean
  isRaised: boolean
  fields: readonly string[]
}): number => {
  const nearness = of.isClose ? 1 - Math.max(of.hoursUntilEvent ?? 0, 0) / closeHours : 0
  const score =
    0.2 +
    0.35 * nearness +
    (of.isRaised ? 0.2 : 0) +
    (of.isEvenlyMatched ? 0.15 : 0) +
    0.1 * Math.min(of.fields.length / 5, 1)
  return Math.round(Math.min(score, 1) * 100) / 100
}

const placeOf = (level: Severity): number => severities.indexOf(level)
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
