// What a device holds is what its person's own select gives, shown by a digest that both sides compute by themselves.
import { randomUUID } from 'node:crypto'
import type { Dexie } from 'dexie'
import { roles, VerifyResponse, type Role } from '@wedsync/protocol'
import { expect, test } from 'vitest'
import { aWedding, canary, recordOf, type Phone } from '../../packages/server/src/testing/a-wedding.ts'
import { aNewcomer } from '../../packages/server/src/testing/a-newcomer.ts'
import { aDevice } from '../support/a-device.ts'

const wedding = await aWedding()
const { scope } = recordOf('timeline_items')
const organization = recordOf('people').scope
const aDeviceOf = async (role: Role) => aDevice((url, init) => wedding.fetch(url, init), await aNewcomer(wedding, role))

// every kind of value there is, where spelling could differ between two sides
const odd = {
  title: 'Ünïcödé 😀 \u2028 ‮ "\\ \t\n',
  phones: {
    zürich: '+41441234567',
    mobile: '+447700900000',
    Anna: '+447700900001',
    '10': '+447700900010',
    '9': '+447700900009',
  },
}
await wedding.sql(
  `update public.timeline_items set title = $2, guest_visible = true, actual_start = '2026-06-20T13:37:42.5+02:00',
     duration_min = 2147483647, participant_ids = array(select id from public.people limit 3) where id = $1`,
  [recordOf('timeline_items').id, odd.title],
)
await wedding.sql(
  `update public.vendor_contacts set phones = $2, shared_with_vendors = true, arrived_at = '1999-12-31T23:59:59.999999Z' where id = $1`,
  [recordOf('vendor_contacts').id, odd.phones],
)

test.for(roles)(
  '[P5] after a sync the device of the %s holds what the server says it should, in every table',
  async (role) => {
    const { engine } = await aDeviceOf(role)
    for (const held of [scope, organization]) {
      const verified = await engine.verify(held)
      expect(verified).toMatchObject({ scope: held, isSame: true, differing: [] })
    }
    // and while somebody's own edit lies over it
    if (role === 'planner') {
      await engine.save('timeline_items', recordOf('timeline_items').id, { title: 'Mine, not yet shared' })
      expect(await engine.verify(scope)).toMatchObject({ isSame: true })
    }
  },
)

test.for([
  ['a record is gone', 'notes', (store: Dexie) => store.table('records').delete(['notes', recordOf('notes').id])],
  [
    'one letter is another',
    'timeline_items',
    (store: Dexie) =>
      store
        .table<{ base: { title: string } }>('records')
        .where('[table+id]')
        .equals(['timeline_items', recordOf('timeline_items', 1).id])
        .modify((row) => void (row.base.title += ' ')),
  ],
  [
    'a record that nobody sent',
    'vendor_contacts',
    (store: Dexie) =>
      store
        .table('records')
        .put({ table: 'vendor_contacts', id: randomUUID(), scope, version: 1, base: {}, view: {}, pending: 'none' }),
  ],
] as const)('[P5] a device that was damaged (%s) is told which table differs', async ([, table, harm]) => {
  const { engine, damages } = await aDeviceOf('assistant')
  await damages(harm)
  const { isSame, differing } = await engine.verify(scope)
  expect([isSame, differing.map((one) => one.table)]).toEqual([false, [table]])
})

test('[P5] what waits for a person does not come between', async () => {
  const [tom, priya] = [await aDeviceOf('assistant'), await aDeviceOf('planner')]
  const item = recordOf('timeline_items', 3)
  tom.network.isOn = false
  await tom.engine.save('timeline_items', item.id, { planned_start: '2026-06-20T18:15' })
  await priya.engine.save('timeline_items', item.id, { planned_start: '2026-06-20T18:30' })
  await priya.engine.syncNow()
  tom.network.isOn = true
  await tom.engine.syncNow()
  expect(tom.engine.status().needsYou).toHaveLength(1)
  for (const { engine } of [tom, priya]) expect(await engine.verify(scope)).toMatchObject({ isSame: true })
  expect((await wedding.phoneOf('planner').asks(`/api/offline/history/conflicts/${item.id}`)).status).toBe(404)
})

test('what happens in another wedding meanwhile does not keep two from being compared', async () => {
  const planner = wedding.phoneOf('planner')
  const ask = async (phone: Phone) =>
    VerifyResponse.parse((await phone.asks(`/api/offline/verify?scope=${scope}`)).body)
  const before = await ask(planner)
  await wedding.sql('update public.people set name = name where false')
  await wedding.sql(
    `insert into public.people (id, organization_id, name) values (gen_random_uuid(), $1, 'Elsewhere')`,
    [organization],
  )
  const after = await ask(planner)
  expect(after.position).toBeGreaterThan(before.position)
  expect([after.since, after.tables]).toEqual([before.since, before.tables])
  expect(before.since).toBeLessThanOrEqual(before.position)
})

test('a device without a signal is told that it cannot be compared', async () => {
  const { engine, network } = await aDeviceOf('planner')
  network.isOn = false
  await expect(engine.verify(scope)).rejects.toThrow('could not be reached')
})

test('[P7] digests are of what the person may read, and of their own weddings only', async () => {
  const rival = await wedding.rival()
  const [planner, viewer] = [wedding.phoneOf('planner'), await aNewcomer(wedding, 'viewer')]
  const ask = (phone: Phone, of: string) => phone.asks(`/api/offline/verify?scope=${of}`)
  const said = VerifyResponse.parse((await ask(viewer, scope)).body)
  expect(Object.keys(said.tables)).not.toContain('notes')
  expect(said.tables['timeline_items']).not.toEqual(
    VerifyResponse.parse((await ask(planner, scope)).body).tables['timeline_items'],
  )
  for (const foreign of [recordOf('timeline_items', 0, rival).scope, rival.organization.id, randomUUID()]) {
    const { status, text } = await ask(planner, foreign)
    expect(status).toBe(404)
    expect(text).not.toContain(canary)
  }
  expect((await planner.asks('/api/offline/verify')).status).toBe(400)
  expect((await planner.asks('/api/offline/verify?scope=all')).status).toBe(400)
})
