// What its author does to a value twice, the second time on a sheet that may have been open since before the first.
import { expect, test } from 'vitest'
import { isPutTogether, laterEdit } from './later-edit.ts'
import { items, lists, weddingId } from './testing/tables.ts'
import { longText } from './values.ts'
import { publicTextRule } from './rules/text.ts'

const fieldOf = (name: string) => (items.fieldOf(name) ?? lists.fieldOf(name))!
const line = (id: string, text: string, done = false) => ({ id, text, done })

test('[P3] notes, lists and values whose parts have names are put together; of anything else the last one counts', () => {
  expect(['title', 'starts', 'status', 'money', 'seen', 'files'].filter((name) => isPutTogether(fieldOf(name)))).toEqual([]) // prettier-ignore
  for (const name of ['note', 'people', 'phones', 'lines', 'answers']) expect(isPutTogether(fieldOf(name)), name).toBe(true) // prettier-ignore
  expect(laterEdit(fieldOf('title'), { wanted: 'Pie', before: 'Cake', over: 'Tart' })).toBe('Pie')
  // also where two people's edits of it would be put together, or weighed against each other
  expect(laterEdit(fieldOf('starts'), { wanted: '2026-06-20T15:30', before: '2026-06-20T15:00', over: '2026-06-20T15:10' })).toBe('2026-06-20T15:30') // prettier-ignore
  expect(laterEdit(fieldOf('money'), { wanted: 30, before: 10, over: 15 })).toBe(30)
  expect(laterEdit(fieldOf('status'), { wanted: 'planned', before: 'started', over: 'done' })).toBe('planned')
})

test.each([
  ['a paragraph of each', 'note', 'One\nTwo\nMine, too', 'One\nTwo', 'Mine\nOne\nTwo', 'Mine\nOne\nTwo\nMine, too'],
  ['a word of each', 'note', 'The red barn', 'The old barn', 'The old hall', 'The red hall'],
  ['whom each took in', 'people', [weddingId, 'b'], [weddingId], ['a', weddingId], [weddingId, 'a', 'b']],
  ['whom one took out', 'people', [], ['a'], ['a', 'b'], ['b']],
  ['a number of each', 'phones', { mobile: '1', office: '9' }, { mobile: '1' }, { mobile: '2' }, { mobile: '2', office: '9' }],
  ['the words and the tick of a line', 'lines', [line('a', 'Rings', true)], [line('a', 'Rings')], [line('a', 'Both')], [line('a', 'Both', true)]],
])('[P3] %s', (_, name, wanted, before, over, both) => {
  expect(laterEdit(fieldOf(name), { wanted, before, over })).toEqual(both)
}) // prettier-ignore

test('[P3] of the same words twice, both stand there; guests’ words too, since nobody else is asked', () => {
  const edit = { wanted: 'Second', before: 'Old', over: 'First' }
  for (const field of [fieldOf('note'), longText().merges(publicTextRule)]) {
    const both = laterEdit(field, edit) as string
    expect(both).toContain('First')
    expect(both).toContain('Second')
  }
})

test('whoever saw what they had, or of whom nobody knows what they saw, replaces it', () => {
  expect(laterEdit(fieldOf('note'), { wanted: 'New', before: 'Old', over: 'Old' })).toBe('New')
  expect(laterEdit(fieldOf('note'), { wanted: 'New', before: undefined, over: 'Old' })).toBe('New')
  expect(laterEdit(fieldOf('people'), { wanted: ['a'], before: undefined, over: ['b'] })).toEqual(['a'])
  expect(laterEdit(fieldOf('phones'), { wanted: { office: '9' }, before: undefined, over: { mobile: '2' } })).toEqual({ office: '9' }) // prettier-ignore
  expect(laterEdit(fieldOf('phones'), { wanted: { mobile: '2' }, before: { mobile: '1' }, over: 'odd' })).toEqual({ mobile: '2' }) // prettier-ignore
})
