// Which weddings a device holds, in what order one arrives, and how things leave.
import { randomUUID } from 'node:crypto'
import type { ServerChange, SyncResponse } from '@wedsync/protocol'
import { expect, test } from 'vitest'
import { aNewcomer } from '../testing/a-newcomer.ts'
import { agency, aWedding, recordOf, type Phone } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const organization = agency.organization.id
const { scope: june } = recordOf('timeline_items')
const july = randomUUID()
const matters = new Set(['people', 'memberships', 'clients', 'assignments', 'vendor_contacts', 'timeline_items'])

const add = (table: string, row: Record<string, unknown>) => {
  const whole: Record<string, unknown> = { id: randomUUID(), organization_id: organization, ...row }
  const names = Object.keys(whole)
  const places = names.map((_, nth) => `$${nth + 1}`).join(', ')
  return wedding.sql(`insert into public.${table} (${names.join(', ')}) values (${places})`, Object.values(whole))
}
// its notes come first in the order, its run sheet last
await add('clients', { id: july, names: 'Ina & Jon', wedding_date: '2026-07-11', time_zone: 'Europe/Berlin' })
for (let nth = 0; nth < 12; nth += 1) await add('notes', { client_id: july, body: `Note ${nth}` })
for (let nth = 0; nth < 5; nth += 1) await add('vendor_contacts', { client_id: july, company: `Band ${nth}` })
for (let nth = 0; nth < 9; nth += 1)
  await add('timeline_items', { client_id: july, title: `Item ${nth}`, guest_visible: true })

const assign = ({ personId }: { personId: string }) => add('assignments', { person_id: personId, client_id: july })
const asks = async (phone: Phone, scopes: string[] | null, pullLimit = 1000, cursor = phone.view.cursor) => {
  const options = { pullLimit }
  const { status, body } = await phone.sends([], { cursor, options, ...(scopes && { scopes }) })
  expect(status).toBe(200)
  return body
}
const weddingsIn = ({ serverChanges }: SyncResponse) =>
  [...new Set(serverChanges.map(({ scope }) => scope))].filter((one) => one !== organization).sort()
const brief = ({ table, action, scope }: ServerChange) => [table, action, scope]

test('a device holds the weddings it asks for, and all it may when it asks for none', async () => {
  const phone = await aNewcomer(wedding, 'planner')
  await assign(phone)
  expect(weddingsIn(await asks(phone, null))).toEqual([june, july].sort())
  expect(weddingsIn(await asks(phone, [july]))).toEqual([july])
  expect(weddingsIn(await asks(phone, []))).toEqual([])
  // the organization's own come with any of them
  expect((await asks(phone, [])).serverChanges.map(({ table }) => table)).toContain('people')
  // and a wedding that is not theirs does not come for being named
  const other = await aNewcomer(wedding, 'assistant')
  expect(weddingsIn(await asks(other, [july, june, randomUUID()]))).toEqual([june])
})

test('a new wedding arrives in order of importance: the run sheet and the contacts first, and it says how much is left', async () => {
  const phone = await aNewcomer(wedding, 'planner')
  phone.takeIn(await asks(phone, null))
  await assign(phone)
  const heard: (ServerChange & { page: number })[] = []
  let left = Infinity
  for (let page = 1; ; page += 1) {
    const body = await asks(phone, null, 4)
    expect(body.serverChanges.length).toBeLessThanOrEqual(4)
    expect([body.hasMore, body.remaining > 0]).toEqual([body.remaining > 0, body.hasMore])
    expect(body.remaining).toBeLessThan(left)
    left = body.remaining
    // what is left is what still comes
    if (page === 1) expect(body.remaining).toBe(1 + 5 + 9 + 12 + 1 - 4)
    phone.takeIn(body)
    heard.push(...body.serverChanges.filter(({ scope }) => scope === july).map((one) => ({ ...one, page })))
    if (!body.hasMore) break
    // somebody works on it meanwhile: it is news at the end, and nothing of it is lost
    if (page === 2)
      await wedding.sql(`update public.timeline_items set title = 'Late' where client_id = $1 and title = 'Item 7'`, [
        july,
      ])
  }
  const pagesOf = (isFirst: boolean) =>
    heard.flatMap(({ page, table, data }) =>
      matters.has(table) === isFirst && data?.['title'] !== 'Late' ? [page] : [],
    )
  expect([pagesOf(true).length, pagesOf(false).length]).toEqual([1 + 5 + 8, 12])
  expect(Math.max(...pagesOf(true))).toBeLessThanOrEqual(Math.min(...pagesOf(false)))
  expect(heard.at(-1)!.data).toMatchObject({ title: 'Late' })
  const held = [...phone.held.values()].filter(({ scope }) => scope === july)
  expect(held).toHaveLength(1 + 5 + 9 + 12)
  expect((await asks(phone, null)).serverChanges).toEqual([])
})

test('what is loaded already goes on being news while another wedding loads', async () => {
  const phone = await aNewcomer(wedding, 'planner')
  phone.takeIn(await asks(phone, null))
  await assign(phone)
  await wedding.sql(`update public.timeline_items set title = 'Meanwhile in June' where id = $1`, [
    recordOf('timeline_items').id,
  ])
  for (let body = await asks(phone, null, 6); ; body = await asks(phone, null, 6)) {
    phone.takeIn(body)
    if (!body.hasMore) break
  }
  expect(phone.shows(recordOf('timeline_items')).data['title']).toBe('Meanwhile in June')
})

