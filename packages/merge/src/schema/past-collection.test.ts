import { expect, test } from 'vitest'
import { tasks, yesterday } from '../testing/versions.ts'

const thenOf = () => yesterday().collections.get('tasks')!

test('yesterday’s tasks have the fields of that time, in their order, and what is no more comes last', () => {
  const then = thenOf()
  expect(then.fieldNames).toEqual(['title', 'room', 'done', 'mobile', 'helper', 'colour'])
  expect(then.defaults).toEqual({ room: null, done: false, mobile: null, helper: null, colour: null })
})

test('[P7] who may see and do what is decided by the table of today, in the words of that time', () => {
  const then = thenOf()
  expect(then).toMatchObject({
    name: 'tasks',
    scope: 'organization',
    isScope: false,
    createdBy: ['planner'],
    updatedBy: ['planner', 'helper'],
    deletedBy: ['owner'],
  })
  expect(then.audience).toStrictEqual([
    { roles: ['planner'], where: { is: 'any' } },
    { roles: ['helper'], where: { is: 'me', field: 'helper' } },
    // nobody knew a keeper then: whoever is one sees what the server sends
    { roles: ['keeper'], where: { is: 'any' } },
    { roles: ['guest'], where: { is: 'me', field: 'id' } },
    { roles: ['vendor'], where: { is: 'me', field: 'title' } },
  ])
  expect(then.writtenWhere).toEqual([{ roles: ['helper'], where: { is: 'me', field: 'helper' } }])
})

test('a field that nobody knew then neither refers to anybody nor has to be unique', () => {
  const then = thenOf()
  expect(then.refersTo).toEqual({ helper: { table: 'people', onDelete: 'null' } })
  expect(then.unique).toEqual([['title', 'room']])
})

test('a table nobody said otherwise is what it was, and one that is new was not there', () => {
  expect(yesterday().collections.get('people')!.fieldNames).toEqual(['name'])
  expect(yesterday().collections.get('people')!.updatedBy).toBeNull()
  expect(yesterday().collections.has('papers')).toBe(false)
  expect([...yesterday().collections.keys()]).toEqual(['people', 'tasks'])
})

test('what makes a record press, pressed then as well', () => {
  const then = thenOf()
  expect(then.criticalIn).toBe(tasks.criticalIn)
  expect(then.raises).toBe(tasks.raises)
})
