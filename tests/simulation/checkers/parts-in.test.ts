// The checkers' own list of fields with parts is whole, and their reading tells parts apart.
import { allCollections } from '@wedsync/wedding'
import { expect, test } from 'vitest'
import { fieldsWithParts, namesApart, partsIn } from './parts-in.ts'

test('every field that merges part by part is known to the checkers', () => {
  const declared = allCollections.flatMap(({ name, fieldNames, fieldOf }) =>
    fieldNames.filter((field) => fieldOf(field)!.rule.name === 'keyed').map((field) => `${name}.${field}`),
  )
  expect(Object.keys(fieldsWithParts).sort()).toEqual(declared.sort())
})

test('a line of a checklist is there, has a text and a tick; an answer that says nothing is not one that is gone', () => {
  const line = { id: 'rings', text: 'Rings', done: false }
  const read = (value: (typeof line)[]) => partsIn('tasks', 'checklist', value)!
  expect(namesApart(read([line]), read([{ ...line, done: true }]))).toEqual(['rings · done'])
  expect(namesApart(read([line]), read([]))).toEqual(['rings', 'rings · text', 'rings · done'])
  expect(partsIn('form_responses', 'answers', { band: null })!.has('band')).toBe(true)
  expect(partsIn('tasks', 'title', 'Rings')).toBeNull()
})
