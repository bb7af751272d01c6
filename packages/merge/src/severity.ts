// How much a conflict weighs. In come its fields and what is going on around it; out go a level, a place among its
// equals, and one sentence that says why. The level is its worst field's, one step higher when anything presses.
import { severities, type JsonObject, type Severity } from '@wedsync/protocol'
import { levelOf, wordsFor, type Collection } from './declaration.ts'
import { capital } from './in-words.ts'

export type Weight = { readonly severity: Severity; readonly score: number; readonly because: string }

export type Circumstances = {
  /** Hours until the wedding begins, as known when the change is decided; negative once it has. Null: unknown. */
  readonly hoursUntilEvent: number | null
  /** The wedding the record belongs to, for what a table says raises a conflict. */
  readonly scopeRecord?: JsonObject | null
  /** When the change is decided, in milliseconds of the epoch. */
  readonly at?: number | null
  /** How many records wait for this one. */
  readonly dependants?: number
  /** Both sides carry equal authority over one of the fields. */
  readonly isEvenlyMatched: boolean
  /** Whether the record itself stays is in question, not only what it holds. */
  readonly isWhole?: boolean
}

/** Hours before the event from which everything presses. */
export const closeHours = 48

/** From so many records on that wait for one, a conflict about it weighs more. */
const manyDependants = 3

/** The weight of a conflict about these fields of this record. */
export const severityFor = (
  collection: Collection,
  fields: readonly string[],
  record: JsonObject,
  circumstances: Circumstances,
): Weight => {
  const { hoursUntilEvent, isEvenlyMatched } = circumstances
  const worst = worstOf(collection, fields, record, circumstances.isWhole ?? false)
  const isClose = isEventClose(hoursUntilEvent)
  const raise = raiseOf(collection, fields, record, circumstances)
  const severity = raise === null ? worst.level : severities[Math.min(placeOf(worst.level) + 1, severities.length - 1)]!
  const so = `${capital(severity)} because it is about ${worst.words}`
  return {
    severity,
    score: scoreOf({ hoursUntilEvent, isClose, isEvenlyMatched, isRaised: raise !== null, fields }),
    because: raise === null || severity === worst.level ? `${so}.` : `${so}, and ${raise}.`,
  }
}

/** From two days before the event until a day after it began. */
export const isEventClose = (hoursUntilEvent: number | null): boolean =>
  hoursUntilEvent !== null && hoursUntilEvent <= closeHours && hoursUntilEvent > -24

// one reason is enough, and one step: what the table itself says comes first
const raiseOf = (
  collection: Collection,
  contested: readonly string[],
  record: JsonObject,
  { hoursUntilEvent, scopeRecord = null, at = null, dependants = 0, isEvenlyMatched }: Circumstances,
): string | null =>
  collection.raises(record, { scopeRecord, contested, at, dependants }) ??
  (dependants >= manyDependants ? 'several others wait for it' : null) ??
  (isEventClose(hoursUntilEvent) ? `the wedding is at most ${closeHours} hours away` : null) ??
  (isEvenlyMatched ? 'neither side has the last word' : null)

const worstOf = (
  collection: Collection,
  fields: readonly string[],
  record: JsonObject,
  isWhole: boolean,
): { level: Severity; words: string } => {
  let worst = isWhole ? { level: collection.wholeWeighs, words: 'the whole entry' } : null
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