test.each([true, 'first', 'rest'])(
  'a cursor from an older order of loading (%s) loads again, and loses nothing',
  async (stage) => {
    const phone = await aNewcomer(wedding, 'planner')
    const whole = await asks(phone, null)
    const wanted = new Map(whole.serverChanges.map(({ id, data }) => [id, data]))
    // as such a server would have answered
    const claims = JSON.stringify({
      sub: phone.userId,
      role: 'authenticated',
      app_metadata: { organization_id: organization },
    })
    const pull = async (cursor: object | null, limit: number) => {
      const { rows } = await wedding.database.server.query<{ page: string }>('select sync.pull_page($1, $2) as page', [
        claims,
        JSON.stringify({ deviceId: null, cursor, scopes: null, limit, device: {} }),
      ])
      return JSON.parse(rows[0]!.page) as {
        scopes: Record<string, unknown[]>
        revoked: string[]
        changes: ServerChange[]
        hasMore: boolean
      }
    }
    const first = await pull(null, 5)
    const old = Object.fromEntries(
      Object.entries(first.scopes).map(([id, [, rights, begun]]) => [id, [0, rights, begun, stage]]),
    )
    let page = await pull({ ...first, scopes: old }, 50)
    expect(page.revoked.toSorted()).toEqual(Object.keys(old).toSorted())
    const heard = [...page.changes]
    while (page.hasMore) {
      page = await pull(page, 50)
      heard.push(...page.changes)
    }
    expect(new Map(heard.map(({ id, data }) => [id, data]))).toEqual(wanted)
  },
)

test('[P8] a wedding the device drops goes, and one that is taken from its person goes', async () => {
  const phone = await aNewcomer(wedding, 'planner')
  await assign(phone)
  phone.takeIn(await asks(phone, [june, july]))
  const dropped = await asks(phone, [june])
  expect(dropped.revokedScopes).toEqual([july])
  expect(dropped.serverChanges).toEqual([])
  phone.takeIn(dropped)
  // asked for again, it is loaded again
  const again = await asks(phone, [june, july])
  expect([again.revokedScopes, weddingsIn(again)]).toEqual([[], [july]])
  phone.takeIn(again)
  await wedding.sql('delete from public.assignments where person_id = $1 and client_id = $2', [phone.personId, june])
  expect((await asks(phone, [june, july])).revokedScopes).toEqual([june])
})

test('a record that moves to another wedding leaves one and enters the other', async () => {
  const [both, one] = [await aNewcomer(wedding, 'planner'), await aNewcomer(wedding, 'assistant')]
  await assign(both)
  const id = randomUUID()
  await add('timeline_items', { id, client_id: june, title: 'Moves' })
  for (const phone of [both, one]) phone.takeIn(await asks(phone, null))
  await wedding.sql('update public.timeline_items set client_id = $2 where id = $1', [id, july])
  const told = await asks(both, null)
  expect(told.serverChanges.map(brief)).toEqual([
    ['timeline_items', 'remove', june],
    ['timeline_items', 'create', july],
  ])
  expect((await asks(one, null)).serverChanges.map(brief)).toEqual([['timeline_items', 'remove', june]])
})

test('[P8] a record that moves out of sight arrives as a remove, a deleted one as a delete, one never seen not at all', async () => {
  const phone = await aNewcomer(wedding, 'couple')
  const [shown, hidden, gone] = [randomUUID(), randomUUID(), randomUUID()]
  for (const [id, guest_visible] of [
    [shown, true],
    [hidden, false],
    [gone, true],
  ] as const)
    await add('timeline_items', { id, client_id: june, title: 'x', guest_visible })
  phone.takeIn(await asks(phone, null))
  await wedding.sql('update public.timeline_items set guest_visible = false where id = $1', [shown])
  await wedding.sql(`update public.timeline_items set title = 'y' where id = $1`, [hidden])
  await wedding.sql('delete from public.timeline_items where id = any ($1)', [[hidden, gone]])
  const { serverChanges } = await asks(phone, null)
  expect(serverChanges.map(({ id, action }) => [id, action])).toEqual([
    [shown, 'remove'],
    [gone, 'delete'],
  ])
})

test('[P7] [P8] a change of rights takes effect at the next contact: the wedding goes and comes back as it may be read now', async () => {
  const phone = await aNewcomer(wedding, 'planner')
  phone.takeIn(await asks(phone, null))
  expect([...phone.held.values()].some(({ table }) => table === 'notes')).toBe(true)
  await wedding.sql(`update public.memberships set role = 'viewer' where user_id = $1`, [phone.userId])
  const told = await asks(phone, null)
  expect(told.revokedScopes.sort()).toEqual([june, organization].sort())
  expect(told.serverChanges.length).toBeGreaterThan(0)
  for (const { table, data } of told.serverChanges) {
    expect(table).not.toBe('notes')
    expect(data ?? {}).not.toHaveProperty('internal_note')
  }
})
