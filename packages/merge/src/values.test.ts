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
  ['the last day of December', day(), '2026-12-31', '2026-12-31'],
  ['the first day of the first year', day(), '0001-01-01', '0001-01-01'],
  ['midnight', timeOfDay(), '00:00', '00:00'],
  ['a time as the database writes it', timeOfDay(), '15:30:00.000', '15:30'],
  ['the last moment of the calendar', instant(), '9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ['a moment with a small z', instant(), '2026-06-20T15:30:00z', '2026-06-20T15:30:00.000Z'],
  ['a moment as far away as can be', instant(), '2026-06-20T15:30:00+15:59', '2026-06-19T23:31:00.000Z'],
  ['a time of day', timeOfDay(), '23:59:00', '23:59'],
  ['a moment with no decimals', instant(), '2026-06-20T15:30:00Z', '2026-06-20T15:30:00.000Z'],
  ['a moment with one decimal', instant(), '2026-06-20T15:30:00.1Z', '2026-06-20T15:30:00.100Z'],
  ['a moment with six decimals', instant(), '2026-06-20T15:30:00.123999+00:00', '2026-06-20T15:30:00.123Z'],
  ['a moment elsewhere', instant(), '2026-06-20T00:30:00.5+01:30', '2026-06-19T23:00:00.500Z'],
  ['a moment as the database writes it', instant(), '2026-06-20 15:30:00.5-03', '2026-06-20T18:30:00.500Z'],
  ['a moment without seconds', instant(), '2026-06-20T15:30+0200', '2026-06-20T13:30:00.000Z'],
  ['a whole number', int({ min: 0, max: 9 }), -0, 0],
  ['the largest number', int({ max: 2 ** 53 - 1 }), 2 ** 53 - 1, 2 ** 53 - 1],
  ['as much as a column holds', int(), 2 ** 31 - 1, 2 ** 31 - 1],
  ['as little as a column holds', int(), 1 - 2 ** 31, 1 - 2 ** 31],
  ['the least there may be', int({ min: 3, max: 9 }), 3, 3],
  ['the most there may be', int({ min: 3, max: 9 }), 9, 9],
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
  ['the longest label', labels(), { ['x'.repeat(40)]: '+447700900123' }, { ['x'.repeat(40)]: '+447700900123' }],
  ['the shortest phone number', labels(), { office: '+1234567' }, { office: '+1234567' }],
  ['the longest phone number', labels(), { office: '+123456789012345' }, { office: '+123456789012345' }],
  ['as many labels as may be', labels({ max: 1 }), { office: '+1234567' }, { office: '+1234567' }],
  ['as many ids as may be', idsOf('people', { max: 1 }), [someId], [someId.toLowerCase()]],
  ['as many letters as may be', text({ max: 2 }), 'éé', 'éé'],
  ['as many letters as are needed', text({ max: 9, min: 2 }), ' ab ', ' ab '],
  ['no letters, where none are needed', text({ max: 9 }), '', ''],
  ['as many bytes as may be', longText({ maxBytes: 4 }), 'éé', 'éé'],
  ['the longest place in an order', sortKey(), 'z'.repeat(200), 'z'.repeat(200)],
  ['the shortest zone', zone(), 'GB', 'GB'],
  ['a zone of many parts', zone(), 'America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
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
  ['a number as text', int(), '3'],
  ['more than a column holds', int(), 2 ** 31],
  ['less than a column holds', int(), -(2 ** 31)],
  ['less than the least', int({ min: 3 }), 2],
  ['no day before the first', day(), '2026-06-00'],
  ['no month before the first', day(), '2026-00-10'],
  ['the 31st of June', day(), '2026-06-31'],
  ['the 32nd of December', day(), '2026-12-32'],
  ['words before a day', day(), 'on 2026-06-20'],
  ['words behind a day', day(), '2026-06-20 at noon'],
  ['a day that is no text', day(), 20260620],
  ['words before a time', timeOfDay(), 'at 15:30'],
  ['words behind a time', timeOfDay(), '15:30 sharp'],
  ['seconds in a time', timeOfDay(), '15:30:01'],
  ['the sixtieth minute', timeOfDay(), '15:60'],
  ['words before a moment', instant(), 'at 2026-06-20T15:30:00Z'],
  ['words behind a moment', instant(), '2026-06-20T15:30:00Z sharp'],
  ['an offset of seventy-five minutes', instant(), '2026-06-20T15:30:00+01:75'],
  ['an offset of sixteen hours', instant(), '2026-06-20T15:30:00+16:00'],
  ['a moment behind the calendar', instant(), '9999-12-31T23:59:00-10:00'],
  ['the sixtieth second', instant(), '2026-06-20T15:30:60Z'],
  ['a moment to the tenth decimal', instant(), '2026-06-20T15:30:00.1234567891Z'],
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
  ['an offset for a zone', zone(), '+01:00'],
  ['a zone that is no text', zone(), 1],
  ['a list of ids of which one is none', idsOf('people'), [someId, 'x']],
  ['a phone without its plus', labels(), { mobile: '447700900123' }],
  ['a phone that is too short', labels(), { mobile: '+123456' }],
  ['a phone that is too long', labels(), { mobile: '+1234567890123456' }],
  ['a phone of no country', labels(), { mobile: '+0123456789' }],
  ['words before a phone', labels(), { mobile: 'call +447700900123' }],
  ['words behind a phone', labels(), { mobile: '+447700900123 at work' }],
  ['a label the database cannot store', labels(), { 'a\u0000': '+447700900123' }],
  ['a label as a class has it', labels(), { constructor: '+447700900123' }],
  ['a label as a function has it', labels(), { prototype: '+447700900123' }],
  ['a second label that does not fit', labels(), { a: '+447700900123', b: 'x' }],
  ['no place', sortKey(), ''],
  ['a place that is too long', sortKey(), 'z'.repeat(201)],
  ['a place that is a number', sortKey(), 5],
  ['a place with something before', sortKey(), '-a'],
  ['a place with something behind', sortKey(), 'a-'],
  ['a currency of four letters', currency(), 'EURO'],
  ['a currency with something before', currency(), ' EUR'],
  ['a currency that is a number', currency(), 978],
  ['a word that is a number', oneOf('1'), 1],
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

test('every kind of field is kept in a column of its kind, and knows what it names', () => {
  const kept = [
    ...[text({ max: 9 }), longText(), wallTime(), day(), timeOfDay(), instant(), zone(), int(), int({ max: 2 ** 31 })],
    ...[int({ min: -(2 ** 31) }), bool(), oneOf('soft', 'hard'), id(), idOf('people'), idsOf('people'), labels()],
    ...[sortKey(), currency()],
  ].map(({ kind, sqlType }) => `${kind} ${sqlType}`)
  expect(kept).toEqual([
    ...['text text', 'long_text text', 'wall_time timestamp', 'day date', 'time_of_day time', 'instant timestamptz'],
    ...['zone text', 'int integer', 'int bigint', 'int bigint', 'bool boolean', 'one_of text', 'id uuid', 'id uuid'],
    ...['ids uuid[]', 'labels jsonb', 'sort_key text', 'currency text'],
  ])
  expect([idOf('people').table, idsOf('people').table, id().table]).toEqual(['people', 'people', undefined])
  expect(oneOf('soft', 'hard').options).toEqual(['soft', 'hard'])
  expect(Object.isFrozen(oneOf('soft').options)).toBe(true)
})

test('a refusal says what is wrong in words that help', () => {
  const saidOf = (field: Field, value: Json) => {
    const read = field.read(value)
    return read.ok ? null : read.message
  }
  expect(saidOf(text({ max: 3 }), 'abcd')).toBe('This must have at most 3 characters.')
  expect(saidOf(text({ max: 9, min: 1 }), ' ')).toBe('This must not be empty.')
  expect(saidOf(text({ max: 9, min: 2 }), 'a')).toBe('This must have at least 2 characters.')
  expect(saidOf(text({ max: 9 }), 'a\u0000')).toBe('This text holds characters that cannot be stored.')
  expect(saidOf(longText({ maxBytes: 3 }), 'abcd')).toBe('This must have at most 3 bytes.')
  expect(saidOf(longText(), 'a\u0000')).toBe('This text holds characters that cannot be stored.')
  expect(saidOf(int({ min: 0, max: 9 }), 10)).toBe('This must lie between 0 and 9.')
  expect(saidOf(int(), 0.5)).toBe('This must be a whole number.')
  expect(saidOf(oneOf('soft', 'hard'), 'x')).toBe('This must be one of: soft, hard.')
  expect(saidOf(idsOf('people', { max: 1 }), [someId, someId.replace('A', '1')])).toBe(
    'This must have at most 1 entries.',
  )
  expect(saidOf(labels({ max: 0 }), { a: '+1234567' })).toBe('This must have at most 0 numbers.')
  expect(saidOf(labels(), { ' ': '+1234567' })).toBe('A label must have 1 to 40 characters.')
  expect(saidOf(labels(), { a: '1' })).toBe('A phone number must look like +447700900123.')
})

test('a text that is longer than any message is not even counted', () => {
  expect(values.lengthOf('a'.repeat(524_288))).toBe(524_288)
  expect(values.lengthOf('a'.repeat(524_289))).toBe(Infinity)
})
