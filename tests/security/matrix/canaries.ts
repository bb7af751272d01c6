// Values that occur nowhere else, and the eye that finds them in a text: words, ids, large numbers, days, wall times and
// moments, each of a shape of its own, so that one look over all bytes of an answer finds every one of them.
import { randomUUID } from 'node:crypto'

const word = (nth: number) => `CNRY${String(nth).padStart(6, '0')}`
const firstAmount = 913_700_000_000
/** More than a world ever wants; of these a word and an amount have room for. */
const coinsMax = 999_999
const [firstDay, firstWall, firstMoment] = ['2100-01-01', '2200-01-01', '2300-01-01'].map((day) => Date.parse(day)) as [
  number,
  number,
  number,
]
const [dayMs, minuteMs] = [86_400_000, 60_000]
const isoOf = (ms: number) => new Date(ms).toISOString()

/** A digest in hex holds what looks like an amount now and then: an amount stands by itself, and begins as those handed out do. */
const shapes =
  /CNRY\d{6}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<![0-9a-f.])913700\d{6}(?![0-9a-f])|2[23]\d\d-\d\d-\d\d[T ]\d\d:\d\d|21\d\d-\d\d-\d\d/g

export type Coins = ReturnType<typeof createCoins>

/** Hands out a value that nobody else has, of each kind. */
export const createCoins = () => {
  let nth = 0
  const next = () => {
    if (nth === coinsMax) throw new Error(`no more than ${coinsMax} canaries have a shape that is found`)
    return ++nth
  }
  return {
    next,
    word: () => word(next()),
    amount: () => firstAmount + next(),
    /** A phone number as the wire wants it. */
    phone: () => `+${firstAmount + next()}`,
    day: () => isoOf(firstDay + next() * dayMs).slice(0, 10),
    wall: () => isoOf(firstWall + next() * minuteMs).slice(0, 16),
    moment: () => isoOf(firstMoment + next() * minuteMs),
    id: () => randomUUID() as string,
  }
}

/** The words in a text that are canaries. */
export const wordsIn = (text: string): string[] => text.match(/CNRY\d{6}/g) ?? []

/** Everything in a text that looks like a canary; what is wrapped in base64 (a cursor) is unwrapped as well. */
export const tokensIn = (text: string): Set<string> => {
  const found = new Set<string>()
  const look = (part: string) => {
    for (const [token] of part.matchAll(shapes)) found.add(token.replace(' ', 'T'))
  }
  look(text)
  for (const [wrapped] of text.matchAll(/[\w-]{40,}/g)) look(Buffer.from(wrapped, 'base64url').toString('latin1'))
  return found
}
