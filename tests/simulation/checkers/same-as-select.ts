// P5: a phone that has synced everything holds what its person's select would give, field by field, and nothing else. Told by a
// second account of who sees what, which shares no line with the feed.
import { sameJson, type JsonObject } from '@wedsync/protocol'
import { wholeRecordTold, type Collection } from '@wedsync/merge'
import { visibleTo, type Row as SeenRow } from '../../security/visible-to.ts'
import { allCollections } from '@wedsync/wedding'
import { rowsOf } from '../model/rows.ts'
import type { Reads } from '../model/state.ts'
import { short, type MakeChecker } from './checker.ts'

/** The rows of an organization by table, as the second account looks at them. */
export const rowsAs = (reads: Reads, organizationId: string) =>
  new Map(allCollections.map((collection) => [collection.name, rowsOfTableAs(reads, organizationId, collection)]))

/** Those of one table. */
export const rowsOfTableAs = (reads: Reads, organizationId: string, { name, isScope }: Collection): SeenRow[] =>
  rowsOf(reads, name)
    .filter((row) => row.organization_id === organizationId)
    .map((row) => (isScope ? { ...row, client_id: row.id } : row) as unknown as SeenRow)

export const sameAsSelect: MakeChecker = (world, report) => ({
  conclude: () => {
    const rows = new Map<string, ReturnType<typeof rowsAs>>()
    for (const phone of world.phones) {
      const { organizationId, userId } = phone.person
      const there = rows.get(organizationId) ?? rowsAs(world.model.reads, organizationId)
      rows.set(organizationId, there)
      const sight = visibleTo(there, organizationId, userId)
      const held = new Map(
        phone
          .records()
          .filter(({ table, base }) => table !== 'conflicts' && base)
          .map((row) => [`${row.table}/${row.id}`, row]),
      )
      const schema = phone.schema()
      for (const [key, { table, data: now }] of sight) {
        const data = schema ? wholeRecordTold(schema, table, now as JsonObject) : (now as JsonObject)
        // an older app has no place for some tables
        if (!data) continue
        const row = held.get(key)
        if (!row) report(`${phone.name} does not hold ${key}`)
        else if (!sameJson(row.base, data))
          report(`${phone.name} holds ${key} as ${JSON.stringify(differing(row.base!, data))}`)
      }
      for (const key of held.keys()) if (!sight.has(key)) report(`${phone.name} still holds ${key}`)
      const waiting = new Set(phone.outbox().map(({ table, id }) => `${table}/${id}`))
      for (const row of phone.records())
        if (!waiting.has(`${row.table}/${row.id}`) && !sameJson(row.view, row.base))
          report(`${phone.name} shows ${row.table}/${short(row.id)} other than it holds it, and nothing waits`)
    }
  },
})

const differing = (one: JsonObject, other: JsonObject) =>
  Object.fromEntries(
    [...new Set([...Object.keys(one), ...Object.keys(other)])]
      .filter((name) => !sameJson(one[name] ?? null, other[name] ?? null))
      .map((name) => [name, [one[name], other[name]]]),
  )
