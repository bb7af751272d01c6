// What the keys of the plan promise: what means nothing without a record goes with it, each with its own tombstone; what was
// handed over stays; nothing of one wedding refers to another; and a couple does not approve its own answers.
import type pg from 'pg'
import { randomUUID } from 'node:crypto'
import { allCollections } from '@wedsync/wedding'
import { aDatabase } from '@wedsync/postgres/testing'
import { describe, expect, test } from 'vitest'
import { insertRows, type Company } from './testing/a-company.ts'
import { aFullCompany } from './testing/a-full-company.ts'
import { asPerson } from './testing/as-person.ts'

const { admin, server } = await aDatabase()

const idsOf = async ({ weddings }: Company, table: string): Promise<string[]> => {
  const { rows } = await admin.query<{ id: string }>(`select id from public.${table} where client_id = $1 order by id`, [weddings[0]]) // prettier-ignore
  return rows.map(({ id }) => id)
}

/** Every record as devices hear of it, and the last thing history tells of it. */
const toldOf = async (ids: readonly string[]) => {
  const { rows } = await admin.query<{ id: string; table: string; gone: string | null; position: string; action: string; before: object }>(
    `select r.record_id as id, t.name as table, r.gone, r.position, h.action, h.before
       from sync.records r join sync.tables t using (table_id)
       join sync.history h on h.record_id = r.record_id and h.table_id = r.table_id and h.position = r.position
      where r.record_id = any ($1) order by r.position`,
    [ids],
  ) // prettier-ignore
  return rows
}

describe('what means nothing without a record goes with it, each with its own tombstone', () => {
  test.each([
    ['an item takes what waits for it and what it waits for', 'timeline_items', ['timeline_dependencies']],
    ['a guest takes their seat', 'guests', ['seat_assignments']],
    ['a table takes its seats', 'tables', ['seat_assignments']],
    ['a form takes its answers', 'forms', ['form_responses']],
  ])('%s', async (_, table, dependent) => {
    const company = await aFullCompany(admin)
    const parents = await idsOf(company, table)
    const children = (await Promise.all(dependent.map((one) => idsOf(company, one)))).flat()
    await asPerson(
      server,
      company.people.planner.claims,
      (tx) => tx.query(`delete from public.${table} where id = any ($1)`, [parents]),
      'commit',
    )

    const told = await toldOf([...parents, ...children])
    expect(told.map(({ id, gone, action }) => [id, gone, action]).sort()).toEqual(
      [...parents, ...children].map((id) => [id, 'delete', 'delete']).sort(),
    )
    expect(new Set(told.map(({ position }) => position)).size).toBe(told.length)
    for (const { before } of told) expect(before).toMatchObject({ client_id: company.weddings[0] })
    for (const one of dependent) expect(await idsOf(company, one)).toEqual([])
    // the other wedding keeps what it has
    expect((await admin.query(`select from public.${dependent[0]!} where client_id = $1`, [company.weddings[1]])).rowCount).toBeGreaterThan(0) // prettier-ignore
  })

  test('somebody who leaves the company is forgotten by their tasks and envelopes, and those stay', async () => {
    const company = await aFullCompany(admin)
    await admin.query('delete from people where id = $1', [company.people.planner.personId])
    for (const [table, field] of [
      ['tasks', 'owner_id'],
      ['payment_entries', 'handed_by'],
    ] as const) {
      // prettier-ignore
      const ids = await idsOf(company, table)
      expect(await toldOf(ids)).toMatchObject([{ gone: null, action: 'update', before: { [field]: company.people.planner.personId } }]) // prettier-ignore
    }
  })

  test('a wedding takes all it has, what was handed over as well', async () => {
    const company = await aFullCompany(admin)
    const tables = allCollections.filter(({ scope, isScope }) => scope === 'wedding' && !isScope)
    const ids = (await Promise.all(tables.map(({ name }) => idsOf(company, name)))).flat()
    await asPerson(server, company.people.owner.claims, (tx) => tx.query('delete from clients where id = $1', [company.weddings[0]]), 'commit') // prettier-ignore
    const told = await toldOf(ids)
    expect(told).toHaveLength(ids.length)
    expect(new Set(told.map(({ gone }) => gone))).toEqual(new Set(['delete']))
    expect(new Set(told.map(({ table }) => table)).size).toBe(tables.length)
  })
})

