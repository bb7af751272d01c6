// Whoever writes a tracked table, and however: positions, tombstones and history follow in the same transaction.
import { randomUUID } from 'node:crypto'
import { aDatabase } from '@wedsync/postgres/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { aCompany, insertRows, type Company } from '../testing/a-company.ts'

const { admin } = await aDatabase()
let company: Company

beforeEach(async () => {
  company = await aCompany(admin)
})

type Line = { id: string; position: number; action: string; before: unknown; after: unknown }
type Standing = {
  id: string
  scope: string
  position: number
  gone: string | null
  audience: string[]
  moved: number[]
}

const headOf = async (id: string): Promise<number> =>
  Number((await admin.query<{ head: string }>('select head from sync.clock where organization_id = $1', [id])).rows[0]!.head) // prettier-ignore

const historySince = async (position: number, organization = company.id): Promise<Line[]> =>
  (
    await admin.query<Line>(
      `select record_id as id, position::integer, action, before, after from sync.history
        where organization_id = $1 and position > $2 order by position, scope_id`,
      [organization, position],
    )
  ).rows

const standingOf = async (...ids: string[]): Promise<Standing[]> =>
  (
    await admin.query<Standing>(
      `select record_id as id, scope_id as scope, position::integer, gone, audience, field_positions::integer[] as moved
         from sync.records where record_id = any ($1) order by position, gone = 'remove' desc nulls last`,
      [ids],
    )
  ).rows

const slotOf = async (table: string, field: string): Promise<number> =>
  (await admin.query<{ slot: number }>(`select f.slot from sync.fields f join sync.tables t using (table_id) where t.name = $1 and f.field = $2`, [table, field])).rows[0]!.slot // prettier-ignore

const anItem = async (more: object = {}): Promise<string> => {
  const id = randomUUID()
  await insertRows(admin, 'timeline_items', [itemOf(id, more)])
  return id
}
const itemOf = (id: string, more: object = {}) => ({
  ...{ id, organization_id: company.id, client_id: company.weddings[0], title: 'First dance', kind: 'music' },
  ...{ duration_min: 15, anchor: 'soft', compressible: false, participant_ids: [], guest_visible: false },
  ...{ key_moment: false, locked: false, status: 'planned' },
  ...more,
})

