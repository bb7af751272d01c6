import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checksumOf, hashOf } from './checksum.ts'
import type { JsonObject } from './json.ts'

const id = '10000000-0000-4000-8000-000000000001'
const parts = { action: 'update', table: 'notes', id, baseVersion: 7, data: { body: 'Größe 😀', priority: 'low' } }

test('a checksum is SHA-256 over the canonical JSON of five parts, as anybody can work out', () => {
  const text = `{"action":"update","baseVersion":7,"data":{"body":"Größe 😀","priority":"low"},"id":"${id}","table":"notes"}`
  expect(checksumOf(parts)).toBe(createHash('sha256').update(text, 'utf8').digest('hex'))
})

test('it says nothing of the order of keys, nor of anything else in the change', () => {
  const turned = Object.fromEntries(
    Object.entries({ ...parts, timestamp: 'x', changeId: 'y' }).reverse(),
  ) as typeof parts
  expect(checksumOf(turned)).toBe(checksumOf(parts))
  const { baseVersion: _, ...fresh } = parts
  expect(checksumOf(fresh)).toBe(checksumOf({ ...parts, baseVersion: null }))
})

test('it notices every part that is not the one that was sent', () => {
  const others = [
    { action: 'create' },
    { table: 'note' },
    { id: id.replace('1', '2') },
    { baseVersion: 8 },
    { data: { body: 'Größe 😀' } },
  ]
  for (const other of others) expect(checksumOf({ ...parts, ...other })).not.toBe(checksumOf(parts))
})

test('it survives a journey as JSON, whatever the data', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (data) => {
      const sent = JSON.parse(JSON.stringify({ ...parts, data })) as typeof parts & { data: JsonObject }
      expect(checksumOf(sent)).toBe(checksumOf({ ...parts, data: sent.data }))
      expect(hashOf(JSON.parse(JSON.stringify(sent.data)) as JsonObject)).toBe(hashOf(sent.data))
    }),
    { numRuns: 50 },
  )
})
