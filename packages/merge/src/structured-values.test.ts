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
const refuses: [string, Field, Json][] = [
  ['a word alone', words(), 'vegan'],
  ['a number among words', words(), [1]],
  ['a word without letters', words(), [' ']],
  ['a word that is too long', words({ maxLength: 2 }), ['abc']],
  ['a word PostgreSQL cannot store', words(), ['a\u0000']],
  ['too many words', words({ max: 1 }), ['a', 'b']],
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
