// The story the project was begun for, through the real device library, the real server and a real PostgreSQL: one
// wedding, two phones, one outage. The phones' store is an IndexedDB in memory; their network is switched here.
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { expect, onTestFinished, test } from 'vitest'
import { startSync, type SyncEngine } from '@wedsync/client'
import { allCollections } from '@wedsync/wedding'
import type { JsonObject, Role } from '@wedsync/protocol'
import {
  accountOf,
  agency,
  aToken,
  aWedding,
  recordOf,
  type Wedding,
} from '../../packages/server/src/testing/a-wedding.ts'

const weddingId = recordOf('timeline_items').scope
const items = agency.records['timeline_items']!
const speeches = items.find((item) => item['kind'] === 'speech' && item['anchor'] === 'soft')!
const florist =
  agency.records['vendor_contacts']!.find((vendor) => vendor['category'] === 'florist') ??
  agency.records['vendor_contacts']![0]!
const idOf = (record: JsonObject) => record['id'] as string

test('a florist ticked without a signal and speeches moved in town are the same on both phones and in the database', async () => {
  const wedding = await aWedding()
  const tom = await aDevice(wedding, 'assistant')
  const priya = await aDevice(wedding, 'planner')

  tom.network.isOn = false
  await tom.engine.save('vendor_contacts', idOf(florist), { arrival_status: 'arrived' })
  await tom.engine.save('timeline_items', idOf(speeches), { internal_note: 'The DJ needs power here.' })
  const noteId = await tom.engine.create('notes', {
    client_id: weddingId,
    body: 'DJ needs power',
    category: 'setup_issue',
  })
  const later = shifted(speeches['planned_start'] as string, 15)
  await priya.engine.save('timeline_items', idOf(speeches), { planned_start: later })
  await settled(priya.engine)
  await tom.engine.syncNow()

  expect(tom.engine.status()).toMatchObject({ word: 'Saved on this phone', waiting: 3 })
  expect(await tom.engine.read('vendor_contacts', idOf(florist))).toMatchObject({
    arrival_status: 'arrived',
    pending: 'waiting',
  })
  expect((await wedding.stored('vendor_contacts', idOf(florist)))!['arrival_status']).not.toBe('arrived')

  tom.network.isOn = true
  await settled(tom.engine)
  await priya.engine.syncNow()
  await settled(priya.engine)

  for (const { engine } of [tom, priya]) {
    expect(engine.status()).toMatchObject({ word: 'Shared', waiting: 0, needsYou: [] })
    expect(await engine.read('vendor_contacts', idOf(florist))).toMatchObject({
      arrival_status: 'arrived',
      pending: 'none',
    })
    expect(await engine.read('timeline_items', idOf(speeches))).toMatchObject({
      planned_start: later,
      internal_note: 'The DJ needs power here.',
      pending: 'none',
    })
    expect(await engine.read('notes', noteId)).toMatchObject({ body: 'DJ needs power', pending: 'none' })
  }
  expect(await wedding.stored('timeline_items', idOf(speeches))).toMatchObject({
    planned_start: `${later}:00`,
    internal_note: 'The DJ needs power here.',
  })
  await expectAllAgree(wedding, [tom.engine, priya.engine])
})

test('what no rule can decide waits, with both versions kept, and nobody is overwritten', async () => {
  const wedding = await aWedding()
  const tom = await aDevice(wedding, 'assistant')
  const priya = await aDevice(wedding, 'planner')
  const [at15, at30] = [15, 30].map((minutes) => shifted(speeches['planned_start'] as string, minutes))

  tom.network.isOn = false
  await tom.engine.save('timeline_items', idOf(speeches), { planned_start: at15!, location: 'Orchard' })
  await priya.engine.save('timeline_items', idOf(speeches), { planned_start: at30! })
  await settled(priya.engine)
  tom.network.isOn = true
  await tom.engine.syncNow()
  await settled(tom.engine)

  expect(tom.engine.status()).toMatchObject({ word: 'Needs you' })
  expect(tom.engine.status().needsYou).toMatchObject([
    { kind: 'conflict', table: 'timeline_items', id: idOf(speeches) },
  ])
  // his own start is shown as waiting, his place went in, and the database keeps hers
  expect(await tom.engine.read('timeline_items', idOf(speeches))).toMatchObject({
    planned_start: at15,
    location: 'Orchard',
    pending: 'needs-you',
  })
  expect(await wedding.stored('timeline_items', idOf(speeches))).toMatchObject({
    planned_start: `${at30}:00`,
    location: 'Orchard',
  })
  const [row] = await wedding.conflictLog(idOf(speeches))
  expect(row).toMatchObject({ status: 'pending', fields: [{ field: 'planned_start', client: at15, server: at30 }] })
})

