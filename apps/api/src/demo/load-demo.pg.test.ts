import { aDatabase } from '@wedsync/postgres/testing'
import { demoAgencies, demoAgency } from '@wedsync/wedding/demo'
import { expect, test } from 'vitest'
import { loadDemo } from './load-demo.ts'

const [today, later] = ['2026-06-20', '2026-06-23']
const everything = demoAgencies(today).flatMap(({ records }) => Object.values(records).flat()).length

test('an empty database gets both companies whole, and the next start changes nothing, on whatever day', async () => {
  const { admin } = await aDatabase()
  await loadDemo(admin, today)
  const count =
    'select count(*)::integer as live, (select max(head)::integer from sync.clock) as head from sync.records where gone is null'
  const { rows: first } = await admin.query<{ live: number; head: number }>(count)
  expect(first[0]!.live).toBe(everything)
  await admin.query(`update timeline_items set title = 'Ours' where title = 'Cake cut'`)
  await admin.query(`delete from guests where name = (select min(name) from guests)`)
  const { rows: before } = await admin.query(count)
  await loadDemo(admin, later)
  expect((await admin.query(count)).rows).toEqual(before)
})

test('two servers that start at once load it once', async () => {
  const { admin } = await aDatabase()
  await Promise.all([loadDemo(admin, today), loadDemo(admin, today)])
  expect((await admin.query('select from sync.records')).rowCount).toBe(everything)
})

test('a demo of an earlier version gets what was never there, and keeps what people made of it', async () => {
  const { admin } = await aDatabase()
  await loadEarlierVersion(admin)
  await admin.query(`update clients set names = 'Ours' where id = (select client_id from timeline_items limit 1)`)
  await admin.query(`delete from timeline_items where title = 'Procession'`)
  await loadDemo(admin, later)

  const [{ days, names, items, tasks }] = (await admin.query<{ days: string[]; names: string[]; items: number; tasks: number }>(
    `select array(select wedding_date::text from clients order by 1) as days, array(select names from clients) as names,
            (select count(*)::integer from timeline_items where title = 'Procession') as items, (select count(*)::integer from tasks) as tasks`,
  )).rows as [{ days: string[]; names: string[]; items: number; tasks: number }] // prettier-ignore
  // around the day it was loaded for, as its wedding is
  expect(days).toEqual([today, '2026-06-27', '2026-07-11', '2026-09-19'])
  expect(names).toContain('Ours')
  expect(items).toBe(3)
  expect(tasks).toBe(96)
  const { rows: gone } = await admin.query(`select from sync.records where gone is not null`)
  expect(gone).toHaveLength(1)
  // the two dependencies of what was deleted have nothing to stand on
  expect((await admin.query('select from sync.records')).rowCount).toBe(everything - 2)
})

test('where people left no room for the rest of it, an earlier demo stays as they have it', async () => {
  const { admin } = await aDatabase()
  await loadEarlierVersion(admin)
  // the bride signs in already, under an account of their own making
  await admin.query(
    `insert into memberships (id, organization_id, user_id, person_id, role)
     select gen_random_uuid(), organization_id, gen_random_uuid(), id, 'couple' from people where name = 'Amelia Whitfield'`,
  )
  const before = await admin.query('select record_id, position from sync.records order by 1')
  await loadDemo(admin, later)
  const organization = demoAgency(today).organization.id
  const after = await admin.query('select record_id, position from sync.records where organization_id = $1 order by 1', [organization]) // prettier-ignore
  expect(after.rows).toEqual(before.rows)
  // the other company is there whole
  expect((await admin.query('select from guests')).rowCount).toBe(152)
})

/** The seven tables and four accounts there were at first. */
const loadEarlierVersion = async (admin: Awaited<ReturnType<typeof aDatabase>>['admin']): Promise<void> => {
  const { organization, records } = demoAgency(today)
  const load = (table: string, rows: readonly object[]) =>
    admin.query('select sync.load_records($1, $2::jsonb)', [table, JSON.stringify(rows)])
  await load('organizations', [organization])
  const roles = new Set(['owner', 'planner', 'assistant', 'vendor'])
  const members = records['memberships']!.filter(({ role }) => roles.has(role as string))
  const people = new Set(members.map(({ person_id }) => person_id))
  for (const table of ['people', 'memberships', 'clients', 'assignments', 'vendor_contacts', 'timeline_items', 'notes'])
    await load(table, table === 'memberships' ? members : table === 'assignments' ? records[table]!.filter(({ person_id }) => people.has(person_id)) : records[table]!) // prettier-ignore
}
