import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Change } from './change.ts'
import type { Json, JsonObject } from './json.ts'
import { readChange, readPlainChange } from './read-change.ts'

const uuid = '4D0C1A2B-3e4f-4a5b-8c6d-7e8f90a1b2c3'
const whole: JsonObject = {
  ...{ changeId: uuid, groupId: uuid.toLowerCase(), action: 'update', table: 'notes', id: uuid, baseVersion: 7 },
  ...{
    data: { body: 'x' },
    base: { body: 'y' },
    timestamp: '2026-06-20T18:00:00Z',
    checksum: 'aB'.repeat(32),
    schemaVersion: 2,
  },
}
const parts: Record<string, Json[]> = {
  changeId: [uuid, `${uuid}0`, uuid.slice(1), `{${uuid}}`, `${uuid}\n`, '', null, 7],
  groupId: [uuid, 'no id', null, {}],
  after: [uuid, 'no id', null],
  action: ['create', 'update', 'delete', 'restore', 'Update', 'toString', '', null, 1],
  table: ['notes', '', 'x'.repeat(100), 'x'.repeat(101), '😀'.repeat(51), null, ['notes']],
  id: [uuid, 'no id', null],
  baseVersion: [0, -0, 7, -1, 0.5, 2 ** 53 - 1, 2 ** 53, '7', null, true],
  schemaVersion: [0, 3, -1, 1.5, '3', null],
  data: [{}, { body: null }, JSON.parse('{"__proto__":{"a":1}}') as Json, [], null, 'x'],
  base: [{}, { body: [1] }, [], null, 'x'],
  intents: [{}, { at: { op: 'set_to' } }, { at: { op: 'no' } }, null],
  fromBefore: [true, false, null],
  timestamp: ['', 'x'.repeat(64), 'x'.repeat(65), null, 7],
  checksum: ['aB'.repeat(32), 'a'.repeat(63), 'g'.repeat(64), `${'a'.repeat(64)}\n`, '', null],
  more: ['unknown members are left out'],
  toString: ['and so are those that every object has'],
}
// mostly right, as phones send them; each part may be missing, or any of its values
const someChange = fc
  .record(
    Object.fromEntries(
      Object.entries(parts).map(([name, values]) => [
        name,
        fc.option(fc.oneof({ weight: 6, arbitrary: fc.constant(whole[name]) }, fc.constantFrom(...values)), {
          freq: 8,
          nil: undefined,
        }),
      ]),
    ),
  )
  .map((change) => JSON.parse(JSON.stringify(change)) as JsonObject)

test('[P13] a change is read as its schema reads it, right or wrong', () => {
  let plain = 0
  let wrong = 0
  fc.assert(
    fc.property(fc.oneof({ weight: 50, arbitrary: someChange }, fc.jsonValue() as fc.Arbitrary<Json>), (raw) => {
      const read = readChange(raw)
      const bySchema = Change.safeParse(raw)
      if (bySchema.success) expect(read).toStrictEqual({ success: true, data: bySchema.data })
      else {
        wrong += 1
        expect(read).toEqual({ success: false, issue: bySchema.error.issues[0] })
      }
      if (readPlainChange(raw)) plain += 1
    }),
    { numRuns: 5000 },
  )
  // both ways were walked
  expect(Math.min(plain, wrong)).toBeGreaterThan(100)
})

test('what a phone sends every day is plain', () => {
  expect(readPlainChange(whole)).toStrictEqual(Change.parse(whole))
  const { groupId: _, checksum: __, base: ___, ...least } = whole
  expect(readPlainChange(least)).toStrictEqual(Change.parse(least))
})
