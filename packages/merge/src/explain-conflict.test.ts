import { describe, expect, test } from 'vitest'
import { contestedFields } from './contested-fields.ts'
import { explainConflict, type ConflictToExplain } from './explain-conflict.ts'
import { resolveConflict } from './resolve-conflict.ts'
import { items } from './testing/tables.ts'

const collections = new Map([['items', items]])
const base = { title: 'Cake', status: 'planned', money: 5, starts: '2026-06-20T16:00', minutes: 15, fixed: false }

type Edit = { data: Record<string, string | number>; strategy?: 'merge' | 'client_wins' | 'server_wins' | 'manual' }
const conflictOf = (stands: Record<string, string | number>, { data, strategy = 'merge' }: Edit): ConflictToExplain => {
  const moved = Object.keys(stands).map((name): [string, number] => [name, 9])
  const stored = {
    version: 9,
    fields: { ...items.defaults, ...base, ...stands },
    fieldVersions: { ...Object.fromEntries(items.fieldNames.map((name) => [name, 1])), ...Object.fromEntries(moved) },
    isDeleted: false,
  }
  const change = { action: 'update' as const, data, base, baseVersion: 5 }
  const { conflict } = resolveConflict({
    ...{ collection: items, change, stored, strategy },
    contested: contestedFields({ collection: items, change, stored }),
    sides: {
      client: { role: 'planner', userId: 'c' },
      server: Object.fromEntries(Object.keys(stands).map((name) => [name, { role: 'venue', userId: 's' }])),
    },
    context: { hoursUntilEvent: 500 },
  })
  return { kind: conflict!.kind, table: 'items', fields: conflict!.fields.map((field) => ({ ...field })) }
}
const again = (conflict: ConflictToExplain) => explainConflict(conflict, collections)

test('says what the rule looked at, which rule in which version, what it came to, and why', () => {
  expect(again(conflictOf({ title: 'Tart' }, { data: { title: 'Pie' } }))).toEqual([
    {
      field: 'title',
      called: 'the title',
      inputs: {
        ...{ base: 'Cake', client: 'Pie', server: 'Tart' },
        weighed: { client: { role: 'planner' }, server: { role: 'venue' }, trusted: ['owner', 'planner'] },
      },
      ...{ rule: 'scalar', version: 1 },
      says: "Kept the planner's “Pie” because the planner decides the title. The venue's “Tart” is in the list.",
      result: { settled: 'Pie' },
      isSameAgain: true,
    },
  ])
})

test('says who waits for a person, and what is proposed', () => {
  const group = conflictOf({ starts: '2026-06-20T16:30', minutes: 20 }, { data: { starts: '2026-06-20T16:15' } })
  expect(again(group)).toMatchObject([{ result: { waits: true, proposed: '2026-06-20T16:15' }, isSameAgain: true }])
  const asked = conflictOf({ status: 'skipped' }, { data: { status: 'done' } })
  expect(again(asked)).toMatchObject([{ rule: 'stages', result: { waits: true }, isSameAgain: true }])
})

test.each(['client_wins', 'server_wins', 'manual'] as const)('a strategy comes to the same again: %s', (strategy) => {
  const conflict = conflictOf({ title: 'Tart', money: 7 }, { data: { title: 'Pie', money: 9 }, strategy })
  expect(again(conflict).map(({ isSameAgain }) => isSameAgain)).toEqual([true, true])
})

describe('is found out', () => {
  const conflict = conflictOf({ title: 'Tart' }, { data: { title: 'Pie' } })
  const but = (more: object) => again({ ...conflict, fields: [{ ...conflict.fields[0]!, ...more }] })[0]!.isSameAgain
  test('when something else was written than the rule came to', () => {
    expect(but({ resolved: 'Tart' })).toBe(false)
    expect(but({ weighed: { client: { role: 'venue' }, server: { role: 'planner' } } })).toBe(false)
    expect(but({ weighed: {} })).toBe(false)
    expect(but({ weighed: { ...conflict.fields[0]!.weighed, trusted: ['venue'] } })).toBe(false)
  })
  test('when something was proposed that the rule does not propose', () => {
    expect(but({ resolved: undefined, proposed: 'Flan' })).toBe(false)
    expect(but({ resolved: undefined })).toBe(false)
  })
})

