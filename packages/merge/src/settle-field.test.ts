import { expect, test } from 'vitest'
import { settleField } from './settle-field.ts'
import { items } from './testing/tables.ts'

const titles = { collection: items, record: {}, strategy: 'merge', client: { role: 'planner' }, server: { role: 'vendor' }, isChosenByPerson: false, isClose: false } as const // prettier-ignore

test('what nobody here knows, or what somebody wants gone, is a person’s', () => {
  expect(settleField({ ...titles, field: { field: 'smell', client: 'sweet', server: null } })).toEqual({
    ask: true,
    reason: 'Nobody here knows the smell, so a person decides.',
    rule: 'ask@1',
  })
  expect(settleField({ ...titles, field: { field: 'title', server: 'Cake' } })).toEqual({
    ask: true,
    reason: 'Nobody here knows the title, so a person decides.',
    rule: 'ask@1',
  })
})
