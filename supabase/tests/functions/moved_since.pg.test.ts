// What moved is found by the commits it moved in; where these do not tell, the scopes are looked through, and the news is the same.
import { randomUUID } from 'node:crypto'
import { aDatabase } from '@wedsync/postgres/testing'
import { expect, test } from 'vitest'
import type { JsonObject } from '@wedsync/protocol'
import { aCompany } from '../testing/a-company.ts'
import { aRunSheet } from '../testing/a-run-sheet.ts'

const { admin, server } = await aDatabase()

type Page = { hasMore: boolean; changes: JsonObject[]; scopes: JsonObject }

/** Every page from this cursor on. */
const pull = async (claims: string, cursor: object | null, limit: number) => {
  const changes: JsonObject[] = []
  for (let next = cursor; ;) {
    const asked = JSON.stringify({ deviceId: null, cursor: next, scopes: null, limit, device: {} })
    const { rows } = await server.query<{ page: string }>('select sync.pull_page($1, $2) as page', [claims, asked])
    const page = JSON.parse(rows[0]!.page) as Page
    changes.push(...page.changes)
    if (!page.hasMore) return { changes, cursor: page }
    next = page
  }
}

/** A planner who has heard of everything, and a day on which much moves; six commits, one of them of two companies. */
const aDayInBetween = async () => {
  const { company, planner, items } = await aRunSheet(admin)
  const [own, other] = company.weddings
  await admin.query('insert into notes (id, organization_id, client_id, body) values ($1, $2, $3, $4)', [randomUUID(), company.id, own, 'a note']) // prettier-ignore
  const { cursor } = await pull(planner.claims, null, 50)
  const elsewhere = await aCompany(admin)
  await admin.query(`update timeline_items set title = 'Speeches' where id = any ($1)`, [items.slice(0, 4)])
  await admin.query(`update clients set notes = 'both' where organization_id = any ($1)`, [[company.id, elsewhere.id]])
  await admin.query('update timeline_items set client_id = $2 where id = $1', [items[0], other])
  await admin.query('insert into notes (id, organization_id, client_id, body) values ($1, $2, $3, $4)', [randomUUID(), company.id, own, 'new']) // prettier-ignore
  await admin.query('delete from timeline_items where id = $1', [items[1]])
  await admin.query(`update timeline_items set location = 'Barn' where id = $1`, [items[2]])
  const news = async (limit: number) => (await pull(planner.claims, cursor, limit)).changes
  return { company, items, news, heard: await news(50) }
}

test('[P5] in pages of any size the same news comes in the same order', async () => {
  const { items, news, heard } = await aDayInBetween()
  expect(heard.map(({ action }) => action)).toEqual(['update', 'update', 'remove', 'create', 'delete', 'update'])
  expect(heard.map(({ id }) => id)).toContain(items[0])
  for (const limit of [1, 2, 3]) expect(await news(limit)).toEqual(heard)
})

test.each([
  ['none of the commits names what moved', 'update sync.marks set moved = null where organization_id = $1'],
  [
    'one of them does not',
    'update sync.marks set moved = null where (organization_id, position) = (select organization_id, max(position) - 1 from sync.marks where organization_id = $1 group by 1)',
  ],
  [
    'one of them is forgotten',
    'delete from sync.marks where (organization_id, position) = (select organization_id, max(position) - 1 from sync.marks where organization_id = $1 group by 1)',
  ],
])('[P5] and where %s, it is the same', async (_, statement) => {
  const { company, news, heard } = await aDayInBetween()
  expect((await admin.query(statement, [company.id])).rowCount).toBeGreaterThan(0)
  for (const limit of [1, 3, 50]) expect(await news(limit)).toEqual(heard)
})

test('it is the commits that are read: of what none of them names nothing is heard', async () => {
  const { company, items, news, heard } = await aDayInBetween()
  await admin.query('update sync.marks set moved = array_replace(moved, $2, null) where organization_id = $1', [company.id, items[2]]) // prettier-ignore
  expect(await news(50)).toEqual(heard.filter(({ id }) => id !== items[2]))
})

test('[P5] of a commit that moves very much everything is heard', async () => {
  const { company, news, heard } = await aDayInBetween()
  await admin.query(
    `insert into notes (id, organization_id, client_id, body) select gen_random_uuid(), $1, $2, 'many' from generate_series(1, 1200)`,
    [company.id, company.weddings[0]],
  )
  const { rows } = await admin.query<{ moved: string[] | null }>('select moved from sync.marks where organization_id = $1 order by position desc limit 1', [company.id]) // prettier-ignore
  expect(rows[0]!.moved).toBeNull()
  expect(await news(400)).toHaveLength(heard.length + 1200)
})

test('an edit leaves the record’s line in the feed where it is, and no index moves', async () => {
  const { items } = await aRunSheet(admin)
  const tx = await admin.connect()
  // what this connection did, before and after
  const moves = async () => {
    const { rows } = await tx.query<{ all: number; in_place: number }>(
      `select n_tup_upd::integer as all, n_tup_hot_upd::integer as in_place
         from pg_stat_xact_user_tables where schemaname = 'sync' and relname = 'records'`,
    )
    return rows[0]!
  }
  await tx.query('begin')
  const before = await moves()
  await tx.query(`update timeline_items set title = 'Speeches' where id = any ($1)`, [items.slice(0, 2)])
  const after = await moves()
  await tx.query('commit')
  tx.release()
  expect([after.all - before.all, after.in_place - before.in_place]).toEqual([2, 2])
})

test('a commit is asked once, and not by every record of the wedding, also where the tables have no statistics', async () => {
  const { company, planner, items } = await aRunSheet(admin)
  const many = `insert into notes (id, organization_id, client_id, body) select gen_random_uuid(), $1, $2, 'many' from generate_series(1, 600)`
  await admin.query(many, [company.id, company.weddings[0]])
  const { cursor } = await pull(planner.claims, null, 500)
  const commits = 80
  for (let nth = 0; nth < commits; nth += 1)
    await admin.query('update timeline_items set title = $2 where id = $1', [items[nth % 4], `Speech ${nth}`])

  const asked = JSON.stringify({ deviceId: null, cursor, scopes: null, limit: 500, device: {} })
  // what this connection read
  const tx = await admin.connect()
  const rowsRead = async () => {
    const { rows } = await tx.query<{ relname: string; count: string }>(
      `select relname, idx_tup_fetch + seq_tup_read as count from pg_stat_xact_user_tables where schemaname = 'sync'`,
    )
    return new Map(rows.map(({ relname, count }) => [relname, Number(count)]))
  }
  await tx.query('begin')
  const before = await rowsRead()
  const { rows } = await tx.query<{ page: string }>('select sync.pull_page($1, $2) as page', [planner.claims, asked])
  await tx.query('reset role')
  const after = await rowsRead()
  await tx.query('rollback')
  tx.release()
  expect((JSON.parse(rows[0]!.page) as Page).changes).toHaveLength(4)
  // twice a mark: whether they tell everything, and what; and the newest, which is where the cursor goes on
  for (const table of ['marks', 'records'])
    expect(after.get(table)! - (before.get(table) ?? 0)).toBeLessThan(3 * commits)
})