describe('a row changed with plain SQL', () => {
  test('an insert takes the next position, and history holds the whole record as on the wire', async () => {
    const head = await headOf(company.id)
    const id = await anItem({ planned_start: '2026-06-20T15:30:00', actual_start: '2026-06-20T13:31:02.3456Z' })
    expect(await standingOf(id)).toMatchObject([{ position: head + 1, gone: null, scope: company.weddings[0] }])
    const [line, ...more] = await historySince(head)
    expect(more).toEqual([])
    expect(line).toMatchObject({ id, action: 'create', position: head + 1, before: null })
    expect(line!.after).toEqual({
      ...{ client_id: company.weddings[0], title: 'First dance', kind: 'music', planned_start: '2026-06-20T15:30' },
      ...{ duration_min: 15, anchor: 'soft', min_duration_min: null, compressible: false, location: null },
      ...{ owner_id: null, participant_ids: [], vendor_id: null, cue: null, public_note: null, internal_note: null },
      ...{ guest_visible: false, key_moment: false, locked: false, status: 'planned', sort_key: null },
      ...{ actual_start: '2026-06-20T13:31:02.345Z', actual_end: null },
    })
  })

  test('an update moves the fields it changed and no others', async () => {
    const id = await anItem({ planned_start: '2026-06-20T15:30:00' })
    const head = await headOf(company.id)
    await admin.query(`update timeline_items set planned_start = '2026-06-20 16:00', title = 'First dance', internal_note = 'x "y"' where id = $1`, [id]) // prettier-ignore
    expect(await historySince(head)).toEqual([
      {
        ...{ id, action: 'update', position: head + 1 },
        before: { planned_start: '2026-06-20T15:30', internal_note: null },
        after: { planned_start: '2026-06-20T16:00', internal_note: 'x "y"' },
      },
    ])
    const [{ moved }] = (await standingOf(id)) as [Standing]
    const slots = [await slotOf('timeline_items', 'planned_start'), await slotOf('timeline_items', 'internal_note')]
    expect(moved.flatMap((position, index) => (position === head + 1 ? [index + 1] : [])).sort()).toEqual(slots.sort())
  })

  test('every kind of value is told as on the wire', async () => {
    const head = await headOf(company.id)
    const [wedding] = company.weddings
    await admin.query(`update clients set access_time = '09:05', wedding_date = '2026-06-21', ceremony_start = '2026-06-21 14:00', headcount = 80, plan_b_active = true where id = $1`, [wedding]) // prettier-ignore
    await admin.query(`update vendor_contacts set phones = '{"mobile": "+49 1"}', arrived_at = '2026-06-20 10:00:00.5+02', arrival_from = '2026-06-20 10:00' where id = $1`, [company.vendorContact]) // prettier-ignore
    expect((await historySince(head)).map(({ after }) => after)).toEqual([
      { ...{ access_time: '09:05', wedding_date: '2026-06-21', ceremony_start: '2026-06-21T14:00' }, headcount: 80, plan_b_active: true }, // prettier-ignore
      { phones: { mobile: '+49 1' }, arrived_at: '2026-06-20T08:00:00.500Z', arrival_from: '2026-06-20T10:00' },
    ])
  })

  test.each([
    ['clients', 'access_time', '09:05:10'],
    ['clients', 'freeze_from', '2026-06-20 10:00:30'],
    ['vendor_contacts', 'arrival_from', '2026-06-20 10:00:00.5'],
    ['timeline_items', 'planned_start', '2026-06-20 10:00:30'],
  ])('a wall time with seconds, which no device could show, is refused: %s.%s', async (table, field, value) => {
    await anItem()
    await expect(admin.query(`update ${table} set ${field} = $1 where organization_id = $2`, [value, company.id])).rejects.toMatchObject({ code: '23514' }) // prettier-ignore
  })

  test('an update that changes nothing moves nothing', async () => {
    const id = await anItem()
    const head = await headOf(company.id)
    await admin.query(`update timeline_items set title = title, location = null where organization_id = $1`, [
      company.id,
    ])
    await admin.query(`update timeline_items set title = 'x' where id = $1`, [randomUUID()])
    expect(await headOf(company.id)).toBe(head)
    expect(await standingOf(id)).toMatchObject([{ position: head }])
  })

  test('a statement over many rows gives each its own position, without a gap', async () => {
    const ids = await Promise.all([anItem(), anItem(), anItem(), anItem()])
    const head = await headOf(company.id)
    await admin.query(`update timeline_items set location = 'garden' where id = any ($1)`, [ids])
    expect((await historySince(head)).map(({ position }) => position)).toEqual([1, 2, 3, 4].map((nth) => head + nth))
    expect(new Set((await standingOf(...ids)).map(({ position }) => position)).size).toBe(4)
  })

  test('an upsert over new and known rows tells both', async () => {
    const known = await anItem()
    const fresh = randomUUID()
    const head = await headOf(company.id)
    await admin.query(
      `insert into timeline_items (id, organization_id, client_id, title)
       select unnest($1::uuid[]), $2, $3, 'Cake' on conflict (id) do update set title = excluded.title`,
      [[known, fresh], company.id, company.weddings[0]],
    )
    expect((await historySince(head)).map(({ id, action }) => `${action} ${id}`).sort()).toEqual([`create ${fresh}`, `update ${known}`]) // prettier-ignore
    expect(await headOf(company.id)).toBe(head + 2)
  })

  test('one statement over two organizations moves both orders, each by its own', async () => {
    const other = await aCompany(admin)
    const [head, otherHead] = [await headOf(company.id), await headOf(other.id)]
    await admin.query(`update clients set notes = 'call them' where organization_id = any ($1)`, [
      [company.id, other.id],
    ])
    expect(await headOf(company.id)).toBe(head + 2)
    expect(await headOf(other.id)).toBe(otherHead + 2)
    expect((await historySince(otherHead, other.id)).map(({ id }) => id).sort()).toEqual([...other.weddings].sort())
  })

  test('one statement that writes two tables is told in both', async () => {
    const id = await anItem()
    const head = await headOf(company.id)
    await admin.query(
      `with note as (insert into notes (id, organization_id, client_id, body) values ($1, $2, $3, 'rain') returning id)
       update timeline_items set location = 'tent' where id = $4`,
      [randomUUID(), company.id, company.weddings[0], id],
    )
    expect((await historySince(head)).map(({ action }) => action).sort()).toEqual(['create', 'update'])
  })

  test('a delete leaves a tombstone, and the last values in history', async () => {
    const id = await anItem({ guest_visible: true })
    const head = await headOf(company.id)
    await admin.query('delete from timeline_items where id = $1', [id])
    expect(await standingOf(id)).toMatchObject([{ position: head + 1, gone: 'delete', audience: [] }])
    expect(await historySince(head)).toMatchObject([{ id, action: 'delete', before: { title: 'First dance' }, after: null }]) // prettier-ignore
  })

  test('a record that comes back under its id takes up its place, with every field moved', async () => {
    const id = await anItem()
    await admin.query('delete from timeline_items where id = $1', [id])
    const head = await headOf(company.id)
    await insertRows(admin, 'timeline_items', [itemOf(id, { title: 'Again' })])
    const [record, ...more] = await standingOf(id)
    expect(more).toEqual([])
    expect(record).toMatchObject({ gone: null, position: head + 1 })
    expect(new Set(record!.moved)).toEqual(new Set([head + 1]))
  })

  test('a record that moves to another wedding is gone from the one and stands in the other, at one position', async () => {
    const id = await anItem()
    const head = await headOf(company.id)
    await admin.query('update timeline_items set client_id = $2 where id = $1', [id, company.weddings[1]])
    expect(await standingOf(id)).toMatchObject([
      { scope: company.weddings[0], gone: 'remove', position: head + 1, audience: [] },
      { scope: company.weddings[1], gone: null, position: head + 1 },
    ])
    await admin.query('update timeline_items set client_id = $2 where id = $1', [id, company.weddings[0]])
    expect(await standingOf(id)).toMatchObject([
      { scope: company.weddings[1], gone: 'remove', position: head + 2 },
      { scope: company.weddings[0], gone: null, position: head + 2 },
    ])
    await admin.query('delete from timeline_items where id = $1', [id])
    expect((await standingOf(id)).map(({ scope, gone, position }) => [scope === company.weddings[0], gone, position])).toEqual([
      [false, 'remove', head + 2],
      [true, 'delete', head + 3],
    ]) // prettier-ignore
  })
})