test('[P1] [P9] a lost answer, and a server that was put back to an older copy, lose nothing and apply nothing twice', async () => {
  const wedding = await aWedding()
  const tom = await aDevice(wedding, 'assistant')
  tom.network.losesNextAnswer = true
  await tom.engine.save('timeline_items', idOf(speeches), { internal_note: 'first' })
  await tom.engine.syncNow().catch(() => undefined)
  await settled(tom.engine)

  const history = await wedding.sql(`select 1 from sync.history where record_id = $1 and action = 'update'`, [
    idOf(speeches),
  ])
  expect(history).toHaveLength(1)
  expect(tom.engine.status()).toMatchObject({ word: 'Shared', waiting: 0 })

  // what a backup does: the newest commits, and the marks beside them, are gone
  const [before] = await wedding.sql<{ head: string }>('select head from sync.clock')
  await tom.engine.save('timeline_items', idOf(speeches), { internal_note: 'second' })
  await settled(tom.engine)
  await forget(wedding, Number(before!.head))
  await wedding.sql(`update public.vendor_contacts set load_in_notes = 'written after the restore' where id = $1`, [
    idOf(florist),
  ])

  await tom.engine.syncNow()
  await settled(tom.engine)
  expect((await wedding.stored('timeline_items', idOf(speeches)))!['internal_note']).toBe('second')
  await expectAllAgree(wedding, [tom.engine])
})

// -- the phones

const aDevice = async (wedding: Wedding, role: Role) => {
  const { userId, organizationId, name } = accountOf(role)
  const token = await aToken({ sub: userId, role: 'authenticated', app_metadata: { organization_id: organizationId } })
  const network = { isOn: true, losesNextAnswer: false }
  const engine = await startSync({
    baseUrl: 'http://wedsync.test',
    collections: allCollections,
    user: { id: userId, organizationId, role, name },
    token: () => token,
    storeName: `phone of ${role} ${crypto.randomUUID()}`,
    fetch: async (address, init) => {
      if (!network.isOn) throw new TypeError('fetch failed')
      const answer = await wedding.fetch(address, init)
      if (!network.losesNextAnswer) return answer
      network.losesNextAnswer = false
      throw new TypeError('the answer was lost')
    },
    indexedDB: new IDBFactory(),
    keyRange: IDBKeyRange,
    locks: null,
    pollEveryMs: 3_600_000,
  })
  onTestFinished(() => engine.stop())
  await settled(engine)
  return { engine, network }
}

/** Sends and fetches until there is nothing left to do but for a person. */
const settled = async (engine: SyncEngine): Promise<void> => {
  await expect
    .poll(
      async () => {
        await engine.syncNow()
        const { waiting, needsYou, isLoading } = engine.status()
        return isLoading ? -1 : waiting - needsYou.length
      },
      { timeout: 15_000, interval: 50 },
    )
    .toBeLessThanOrEqual(0)
}

/** [P5] Field by field, a phone holds what a fresh one loads: what the person's own `select` gives. */
const expectAllAgree = async (wedding: Wedding, engines: SyncEngine[]): Promise<void> => {
  for (const engine of engines) {
    const fresh = wedding.phoneOf(engine.user.role as Role)
    await fresh.hears()
    for (const { name } of allCollections) {
      const view = engine.watch({ table: name })
      const stop = view.subscribe(() => undefined)
      const wanted = [...fresh.held.values()].filter(({ table }) => table === name)
      await expect.poll(() => view.current().length, { timeout: 10_000 }).toBe(wanted.length)
      for (const { id, data } of wanted)
        expect(
          view.current().find((record) => record.id === id),
          `${name} ${id}`,
        ).toMatchObject(data)
      stop()
    }
  }
}

const shifted = (wallTime: string, minutes: number): string =>
  new Date(Date.parse(`${wallTime}Z`) + minutes * 60_000).toISOString().slice(0, 16)

const forget = async (wedding: Wedding, head: number): Promise<void> => {
  await wedding.sql(`alter table public.timeline_items disable trigger user`)
  await wedding.sql(
    `update public.timeline_items t set internal_note = h.before ->> 'internal_note'
       from sync.history h where h.record_id = t.id and h.position > $1`,
    [head],
  )
  await wedding.sql(`alter table public.timeline_items enable trigger user`)
  for (const text of [
    `update sync.records r set position = h.position, field_positions = array(select least(p, h.position) from unnest(r.field_positions) p)
       from sync.history h where h.record_id = r.record_id and r.position > $1
        and h.position = (select max(o.position) from sync.history o where o.record_id = r.record_id and o.position <= $1)`,
    'delete from public.offline_sync_queue where change_id in (select change_id from sync.history where position > $1)',
    'delete from sync.history where position > $1',
    'delete from sync.marks where position > $1',
    'update sync.clock set head = $1 where head > $1',
  ])
    await wedding.sql(text, [head])
}
