// The kinds of value a field can hold. In comes any JSON value; out goes its one canonical wire form, or a sentence
// that says why it does not fit. Two spellings of one value are one value afterwards.  Keeps P13.
import { isId, isJsonObject, isStorableText, stringBytesMax, type Json } from '@wedsync/protocol'
import { field, type Field, type ReadValue } from './field.ts'
import { readDay, readInstant, readTimeOfDay, readWallTime, readZone } from './calendar.ts'

/** One line of text: at most `max` characters, at least `min` once spaces around it are not counted. */
export const text = ({ max, min = 0 }: { max: number; min?: number }): Field =>
  field({
    kind: 'text',
    sqlType: 'text',
    read: (value) => {
      if (typeof value !== 'string') return no('This must be text.')
      if (!isStorableText(value)) return no('This text holds characters that cannot be stored.')
      // a text never has more characters than units: most are never counted
      if (value.length > max && lengthOf(value) > max) return no(`This must have at most ${max} characters.`)
      if (min > 0 && lengthOf(value.trim()) < min)
        return no(min === 1 ? 'This must not be empty.' : `This must have at least ${min} characters.`)
      return yes(value)
    },
  })

/** Text of many lines: at most `maxBytes` bytes of UTF-8. */
export const longText = ({ maxBytes = longTextBytesMax }: { maxBytes?: number } = {}): Field =>
  field({
    kind: 'long_text',
    sqlType: 'text',
    read: (value) => {
      if (typeof value !== 'string') return no('This must be text.')
      if (!isStorableText(value)) return no('This text holds characters that cannot be stored.')
      if (value.length * bytesPerUnitMax > maxBytes && bytesOf(value) > maxBytes)
        return no(`This must have at most ${maxBytes} bytes.`)
      return yes(value)
    },
  })

/** A local wall time of the wedding's own zone: `2026-06-20T15:30`. */
export const wallTime = (): Field => field({ kind: 'wall_time', sqlType: 'timestamp', read: reading(readWallTime) })

/** A calendar day: `2026-06-20`. */
export const day = (): Field => field({ kind: 'day', sqlType: 'date', read: reading(readDay) })

/** A time of day: `15:30`. */
export const timeOfDay = (): Field => field({ kind: 'time_of_day', sqlType: 'time', read: reading(readTimeOfDay) })

/** A moment. Any offset in; UTC with exactly three decimals out: `2026-06-20T15:30:00.123Z`. */
export const instant = (): Field => field({ kind: 'instant', sqlType: 'timestamptz', read: reading(readInstant) })

/** The name of a time zone, as the IANA keeps it: `Europe/London`. */
export const zone = (): Field => field({ kind: 'zone', sqlType: 'text', read: reading(readZone) })

/** A whole number. The database column is an `integer`, so the bounds stay inside 32 bits unless `max` says more. */
export const int = ({ min = -intMax, max = intMax }: { min?: number; max?: number } = {}): Field =>
  field({
    kind: 'int',
    sqlType: Math.max(Math.abs(min), Math.abs(max)) > intMax ? 'bigint' : 'integer',
    read: (value) => {
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) return no('This must be a whole number.')
      if (value < min || value > max) return no(`This must lie between ${min} and ${max}.`)
      return yes(value === 0 ? 0 : value)
    },
  })

/** Yes or no. */
export const bool = (): Field =>
  field({
    kind: 'bool',
    sqlType: 'boolean',
    read: (value) => (typeof value === 'boolean' ? yes(value) : no('This must be true or false.')),
  })

/** One of a few words. */
export const oneOf = (...options: string[]): Field =>
  field({
    kind: 'one_of',
    sqlType: 'text',
    options: Object.freeze([...options]),
    read: (value) =>
      typeof value === 'string' && options.includes(value)
        ? yes(value)
        : no(`This must be one of: ${options.join(', ')}.`),
  })

/** The id of anything: a UUID, in lower case. */
export const id = (): Field => field({ kind: 'id', sqlType: 'uuid', read: readId })

/** The id of a record of that table. */
export const idOf = (table: string): Field => field({ kind: 'id', sqlType: 'uuid', table, read: readId })

/** Ids of records of that table, without order: sorted, each once. */
export const idsOf = (table: string, { max = 500 }: { max?: number } = {}): Field =>
  field({
    kind: 'ids',
    sqlType: 'uuid[]',
    table,
    read: (value) => {
      if (!Array.isArray(value) || !value.every(isId)) return no('This must be a list of ids.')
      const once = [...new Set(value.map((one) => one.toLowerCase()))].sort()
      return once.length > max ? no(`This must have at most ${max} entries.`) : yes(once)
    },
  })

/** Phone numbers under labels: `{ "mobile": "+447700900123" }`. Compared label by label; empty is `{}`, never null. */
export const labels = ({ max = 20 }: { max?: number } = {}): Field =>
  field({
    kind: 'labels',
    sqlType: 'jsonb',
    read: (value) => {
      if (!isJsonObject(value)) return no('This must be phone numbers under labels.')
      const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
      if (entries.length > max) return no(`This must have at most ${max} numbers.`)
      for (const [label, phone] of entries) {
        if (forbiddenKeys.has(label) || !isStorableText(label) || label.trim() === '' || lengthOf(label) > 40) {
          return no('A label must have 1 to 40 characters.')
        }
        if (typeof phone !== 'string' || !/^\+[1-9]\d{6,14}$/.test(phone)) {
          return no('A phone number must look like +447700900123.')
        }
      }
      return yes(Object.fromEntries(entries))
    },
  })

/** A place in an order made by hand (a fractional index): letters and digits, compared byte by byte. */
export const sortKey = (): Field =>
  field({
    kind: 'sort_key',
    sqlType: 'text',
    read: (value) =>
      typeof value === 'string' && /^[0-9A-Za-z]{1,200}$/.test(value)
        ? yes(value)
        : no('This must be 1 to 200 letters and digits.'),
  })

/** A currency by its three letters, as ISO 4217 has them: `EUR`. */
export const currency = (): Field =>
  field({
    kind: 'currency',
    sqlType: 'text',
    read: (value) =>
      typeof value === 'string' && /^[A-Z]{3}$/.test(value) ? yes(value) : no('This must be a currency such as EUR.'),
  })

/** Bytes of a long text: a little under what one string may have on the wire, so that a text kept twice still travels. */
export const longTextBytesMax = 100_000
const intMax = 2 ** 31 - 1
/** Names that mean something else to JavaScript than to everybody who writes them. */
export const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype'])

export const yes = (value: Json) => ({ ok: true, value }) as const
export const no = (message: string) => ({ ok: false, message }) as const

const readId: ReadValue = (value) => (isId(value) ? yes(value.toLowerCase()) : no('This must be an id.'))

const reading =
  ({ parse, says }: { parse: (text: string) => string | null; says: string }): ReadValue =>
  (value) => {
    const canonical = typeof value === 'string' ? parse(value) : null
    return canonical === null ? no(says) : yes(canonical)
  }

// counted as PostgreSQL counts: code points, and bytes of UTF-8
export const lengthOf = (value: string): number =>
  value.length > 4 * stringBytesMax ? Infinity : Array.from(value).length
const bytesOf = (value: string): number => new TextEncoder().encode(value).length
/** Bytes of UTF-8 that one unit of a JavaScript string takes at most: most texts need no counting. */
const bytesPerUnitMax = 3
