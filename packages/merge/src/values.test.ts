import { type Json } from '@wedsync/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Field } from './field.ts'
import { runs } from './testing/runs.ts'
import * as values from './values.ts'

const someId = 'A0000000-0000-4000-8000-00000000000b'
const { bool, currency, day, id, idOf, idsOf, instant, int, labels, longText, oneOf, sortKey, text } = values
const { timeOfDay, wallTime, zone } = values

const reads: [string, Field, Json, Json][] = [
  ['a line of text stays as it is', text({ max: 5 }), ' a b ', ' a b '],
  ['letters are counted as people count them', text({ max: 2 }), '💐💐', '💐💐'],
  ['a long text', longText(), 'two\nlines', 'two\nlines'],
  ['a wall time', wallTime(), '2026-06-20T15:30', '2026-06-20T15:30'],
  ['a wall time as the database writes it', wallTime(), '2026-06-20 15:30:00', '2026-06-20T15:30'],
  ['a leap day', day(), '2028-02-29', '2028-02-29'],
  ['a leap day of a round century', day(), '2000-02-29', '2000-02-29'],
  ['a time of day', timeOfDay(), '23:59:00', '23:59'],
  ['a moment with no decimals', instant(), '2026-06-20T15:30:00Z', '2026-06-20T15:30:00.000Z'],
  ['a moment with one decimal', instant(), '2026-06-20T15:30:00.1Z', '2026-06-20T15:30:00.100Z'],
  ['a moment with six decimals', instant(), '2026-06-20T15:30:00.123999+00:00', '2026-06-20T15:30:00.123Z'],
  ['a moment elsewhere', instant(), '2026-06-20T00:30:00.5+01:30', '2026-06-19T23:00:00.500Z'],
  ['a moment as the database writes it', instant(), '2026-06-20 15:30:00.5-03', '2026-06-20T18:30:00.500Z'],
  ['a moment without seconds', instant(), '2026-06-20T15:30+0200', '2026-06-20T13:30:00.000Z'],
  ['a whole number', int({ min: 0, max: 9 }), -0, 0],
  ['the largest number', int({ max: 2 ** 53 - 1 }), 2 ** 53 - 1, 2 ** 53 - 1],
  ['yes', bool(), true, true],
  ['one of the words', oneOf('soft', 'hard'), 'hard', 'hard'],
  ['an id in one spelling', id(), someId, someId.toLowerCase()],
  ['an id of a table', idOf('people'), someId, someId.toLowerCase()],
  [
    'ids sorted, each once',
    idsOf('people'),
    [someId, someId.replace('A', '1'), someId.toLowerCase()],
    [someId.toLowerCase().replace('a', '1'), someId.toLowerCase()],
  ],
  [
    'phones under labels, in one order',
    labels(),
    { office: '+447700900123', 'a b': '+15551234567' },
    { 'a b': '+15551234567', office: '+447700900123' },
  ],
  ['a zone', zone(), 'Europe/London', 'Europe/London'],
  ['a place in an order', sortKey(), 'a0V', 'a0V'],
  ['a currency', currency(), 'EUR', 'EUR'],
]
const refuses: [string, Field, Json][] = [
  ['text that is too long', text({ max: 2 }), 'abc'],
  ['text of nothing but spaces where some is needed', text({ max: 9, min: 1 }), '  '],
  ['text that is too short', text({ max: 9, min: 2 }), 'a'],
  ['a number where text belongs', text({ max: 2 }), 1],
  ['a NUL', text({ max: 9 }), 'a\u0000b'],
  ['half a letter', longText(), 'a\ud800'],
  ['a number in place of a long text', longText(), 7],
  ['a note without end', longText({ maxBytes: 3 }), 'éé'],
  ['the 31st of February', wallTime(), '2026-02-31T10:00'],
  ['the 29th of February of a common year', day(), '2026-02-29'],
  ['the 29th of February of 1900', day(), '1900-02-29'],
  ['the year nought', day(), '0000-01-01'],
  ['the thirteenth month', day(), '2026-13-01'],
  ['twenty-four o’clock', timeOfDay(), '24:00'],
  ['seconds in a wall time', wallTime(), '2026-06-20T15:30:12'],
  ['a wall time with an offset', wallTime(), '2026-06-20T15:30Z'],
  ['a wall time without its T', wallTime(), '2026-06-20x15:30'],
  ['a moment without an offset', instant(), '2026-06-20T15:30:00'],
  ['a moment that is no text', instant(), 0],
  ['a moment on no day', instant(), '2026-02-30T00:00:00Z'],
  ['a moment before the calendar', instant(), '0001-01-01T00:00:00+10:00'],
  ['an offset of a day', instant(), '2026-06-20T15:30:00+24:00'],
  ['half a guest', int(), 1.5],
  ['more than the most', int({ max: 3 }), 4],
  ['a number beyond all numbers', int({ max: 2 ** 53 - 1 }), 2 ** 53],
  ['"true" as text', bool(), 'true'],
  ['a word that is none of them', oneOf('soft'), 'hard'],
  ['an id that is none', id(), 'x'],
  ['a list with something else', idsOf('people'), ['x']],
  ['no list', idsOf('people'), 'x'],
  ['too long a list', idsOf('people', { max: 0 }), [someId]],
  ['phones that are none', labels(), { mobile: '0771' }],
  ['a phone that is empty', labels(), { mobile: null }],
  ['a list of phones', labels(), ['+447700900123']],
  ['a label without letters', labels(), { ' ': '+447700900123' }],
  ['a label that is too long', labels(), { ['x'.repeat(41)]: '+447700900123' }],
  ['a label that a computer takes for its own', labels(), JSON.parse('{"__proto__":"+447700900123"}') as Json],
  ['too many labels', labels({ max: 0 }), { mobile: '+447700900123' }],
  ['a zone that is nowhere', zone(), 'Europe/Nowhere'],
  ['a zone with odd signs', zone(), '../etc'],
  ['a place with a space', sortKey(), 'a b'],
  ['a currency in small letters', currency(), 'eur'],
]

