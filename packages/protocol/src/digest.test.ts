import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { digestOf, digestText, type HeldRecord } from './digest.ts'
import type { JsonObject } from './json.ts'

const data = fc.dictionary(
  fc.string({ unit: 'grapheme' }),
  fc.jsonValue({ stringUnit: 'grapheme' }),
) as fc.Arbitrary<JsonObject>
const records = fc.uniqueArray(fc.record({ id: fc.uuid(), data }), { selector: ({ id }) => id })
const turned = (value: JsonObject): JsonObject => Object.fromEntries(Object.entries(value).reverse())

test('two who hold the same agree, however rows and keys are ordered and whatever way the values travelled', () => {
  fc.assert(
    fc.property(records, (rows) => {
      const other = [...rows].reverse().map((row) => ({ ...row, data: turned(row.data) }))
      expect(digestOf(JSON.parse(JSON.stringify(other)) as HeldRecord[])).toBe(digestOf(rows))
      // a server has its own way to hash
      expect(createHash('sha256').update(digestText(rows)).digest('hex')).toBe(digestOf(rows))
    }),
  )
})

test('two who do not, do not: a row less, a field less, a null for a missing one, another text', () => {
  const rows: HeldRecord[] = [
    { id: 'a', data: { title: 'x', note: null } },
    { id: 'b', data: { title: '1' } },
  ]
  const others: HeldRecord[][] = [
    [],
    rows.slice(0, 1),
    [rows[0]!, { id: 'b', data: {} }],
    [{ id: 'a', data: { title: 'x' } }, rows[1]!],
    [rows[0]!, { id: 'b', data: { title: 1 } }],
    [rows[0]!, { id: 'c', data: { title: '1' } }],
    [rows[0]!, { id: 'b', data: { title: '1 ' } }],
  ]
  const digests = [rows, ...others].map(digestOf)
  expect(new Set(digests).size).toBe(digests.length)
})