describe('what hangs on a deleted record', () => {
  test('goes with it, each with a tombstone of its own', async () => {
    const items = [await anItem(), await anItem()]
    const head = await headOf(company.id)
    await admin.query('delete from clients where id = $1', [company.weddings[0]])
    const lines = await historySince(head)
    expect(new Set(lines.map(({ action }) => action))).toEqual(new Set(['delete']))
    // the wedding, its items, its vendor, and five people's assignments
    expect(lines).toHaveLength(1 + 2 + 1 + 5)
    expect(lines.map(({ id }) => id)).toEqual(expect.arrayContaining([...items, company.weddings[0], company.vendorContact])) // prettier-ignore
    expect((await standingOf(...items)).map(({ gone }) => gone)).toEqual(['delete', 'delete'])
    expect(await headOf(company.id)).toBe(head + lines.length)
  })

  test('or only forgets it: the field moves, and whoever saw it through that field no longer does', async () => {
    const id = await anItem({ vendor_id: company.vendorContact })
    expect((await standingOf(id))[0]!.audience).toContain(`vendor:${company.vendorContact}`)
    const head = await headOf(company.id)
    await admin.query('delete from vendor_contacts where id = $1', [company.vendorContact])
    expect((await historySince(head)).find((line) => line.id === id)).toMatchObject({ action: 'update', before: { vendor_id: company.vendorContact }, after: { vendor_id: null } }) // prettier-ignore
    const [record] = (await standingOf(id)) as [Standing]
    expect(record.moved[(await slotOf('timeline_items', 'vendor_id')) - 1]).toBe(record.position)
    expect(record.audience).not.toContain(`vendor:${company.vendorContact}`)
  })

  test('an organization is not gone by one statement: its devices hear of its records first', async () => {
    await anItem()
    const drop = (table: string, column: string) =>
      admin.query(`delete from ${table} where ${column} = $1`, [company.id])
    await expect(drop('organizations', 'id')).rejects.toMatchObject({ code: 'SY010' })
    await drop('clients', 'organization_id')
    await drop('people', 'organization_id')
    await drop('organizations', 'id')
    expect((await admin.query('select from sync.clock where organization_id = $1', [company.id])).rowCount).toBe(0)
  })
})

describe('what is refused', () => {
  test('a record never changes its id', async () => {
    const id = await anItem()
    await expect(admin.query('update timeline_items set id = $2 where id = $1', [id, randomUUID()])).rejects.toMatchObject({ code: 'SY011' }) // prettier-ignore
  })

  test('nor its organization', async () => {
    const other = await aCompany(admin)
    const id = await anItem()
    await expect(
      admin.query('update timeline_items set organization_id = $2, client_id = $3 where id = $1', [id, other.id, other.weddings[0]]), // prettier-ignore
    ).rejects.toMatchObject({ code: 'SY011' })
  })

  test('two records that swap their ids are told apart', async () => {
    const [one, two] = [await anItem(), await anItem()]
    // ids are checked row by row, so PostgreSQL itself refuses this
    await expect(admin.query(`update timeline_items set id = case id when $1 then $2::uuid else $1::uuid end where id in ($1, $2)`, [one, two])).rejects.toMatchObject({ code: '23505' }) // prettier-ignore
  })

  test('truncate, which no device would hear of', async () => {
    await expect(admin.query('truncate notes')).rejects.toMatchObject({ code: 'SY012' })
    await expect(admin.query('truncate clients cascade')).rejects.toMatchObject({ code: 'SY012' })
  })

  test('a write to an organization that is closed', async () => {
    const id = await anItem()
    await admin.query('update sync.clock set closed_at = now() where organization_id = $1', [company.id])
    for (const sql of [
      `update timeline_items set title = 'x' where id = $1`,
      'delete from timeline_items where id = $1',
    ])
      await expect(admin.query(sql, [id])).rejects.toMatchObject({ code: 'SY010' })
    await expect(anItem()).rejects.toMatchObject({ code: 'SY010' })
  })
})