test.each(reads)('a field can hold %s', (_, field, value, canonical) => {
  expect(field.read(value)).toEqual({ ok: true, value: canonical })
  expect(field.read(canonical)).toEqual({ ok: true, value: canonical })
})

test.each(refuses)('a field refuses %s and says so in one sentence', (_, field, value) => {
  const read = field.read(value)
  expect(read).toMatchObject({ ok: false })
  expect(!read.ok && read.message).toMatch(/^[A-Z].*\.$/)
})

describe('[P13] one value has one spelling', () => {
  const all = [
    text({ max: 20 }),
    longText(),
    wallTime(),
    day(),
    timeOfDay(),
    instant(),
    int(),
    bool(),
    oneOf('a'),
    id(),
    idsOf('p'),
    labels(),
    zone(),
    sortKey(),
  ]
  test('reading what was read changes nothing, whatever was sent', () => {
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.jsonValue({ maxDepth: 2 }), (field, sent) => {
        const read = field.read(sent as Json)
        if (read.ok) expect(field.read(read.value)).toEqual(read)
      }),
      runs(2000),
    )
  })
  test('every moment comes out as UTC with three decimals', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
        fc.integer({ min: -14 * 60, max: 14 * 60 }),
        (moment, offset) => {
          const local = new Date(moment.getTime() + offset * 60_000).toISOString().slice(0, -1)
          const sign = offset < 0 ? '-' : '+'
          const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60].map((part) =>
            String(part).padStart(2, '0'),
          )
          expect(instant().read(`${local}${sign}${hours!}:${minutes!}`)).toEqual({
            ok: true,
            value: moment.toISOString(),
          })
        },
      ),
      runs(1000),
    )
  })
})

test('[P13] a moment is the same moment from every corner of the world, to the thousandth', () => {
  const moment = fc.date({
    min: new Date('0001-01-03T00:00:00Z'),
    max: new Date('9999-12-28T00:00:00Z'),
    noInvalidDate: true,
  })
  const offset = fc.integer({ min: -15 * 60, max: 15 * 60 })
  fc.assert(
    fc.property(moment, offset, (utc, minutes) => {
      const there = new Date(utc.getTime() + minutes * 60_000).toISOString().slice(0, -1)
      const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
      const written = `${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`
      expect(instant().read(`${there}${written}`)).toEqual({ ok: true, value: utc.toISOString() })
      expect(instant().read(utc.toISOString())).toEqual({ ok: true, value: utc.toISOString() })
    }),
    runs(),
  )
})

test('[P13] a text is measured by what it holds, not by how it is stored', () => {
  // letters of one byte and of two to four; fast-check's own take seconds to be made
  const letter = fc.oneof(fc.integer({ min: 1, max: 0x7f }), fc.integer({ min: 0x80, max: 0x10ffff }))
  const anyText = fc.array(letter, { maxLength: 12 }).map((points) => String.fromCodePoint(...points).toWellFormed())
  fc.assert(
    fc.property(anyText, fc.nat({ max: 12 }), fc.nat({ max: 40 }), (value, max, maxBytes) => {
      expect(text({ max }).read(value).ok).toBe(Array.from(value).length <= max)
      expect(longText({ maxBytes }).read(value).ok).toBe(Buffer.byteLength(value) <= maxBytes)
    }),
    runs(),
  )
})
