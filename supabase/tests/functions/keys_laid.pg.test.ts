// Parts of a value in SQL and in the merge: the same names differ, and one value laid over another comes out the same, in the same order.
import { aDatabase } from '@wedsync/postgres/testing'
import { isSameOrder, keysApart, keysLaid, sideLaid } from '@wedsync/merge'
import type { Json } from '@wedsync/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const { admin } = await aDatabase()

const name = fc.constantFrom('a', 'b', 'c', 'd', 'Größe', '__proto__x')
const object = fc.dictionary(name, fc.constantFrom<Json>('one', 'two', null, 3), { noNullPrototype: true })
const list = fc.uniqueArray(fc.record({ id: name, text: fc.constantFrom('one', 'two') }), { selector: ({ id }) => id })
const odd = fc.constantFrom<Json>(null, 'text', 7, [1], [{ id: 'a' }, { id: 'a' }], [{ text: 'one' }])

const values = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constant(null), object, object, object) },
  { weight: 8, arbitrary: fc.tuple(fc.constant('id'), list, list, list) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(null, 'id'), fc.oneof(odd, object, list), fc.oneof(odd, list), object),
  },
) as fc.Arbitrary<[by: string | null, one: Json, other: Json, over: Json]>

const inSql = async (by: string | null, one: Json, other: Json, over: Json) => {
  const { rows } = await admin.query<{ apart: string[] | null; laid: Json; moved: boolean | null }>(
    `select a.apart, case when a.apart is not null and sync.parts_of($4, $1) is not null then sync.keys_laid($4, $2, a.apart, $1) end as laid,
            sync.is_reordered($2, $3, coalesce($1, '')) as moved
       from (select sync.keys_apart($2, $3, $1)) a (apart)`,
    [by, ...[one, other, over].map((value) => JSON.stringify(value))],
  )
  return rows[0]!
}

test('[P4] the database and the merge tell the parts of a value apart alike, and lay them over one another alike', async () => {
  await fc.assert(
    fc.asyncProperty(values, async ([by, one, other, over]) => {
      const { apart, laid, moved } = await inSql(by, one, other, over)
      const keys = keysApart(one, other, by)
      expect(apart?.toSorted() ?? null).toEqual(keys?.toSorted() ?? null)
      if (keys === null) return
      expect(moved).toBe(!isSameOrder(one, other, by))
      if (keysApart(over, over, by) === null) return
      expect(laid).toEqual(keysLaid(over, one, keys, by))
    }),
    { numRuns: 400 },
  )
})

test('[P4] once what stands has moved, a side of a conflict is what it was in both: its own parts, and its own order', async () => {
  await fc.assert(
    fc.asyncProperty(values, async ([by, client, server, now]) => {
      const field = { field: 'checklist', client, server, ...(by !== null && { keyedBy: by }) }
      const { rows } = await admin.query<{ moved: { client: Json; server: Json } }>(
        `select sync.side_moved($1, $2, '{}') as moved`,
        [field, now].map((value) => JSON.stringify(value)),
      )
      expect(rows[0]!.moved).toMatchObject({ client: sideLaid(client, server, now, by) ?? client, server: now })
    }),
    { numRuns: 400 },
  )
})

test('lines that are new join at the end in the order their author gave them', async () => {
  const [over, from] = [[{ id: 'x', text: 'one' }], [{ id: 'c', text: 'one' }, { id: 'a', text: 'two' }]] // prettier-ignore
  expect((await inSql('id', from, [], over)).laid).toEqual([...over, ...from])
})
