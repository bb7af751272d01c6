import { type Json } from '@wedsync/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Field } from './field.ts'
import { answers, listOf, words } from './structured-values.ts'
import { runs } from './testing/runs.ts'
import { bool, text } from './values.ts'

const line = { id: text({ max: 9, min: 1 }).required(), text: text({ max: 20 }), done: bool().byDefault(false) }
const checklist = listOf(line, { by: 'id', max: 2 })
const allergies = listOf({ name: text({ max: 20 }).required(), severity: text({ max: 9 }) }, { by: 'name', isOrdered: false }) // prettier-ignore

const reads: [string, Field, Json, Json][] = [
  ['words sorted, each once', words(), ['vegan', 'halal', 'vegan'], ['halal', 'vegan']],
  ['words in the order they were given', words({ isOrdered: true }), ['red', 'blue', 'red'], ['red', 'blue']],
  [
    'a checklist in its own order, with what was left out',
    checklist,
    [{ id: '2', text: 'Rings', done: true }, { id: '1' }],
    [
      { id: '2', text: 'Rings', done: true },
      { id: '1', text: null, done: false },
    ],
  ],
  [
    'allergies, which have no order, by name',
    allergies,
    [{ name: 'nuts', severity: 'severe' }, { name: 'milk' }],
    [
      { name: 'milk', severity: null },
      { name: 'nuts', severity: 'severe' },
    ],
  ],
  [
    'answers of every kind',
    answers(),
    { song: 'At last', encore: true, guests: 12, colours: ['red', 'blue'], sure: null },
    { colours: ['red', 'blue'], encore: true, guests: 12, song: 'At last', sure: null },
  ],
]
const many = (count: number, one: (nth: number) => Json = (nth) => `w${nth}`) => Array.from({ length: count }, (_, nth) => one(nth)) // prettier-ignore
const holds: [string, Field, Json][] = [
  ['as many words as may be', words(), many(50).sort()],
  ['the longest word', words({ isOrdered: true }), ['x'.repeat(80)]],
  ['as many entries as may be', checklist, [{ id: '1', text: null, done: false }, { id: '2', text: null, done: true }]], // prettier-ignore
  ['as many entries as may be where nobody says', listOf({ id: text({ max: 9 }) }, { by: 'id' }), many(200, (nth) => ({ id: `w${nth}` }))], // prettier-ignore
  ['entries that are told apart by their id alone', checklist, [{ id: '1', text: 'Rings', done: false }, { id: '2', text: 'Rings', done: false }]], // prettier-ignore
  ['the longest answer, and an empty one', answers(), { menu: '', song: 'x'.repeat(5000) }],
  ['as many texts in an answer as may be', answers(), { songs: many(50) }],
  ['no, and none', answers(), { band: false, guests: 0, songs: [] }],
  ['the longest id of a question', answers({ max: 1 }), { ['q'.repeat(64)]: 'x' }],
  ['as many answers as may be', answers({ max: 2 }), { a: 'x', b: 'y' }],
]
const refuses: [string, Field, Json][] = [
  ['a word alone', words(), 'vegan'],
  ['a number among words', words(), [1]],
  ['a word without letters', words(), [' ']],
  ['a word that is too long', words({ maxLength: 2 }), ['abc']],
  ['a word PostgreSQL cannot store', words(), ['a\u0000']],
  ['too many words', words({ max: 1 }), ['a', 'b']],
  ['too many words where nobody says', words(), many(51)],
  ['a word that is too long where nobody says', words(), ['x'.repeat(81)]],
  ['a word beside a number', words(), ['a', 1]],
  ['too many entries where nobody says', listOf({ id: text({ max: 9 }) }, { by: 'id' }), many(201, (nth) => ({ id: `w${nth}` }))], // prettier-ignore
  ['nothing for an entry', checklist, [null]],
  ['an entry whose id is empty', checklist, [{ id: null }]],
  ['an answer with too many texts', answers(), { songs: many(51) }],
  ['an answer with a text without end', answers(), { songs: ['x'.repeat(5001)] }],
  ['an answer the database cannot store', answers(), { song: 'a\u0000' }],
  ['an answer of texts beside a number', answers(), { songs: ['At last', 1] }],
  ['a question with too long an id', answers(), { ['q'.repeat(65)]: 'x' }],
  ['a question the database cannot store', answers(), { 'a\u0000': 'x' }],
  ['an answer beside one that does not fit', answers(), { a: 'x', b: 1.5 }],
  ['no list', checklist, { id: '1' }],
  ['a list of words where entries belong', checklist, ['Rings']],
  ['an entry without what tells it apart', checklist, [{ text: 'Rings' }]],
  ['two entries of one id', checklist, [{ id: '1' }, { id: '1', text: 'Rings' }]],
  ['an entry with a part too many', checklist, [{ id: '1', colour: 'red' }]],
  ['an entry with a part a computer takes for its own', checklist, [JSON.parse('{"id":"1","__proto__":{}}') as Json]],
  ['an entry of which a part does not fit', checklist, [{ id: '1', done: 'yes' }]],
  ['too many entries', checklist, [{ id: '1' }, { id: '2' }, { id: '3' }]],
  ['a list of answers', answers(), ['At last']],
  ['an answer that is a record', answers(), { song: { title: 'At last' } }],
  ['half a guest', answers(), { guests: 1.5 }],
  ['a list of numbers', answers(), { guests: [1] }],
  ['an answer without end', answers(), { song: 'x'.repeat(5001) }],
  ['an answer to no question', answers(), { ' ': 'x' }],
  ['an answer to what a computer takes for its own', answers(), JSON.parse('{"__proto__":"x"}') as Json],
  ['too many answers', answers({ max: 1 }), { a: 'x', b: 'y' }],
]

