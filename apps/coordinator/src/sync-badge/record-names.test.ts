// What people read of a record, a field and a value.
import { allCollections } from '@wedsync/wedding'
import { expect, test } from 'vitest'
import { nameOfConflict, tableNamedBy, valueInWords } from './record-names.ts'

test('nobody reads an id: every field that holds some says whose they are', () => {
  const fields = allCollections.flatMap(({ name, fieldNames, fieldOf }) =>
    fieldNames.filter((field) => ['id', 'ids'].includes(fieldOf(field)!.kind)).map((field) => [name, field] as const),
  )
  expect(fields.length).toBeGreaterThan(20)
  const known = allCollections.map(({ name }) => name)
  const nameless = fields.filter(([table, field]) => !known.includes(tableNamedBy(table, field) ?? ''))
  // an account is no record
  expect(nameless).toEqual([['memberships', 'user_id']])
  expect(tableNamedBy('timeline_items', 'title')).toBeNull()
})

test.for([
  [[], 'empty'],
  [null, 'empty'],
  [false, 'no'],
  ['set_up', 'set up'],
  ['2026-06-20T16:15', '16:15'],
  [['vegan', 'no_nuts'], 'vegan\nno nuts'],
  [
    [
      { id: 'a', text: 'Rings', done: true },
      { id: 'b', text: 'Vows', done: false },
    ],
    'Rings ✓\nVows',
  ],
  [{ mobile: '+44 1', office: null }, 'mobile: +44 1\noffice: empty'],
] as const)('two sides can be held against each other: %j reads %j', ([value, words]) => {
  expect(valueInWords(value)).toBe(words)
})

test('what would go round in a circle is no entry of its own', () => {
  expect(nameOfConflict({ kind: 'cycle' }, null)).toBe('What waits for what')
  expect(nameOfConflict({ kind: 'fields' }, { title: 'Speeches' })).toBe('Speeches')
  expect(nameOfConflict({ kind: 'fields' }, null)).toBe('An entry')
})
