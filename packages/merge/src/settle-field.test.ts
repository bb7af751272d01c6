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

test.each([
  ['manual', 'title', false, { ask: true, reason: 'A person wanted to decide the title.' }],
  ['client_wins', 'money', false, { ask: true, reason: 'The money is too important to be decided by who came first, so a person decides.' }],
  ['server_wins', 'money', false, { ask: true, reason: 'The money is too important to be decided by who came first, so a person decides.' }],
  ['client_wins', 'money', true, { settled: 5, reason: 'Kept the new value of the money, as was asked for. The other is in the list.', confidence: 1 }],
  ['server_wins', 'money', true, { settled: 7, reason: 'Kept the money as it stood, as was asked for. The new value is in the list.', confidence: 1 }],
] as const)('a strategy says what it did: %s, the %s, chosen by a person: %s', (strategy, name, isChosenByPerson, says) => {
  const field = name === 'money' ? { field: name, client: 5, server: 7 } : { field: name, client: 'Pie', server: 'Tart' }
  expect(settleField({ ...titles, strategy, isChosenByPerson, field })).toEqual({ ...says, rule: `${strategy}@1` })
}) // prettier-ignore

test('of two edits that do not fit the field together a person decides', () => {
  const notes = { ...titles, field: { field: 'title', base: 'Cake', client: 'x'.repeat(99), server: 'Tart' } }
  expect(settleField(notes)).toEqual({ ask: true, reason: 'Both edits together do not fit the title, so a person decides.', rule: 'scalar@1' }) // prettier-ignore
})

test('who is not known is the other', () => {
  const field = { field: 'title', base: 'Cake', client: 'Pie', server: 'Tart' }
  expect(settleField({ ...titles, server: {}, field })).toMatchObject({ settled: 'Pie', reason: "Kept the planner's “Pie” because the planner decides the title. The other “Tart” is in the list." }) // prettier-ignore
})