describe('what is refused', () => {
  const refused = async (sql: string, values: unknown[]) =>
    admin.query(sql, values).then(
      () => 'done',
      (error: unknown) => (error as pg.DatabaseError).constraint ?? (error as pg.DatabaseError).code,
    )

  test('a payment of which something was handed over is not deleted, one of which nothing was is', async () => {
    const company = await aFullCompany(admin)
    const { rows } = await admin.query<{ paid: string; open: string }>(
      `select e.payment_id as paid, p.id as open from payment_entries e join payments p using (client_id) where client_id = $1 and p.id <> e.payment_id`,
      [company.weddings[0]],
    )
    const { paid, open } = rows[0]!
    expect(await refused('delete from payments where id = $1', [paid])).toBe('payment_entries_payment_fkey')
    expect(await refused('delete from payments where id = $1', [open])).toBe('done')
  })

  test('nothing refers to a record of another wedding, even of the same company', async () => {
    const company = await aFullCompany(admin)
    const [here, there] = company.weddings
    const of = async (table: string, wedding: string) =>
      (await admin.query<{ id: string }>(`select id from ${table} where client_id = $1 limit 1`, [wedding])).rows[0]!.id
    const bare = { organization_id: company.id, client_id: here }
    for (const [table, parents] of Object.entries({
      timeline_dependencies: { from_id: 'timeline_items', to_id: 'timeline_items' },
      seat_assignments: { guest_id: 'guests', table_id: 'tables' },
      form_responses: { form_id: 'forms' },
      payment_entries: { payment_id: 'payments' },
    }))
      for (const strange of Object.keys(parents)) {
        await admin.query(`delete from ${table} where client_id = $1`, [here])
        const ids = Object.fromEntries(await Promise.all(Object.entries(parents).map(async ([field, parent]) => [field, await of(parent, field === strange ? there : here)] as const))) // prettier-ignore
        const row = { ...bare, ...ids, id: randomUUID(), ...(table === 'payment_entries' && { amount_minor: 1 }), ...(table === 'form_responses' && { answers: {}, status: 'draft' }), ...(table === 'timeline_dependencies' && { type: 'FS' }) } // prettier-ignore
        const answer = await insertRows(admin, table, [row]).then(() => 'done', (error: unknown) => (error as pg.DatabaseError).constraint) // prettier-ignore
        expect(answer, `${table}.${strange}`).toBe(`${table}_${strange.replace('_id', '')}_fkey`)
      }
  })

  test('two guests on one chair, and one guest on two; but two change places in one statement', async () => {
    const company = await aFullCompany(admin)
    const at = { organization_id: company.id, client_id: company.weddings[0] }
    const [seat] = await idsOf(company, 'seat_assignments')
    const [table] = await idsOf(company, 'tables')
    const [guest, other] = [(await idsOf(company, 'guests'))[0]!, randomUUID()]
    await insertRows(admin, 'guests', [{ ...at, id: other, name: 'Max', dietary: [], allergies: [], rsvp: 'yes', plus_one: false, child: false, vip: false, check_in_status: 'expected' }]) // prettier-ignore
    const sit = (guest_id: string, seat: number | null) =>
      refused('insert into seat_assignments (id, organization_id, client_id, guest_id, table_id, seat) values ($1, $2, $3, $4, $5, $6)', [randomUUID(), at.organization_id, at.client_id, guest_id, table, seat]) // prettier-ignore
    expect(await sit(other, 1)).toBe('seat_assignments_seat_key')
    expect(await sit(guest, 2)).toBe('seat_assignments_guest_key')
    expect(await sit(other, 2)).toBe('done')
    await admin.query('update seat_assignments set seat = 3 - seat where client_id = $1', [at.client_id])
    expect((await admin.query<{ seat: number }>('select seat from seat_assignments where id = $1', [seat])).rows).toEqual([{ seat: 2 }]) // prettier-ignore
  })

  test('an item that waits for itself', async () => {
    const company = await aFullCompany(admin)
    expect(await refused('update timeline_dependencies set from_id = to_id where client_id = $1', [company.weddings[0]])).toBe('timeline_dependencies_ends_check') // prettier-ignore
  })

  test('[P7] answers that a couple approves itself, or changes once they are approved', async () => {
    const company = await aFullCompany(admin)
    const asCouple = (sql: string) =>
      asPerson(server, company.people.couple.claims, (tx) => tx.query(sql)).then(
        ({ rowCount }) => rowCount,
        (error: unknown) => (error as pg.DatabaseError).code,
      )
    expect(await asCouple(`update form_responses set status = 'submitted' where status = 'draft'`)).toBe(1)
    expect(await asCouple(`update form_responses set status = 'approved' where status = 'submitted'`)).toBe('42501')
    expect(await asCouple(`update form_responses set answers = '{}' where status = 'approved'`)).toBe(0)
    expect(await asCouple(`update form_responses set status = 'draft' where status = 'approved'`)).toBe(0)
    expect(await asCouple(`select from payments where status = 'cancelled'`)).toBe(0)
    expect(await asCouple(`select from payments where status = 'due'`)).toBe(1)
  })
})