test.each([
  ['where they are', ['a', 'b', 'c']],
  ['where none of them is any more', [null, null, null]],
  ['where another one is', ['b', 'a', 'c']],
  ['of some of them', ['a', 'no place', null]],
] as const)('[P9] whoever writes may say %s: every record moves, and itself', async (_, told) => {
  const ids = [await anItem(), await anItem(), await anItem()].sort()
  const head = await headOf(company.id)
  const { rows } = await admin.query<{ id: string; place: string }>(
    'select record_id as id, ctid::text as place from sync.records where record_id = any ($1)',
    [ids],
  )
  const placeOf = new Map(['a', 'b', 'c'].map((name, nth) => [name, rows.find(({ id }) => id === ids[nth])!.place]))
  // an unused place of the first page, and none at all
  const places = told.map((name) => (name === 'no place' ? null : ((name && placeOf.get(name)) ?? '(0,250)')))

  const tx = await admin.connect()
  await tx.query('begin')
  await tx.query(
    `select set_config('sync.record_ids', $1::uuid[]::text, true), set_config('sync.change_ids', $2::uuid[]::text, true), set_config('sync.places', $3::tid[]::text, true)`,
    [ids, ids.map(() => randomUUID()), places],
  )
  await tx.query(`update timeline_items set title = 'Speeches' where id = any ($1)`, [ids])
  await tx.query('commit')
  tx.release()
  const standing = await standingOf(...ids)
  expect(standing.map(({ id, position }) => [id, position])).toEqual(ids.map((id, nth) => [id, head + 1 + nth]))
  const slot = await slotOf('timeline_items', 'title')
  expect(standing.map(({ moved }) => moved[slot - 1])).toEqual(standing.map(({ position }) => position))
  expect((await historySince(head)).map(({ id, position }) => [id, position])).toEqual(
    ids.map((id, nth) => [id, head + 1 + nth]),
  )
})

test('[P9] every commit leaves a mark at its head', async () => {
  const head = await headOf(company.id)
  const ids = [await anItem(), await anItem()]
  await admin.query(`update timeline_items set location = 'hall' where id = any ($1)`, [ids])
  const { rows } = await admin.query<{ position: number; mark: string }>(
    'select position::integer, mark from sync.marks where organization_id = $1 and position > $2 order by position',
    [company.id, head],
  )
  expect(rows.map(({ position }) => position)).toEqual([head + 1, head + 2, head + 4])
  expect(new Set(rows.map(({ mark }) => mark)).size).toBe(3)
})

test('who wrote stands beside what they wrote; somebody in psql has no account', async () => {
  await anItem()
  const { rows } = await admin.query('select user_id, device_id, change_id from sync.history where organization_id = $1', [company.id]) // prettier-ignore
  expect(rows.every((row) => Object.values(row as object).every((value) => value === null))).toBe(true)
})

test('a field keeps its slot for ever: one that is dropped leaves its place, one that comes gets a new one', async () => {
  await admin.query(`
    create table public.menus (id uuid primary key, organization_id uuid not null, client_id uuid not null, soup text, main text, cake text);
    select sync.track('public.menus', 'client_id', 99);`)
  const id = randomUUID()
  await admin.query(`insert into menus values ($1, $2, $3, 'a', 'b', 'c')`, [id, company.id, company.weddings[0]])
  await admin.query(`alter table menus drop column soup; alter table menus add column wine text; select sync.track('public.menus', 'client_id', 99);`) // prettier-ignore
  const head = await headOf(company.id)
  await admin.query(`update menus set wine = 'red' where id = $1`, [id])
  await admin.query(`update menus set cake = 'd' where id = $1`, [id])
  const [{ moved }] = (await standingOf(id)) as [Standing]
  expect(await slotOf('menus', 'wine')).toBe(5)
  expect(moved[(await slotOf('menus', 'wine')) - 1]).toBe(head + 1)
  expect(moved[(await slotOf('menus', 'cake')) - 1]).toBe(head + 2)
  expect(moved[(await slotOf('menus', 'main')) - 1]).toBeLessThanOrEqual(head)
})
