// The judgement by itself, on histories of a few lines: what counts as seen or told, and what does not.
import type { Json, JsonObject } from '@wedsync/protocol'
import { expect, test } from 'vitest'
import { inOrganization } from '../model/rows.ts'
import { writtenOver, type Evidence } from './written-over.ts'

const organizationId = 'agency'
const about = { organizationId, table: 'timeline_items', id: 'speeches', userId: 'tom' }
type Line = Evidence['lines'][number]

const made = (position: number, after: JsonObject, changeId: string | null = null): Line => ({
  ...{ ...about, position, action: 'create', before: null, after, changeId },
})
const moved = (position: number, field: string, before: Json, after: Json, changeId: string | null = null): Line => ({
  ...{ ...about, position, action: 'update', before: { [field]: before }, after: { [field]: after }, changeId },
})
const gone = (position: number, before: JsonObject, changeId: string): Line => ({
  ...{ ...about, position, action: 'delete', before, after: null, changeId },
})
const change = (action: string, more: Partial<{ baseVersion: number; data: JsonObject; more: JsonObject }> = {}) => ({
  ...{ action, baseVersion: null, data: {}, more: null, ...more },
})
const conflict = (changeId: string, server: Json, decisionId: string | null = null) => ({
  ...{ ...about, conflictId: `of ${changeId}`, changeId, decisionId, fields: [{ field: 'title', server }] },
})
const named = (
  lines: readonly Line[],
  ledger: Record<string, ReturnType<typeof change>>,
  more: { saved?: Record<string, JsonObject[]>; conflicts?: Evidence['conflicts']; waited?: Evidence['waited'] } = {},
): string[] =>
  writtenOver({
    ...{ lines, conflicts: [], waited: new Map(), ...more },
    ledger: new Map(Object.entries(ledger).map(([id, row]) => [inOrganization(organizationId, id), row])),
    saved: new Map(Object.entries(more.saved ?? {})),
  }).map((one) => (one.what === 'writtenOver' ? `${one.field} = ${JSON.stringify(one.before)}` : one.what))

test('[P4] what somebody saw they may write over, and no other value', () => {
  const edit = { a: change('update', { data: { title: 'Tom' } }) }
  const saved = { a: [{ title: 'Old' }] }
  expect(named([moved(2, 'title', 'Old', 'Tom', 'a')], edit, { saved })).toEqual([])
  expect(named([moved(2, 'title', 'Priya', 'Tom', 'a')], edit, { saved })).toEqual(['title = "Priya"'])
})

test('[P4] what an earlier change of the same phone wrote was seen there', () => {
  const ledger = { a: change('update', { data: { title: 'One' } }), b: change('update', { more: { after: 'a' } }) }
  expect(named([moved(3, 'title', 'One', 'Two', 'b')], ledger)).toEqual([])
})

test('[P4] whoever deletes a vendor and then gives a line that named it to another one has written over nothing of anybody', () => {
  const ledger = { a: change('update', { data: { vendor_id: 'oak' } }) }
  const saved = { a: [{ vendor_id: 'elm' }] }
  const taken = moved(2, 'vendor_id', 'elm', null)
  const given = moved(3, 'vendor_id', null, 'oak', 'a')
  expect(named([taken, given], ledger, { saved })).toEqual([])
  // somebody else's delete is another matter
  expect(named([{ ...taken, userId: 'priya' }, given], ledger, { saved })).toEqual(['vendor_id = null'])
  // and so is what somebody set since
  const set = { ...moved(3, 'vendor_id', null, 'ash', 'b'), userId: 'priya' }
  expect(named([taken, set, moved(4, 'vendor_id', 'ash', 'oak', 'a')], ledger, { saved })).toContain(
    'vendor_id = "ash"',
  )
})

test('[P4] a conflict holds a value in the version that did, though its server side has moved along since', () => {
  const ledger = { a: change('update') }
  const conflicts = [conflict('a', 'Priya'), conflict('a', 'Later')]
  expect(named([moved(2, 'title', 'Priya', 'Tom', 'a')], ledger, { conflicts })).toEqual([])
  expect(named([moved(2, 'title', 'Another', 'Tom', 'a')], ledger, { conflicts })).toEqual(['title = "Another"'])
})

test('[P4] whoever decides stands on what they decide between, and on what its author saw', () => {
  const ledger = { a: change('update'), d: change('update') }
  const conflicts = [conflict('a', 'Priya', 'd')]
  expect(named([moved(2, 'title', 'Priya', 'Tom', 'd')], ledger, { conflicts })).toEqual([])
  const waited = new Map([['of a', new Set(['a'])]])
  const seen = { conflicts, waited, saved: { a: [{ title: 'Old' }] } }
  expect(named([moved(2, 'title', 'Old', 'Tom', 'd')], ledger, seen)).toEqual([])
})

test('[P4] a delete takes along what stands as its author looked at it, read or not', () => {
  const ledger = { x: change('delete', { baseVersion: 5 }) }
  expect(named([made(5, { locked: false }), gone(9, { locked: false }, 'x')], ledger)).toEqual([])
  const lines = [made(5, { locked: false }), moved(7, 'locked', false, true), gone(9, { locked: true }, 'x')]
  expect(named(lines, ledger)).toEqual(['locked = true'])
})

test('[P4] who deletes what they made themselves looked at it when it was made', () => {
  const ledger = { m: change('create'), e: change('update', { more: { after: 'm' } }), x: change('delete', { more: { after: 'e' } }) } // prettier-ignore
  const [first, last] = [made(5, { locked: false }, 'm'), (locked: boolean) => gone(9, { locked }, 'x')]
  expect(named([first, last(false)], ledger)).toEqual([])
  expect(named([first, moved(7, 'locked', false, true), last(true)], ledger)).toEqual(['locked = true'])
})

test('[P4] no edit brings back what was deleted, but by a decision', () => {
  const ledger = { a: change('update') }
  expect(named([made(9, { title: 'Tom' }, 'a')], ledger)).toEqual(['broughtBack'])
  expect(named([made(9, { title: 'Tom' }, 'a')], ledger, { conflicts: [conflict('b', 'Tom', 'a')] })).toEqual([])
})