test('there is nothing to ask again where a person decided, a side moved since, or nobody knows the rule', () => {
  const conflict = conflictOf({ title: 'Tart' }, { data: { title: 'Pie' } })
  const field = conflict.fields[0]!
  const of = (more: object) => again({ ...conflict, fields: [{ ...field, ...more }] })[0]!
  expect(of({ choice: 'custom', resolved: 'Flan' })).toMatchObject({
    isSameAgain: null,
    result: { settled: 'Flan', choice: 'custom' },
  })
  expect(of({ weighed: undefined }).isSameAgain).toBeNull()
  expect(of({ server: undefined }).isSameAgain).toBeNull()
  expect(of({ rule: 'scalar@2' }).isSameAgain).toBeNull()
  expect(of({ field: 'colour' }).isSameAgain).toBeNull()
  expect(of({ table: 'elsewhere', field: 'serving_time' })).toMatchObject({ called: 'serving time', isSameAgain: null })
  expect(explainConflict({ ...conflict, kind: 'edit_deleted' }, collections)[0]!.isSameAgain).toBeNull()
  const whole = { field: 'title', rule: 'delete_edited@1', reason: 'Somebody changed this.' }
  expect(of({ ...whole, client: undefined, base: undefined }).inputs).not.toHaveProperty('client')
})

test('what is not known is left out, also where a rule is asked again', () => {
  const conflict = conflictOf({ title: 'Tart' }, { data: { title: 'Pie' } })
  const { base: _base, ...field } = conflict.fields[0]!
  const [told] = again({ ...conflict, fields: [field] })
  expect(Object.keys(told!.inputs)).toEqual(['client', 'server', 'weighed'])
  expect(told).toMatchObject({ result: { settled: 'Pie' }, isSameAgain: true })
  const { server: _server, ...gone } = conflict.fields[0]!
  expect(Object.keys(again({ ...conflict, fields: [gone as typeof field] })[0]!.inputs)).not.toContain('server')
  const { client: _client, ...deleted } = conflict.fields[0]!
  expect(Object.keys(again({ ...conflict, fields: [deleted as typeof field] })[0]!.inputs)).not.toContain('client')
})

test('of what waits with nothing proposed, nothing is told as proposed', () => {
  const asked = conflictOf({ status: 'skipped' }, { data: { status: 'done' } })
  expect(again(asked)[0]!.result).toEqual({ waits: true })
})

test('where what both saw decides, it is handed to the rule again', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((letter) => letter.repeat(8) + '-0000-4000-8000-000000000000')
  const stands = { ...base, people: [a!, b!] }
  const stored = {
    version: 9,
    fields: { ...items.defaults, ...stands },
    fieldVersions: { people: 9 },
    isDeleted: false,
  }
  const change = { action: 'update' as const, data: { people: [a!, c!] }, base: { people: [a!] }, baseVersion: 5 }
  const { conflict } = resolveConflict({
    ...{ collection: items, change, stored, strategy: 'merge', context: { hoursUntilEvent: 500 } },
    contested: contestedFields({ collection: items, change, stored }),
    sides: { client: { role: 'planner', userId: 'c' }, server: {} },
  })
  const kept = { kind: conflict!.kind, table: 'items', fields: conflict!.fields.map((field) => ({ ...field })) }
  expect(again(kept)[0]).toMatchObject({ result: { settled: [a, b, c] }, isSameAgain: true })
  const { base: _seen, ...unseen } = kept.fields[0]!
  expect(again({ ...kept, fields: [unseen] })[0]).toMatchObject({ isSameAgain: false })
})