test.each(reads)('a field can hold %s', (_, field, value, canonical) => {
  expect(field.read(value)).toEqual({ ok: true, value: canonical })
  expect(field.read(canonical)).toEqual({ ok: true, value: canonical })
})

test.each(holds)('a field can hold %s, as it is', (_, field, value) => {
  expect(field.read(value)).toEqual({ ok: true, value })
})

test.each(refuses)('a field refuses %s and says so in one sentence', (_, field, value) => {
  const read = field.read(value)
  expect(read).toMatchObject({ ok: false })
  expect(!read.ok && read.message).toMatch(/^[A-Z].*\.$/)
})

test('[P13] reading what was read changes nothing, whatever was sent', () => {
  const word = fc.constantFrom('a', 'b', ' b', '__proto__', 'ü', '1', '10')
  const entry = fc.record({ id: word, text: word, done: fc.boolean() }, { requiredKeys: ['id'] })
  const sent = fc.oneof(
    fc.array(word, { maxLength: 4 }),
    fc.array(entry, { maxLength: 3 }),
    fc.dictionary(word, fc.oneof(word, fc.integer(), fc.boolean(), fc.array(word, { maxLength: 2 }))),
    fc.jsonValue({ maxDepth: 2 }),
  )
  let [tried, read] = [0, 0]
  fc.assert(
    fc.property(
      fc.constantFrom(words({ max: 9 }), words({ isOrdered: true }), checklist, allergies, answers()),
      sent,
      (field, value) => {
        // prettier-ignore
        const first = field.read(value as Json)
        tried += 1
        if (!first.ok) return
        read += 1
        expect(field.read(first.value)).toEqual(first)
      },
    ),
    runs(2000),
  )
  expect(read / tried).toBeGreaterThan(0.1)
})

test('answers stand in the order of their questions, entries without order in that of what tells them apart', () => {
  const read = answers().read({ b: 1, c: 2, a: 3 })
  expect(read.ok && JSON.stringify(read.value)).toBe('{"a":3,"b":1,"c":2}')
  const named = (...names: string[]) => names.map((name) => ({ name, severity: null }))
  expect(allergies.read(named('milk', 'nuts', 'egg'))).toEqual({ ok: true, value: named('egg', 'milk', 'nuts') })
})

test('a refusal says what is wrong in words that help', () => {
  const saidOf = (field: Field, value: Json) => {
    const read = field.read(value)
    return read.ok ? null : read.message
  }
  expect(saidOf(words(), 'x')).toBe('This must be a list of words of at most 80 characters.')
  expect(saidOf(words({ max: 1 }), ['a', 'b'])).toBe('This must have at most 1 entries.')
  expect(saidOf(checklist, 'x')).toBe('This must be a list.')
  expect(saidOf(checklist, [{}, {}, {}])).toBe('This must have at most 2 entries.')
  expect(saidOf(checklist, ['x'])).toBe('An entry has the parts id, text, done.')
  expect(saidOf(checklist, [{ id: '1', colour: 'red' }])).toBe('An entry has no other parts than id, text, done.')
  expect(saidOf(checklist, [{ text: 'Rings' }])).toBe('An entry needs its id.')
  expect(saidOf(checklist, [{ id: '' }])).toBe('The id of an entry does not fit: This must not be empty.')
  expect(saidOf(checklist, [{ id: '1' }, { id: '1' }])).toBe('Two entries have the same id.')
  expect(saidOf(answers(), [])).toBe('This must be answers by the id of their question.')
  expect(saidOf(answers({ max: 0 }), { a: 1 })).toBe('This must have at most 0 answers.')
  expect(saidOf(answers(), { ' ': 1 })).toBe('A question has an id of 1 to 64 characters.')
  expect(saidOf(answers(), { a: {} })).toBe('An answer is text, yes or no, a whole number, or several texts.')
})

test('lists and answers are kept in columns of their kind', () => {
  expect([words(), checklist, answers()].map(({ kind, sqlType }) => `${kind} ${sqlType}`)).toEqual([
    ...['words text[]', 'entries jsonb', 'answers jsonb'],
  ])
  expect(checklist.keyedBy).toBe('id')
})
