import { expect, test } from 'vitest'
import { yesterday } from '../testing/versions.ts'
import { contestedMeant, contestedTold, isWhole } from './translate-conflict.ts'

const torn = (client: string, server: string) => ({ field: 'status', client, server })

test('an older phone reads a conflict in its own words, side by side, and no side is invented', () => {
  const place = { field: 'place', base: 'Barn', client: 'Lawn', server: null, reason: 'Two people.' }
  expect(contestedTold(yesterday(), 'tasks', place)).toStrictEqual({ ...place, field: 'room' })
  const status = { field: 'status', client: 'done', server: 'doing', resolved: 'dropped', proposed: 'open' }
  expect(contestedTold(yesterday(), 'tasks', status)).toStrictEqual({
    ...{ field: 'done', client: true, server: false, resolved: true, proposed: false },
  })
})

test('of a field or a table that it does not know it hears nothing', () => {
  expect(contestedTold(yesterday(), 'tasks', { field: 'keeper' })).toBeNull()
  expect(contestedTold(yesterday(), 'papers', { field: 'name' })).toBeNull()
  expect(contestedTold(yesterday(), 'tasks', { field: 'name', table: 'papers' })).toBeNull()
})

test('what was never said otherwise is told as it stands, in whichever table it is', () => {
  const title = { field: 'title', client: 'Cake' }
  expect(contestedTold(yesterday(), 'tasks', title)).toBe(title)
  const name = { field: 'place', table: 'people', client: 'Rosa' }
  expect(contestedTold(yesterday(), 'tasks', name)).toBe(name)
  expect(contestedMeant(yesterday(), 'tasks', title)).toBe(title)
  expect(contestedMeant(yesterday(), 'people', { field: 'room' })).toEqual({ field: 'room' })
  expect(contestedMeant(yesterday(), 'tasks', { field: 'room', table: 'people' })).toEqual({
    field: 'room',
    table: 'people',
  })
})

test('what an older phone says of a conflict is understood in today’s words', () => {
  const done = { field: 'done', client: true, server: false }
  expect(contestedMeant(yesterday(), 'tasks', done)).toStrictEqual({ field: 'status', client: 'done', server: 'open' })
  expect(contestedMeant(yesterday(), 'people', { ...done, table: 'tasks' })).toMatchObject({ field: 'status' })
})

test('[P4] nobody decides on what they do not see: a field or a table their phone does not know', () => {
  expect(isWhole(yesterday(), 'tasks', [{ field: 'title' }])).toBe(true)
  expect(isWhole(yesterday(), 'tasks', [{ field: 'title' }, { field: 'keeper' }])).toBe(false)
  expect(isWhole(yesterday(), 'papers', [{ field: 'name' }])).toBe(false)
  expect(isWhole(yesterday(), 'tasks', [{ field: 'name', table: 'papers' }])).toBe(false)
  expect(isWhole(yesterday(), 'papers', [{ field: 'name', table: 'people' }])).toBe(true)
})

test('[P4] nobody decides between two sides that look alike to them, unless they are alike', () => {
  expect(isWhole(yesterday(), 'tasks', [torn('open', 'doing')])).toBe(false)
  expect(isWhole(yesterday(), 'tasks', [torn('open', 'open')])).toBe(true)
  expect(isWhole(yesterday(), 'tasks', [torn('open', 'done')])).toBe(true)
  expect(isWhole(yesterday(), 'tasks', [{ field: 'status', server: 'done' }])).toBe(true)
  expect(isWhole(yesterday(), 'tasks', [{ field: 'status', client: 'done' }])).toBe(true)
  // somebody's only number is the van's, and somebody else wants them all gone: their phone has no number to show for either
  const van = { van: '+442222222' }
  expect(isWhole(yesterday(), 'tasks', [{ field: 'phones', server: van }])).toBe(true)
  expect(isWhole(yesterday(), 'tasks', [{ field: 'phones', client: van }])).toBe(true)
  expect(isWhole(yesterday(), 'tasks', [{ field: 'phones', client: van, server: {} }])).toBe(false)
})

test.each(['base', 'client', 'server', 'resolved', 'proposed'])(
  '[P4] nobody decides where a word stands for something their phone has no word for: %s',
  (side) => {
    expect(isWhole(yesterday(), 'tasks', [{ field: 'status', [side]: 'dropped' }])).toBe(false)
  },
)
