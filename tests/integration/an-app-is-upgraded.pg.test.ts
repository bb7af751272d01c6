// Apps of other versions, each as it was: its own tables, its own store, against the server of today. Whatever was saved in one
// arrives, once, and as it was meant, whether that app goes on, waits, or is upgraded with a full outbox.
import { createMemoryDisk, createMemoryStore, startSync, type OpenStore, type SyncEngine } from '@wedsync/client'
import { schemaHistory, type SchemaHistory } from '@wedsync/merge'
import { type JsonObject, type Role } from '@wedsync/protocol'
import { allCollections, weddingSteps } from '@wedsync/wedding'
import { describe, expect, onTestFinished, test } from 'vitest'
import { agency, aToken, aWedding, recordOf } from '../../packages/server/src/testing/a-wedding.ts'
import { aNewcomer } from '../../packages/server/src/testing/a-newcomer.ts'
import { untilSettled } from '../support/a-device.ts'
import { appOf } from '../support/app-of.ts'

const wedding = await aWedding()
const { scope } = recordOf('timeline_items')
const [first, second] = [0, 1].map((nth) => recordOf('vendor_contacts', nth)) as [Held, Held]
type Held = ReturnType<typeof recordOf>

/** Somebody's phone, on which one app after the other is started. Its network is a switch, and it lists what it sent. */
const aPhoneWithApps = async (role: Role = 'planner') => {
  const { userId } = await aNewcomer(wedding, role)
  const organizationId = agency.organization.id
  const token = await aToken({ sub: userId, role: 'authenticated', app_metadata: { organization_id: organizationId } })
  const disk = createMemoryDisk()
  const network = { isOn: true, losesAnswers: false, sent: [] as JsonObject[] }
  let running: SyncEngine | null = null
  onTestFinished(async () => running?.stop())
  const start = (version: number, openStore: OpenStore, schemas = appOf(version).schemas) =>
    startSync({
      ...{ ...appOf(version), schemas },
      baseUrl: 'http://wedsync.test',
      user: { id: userId, organizationId, role, name: 'Priya' },
      token: () => token,
      store: openStore,
      locks: null,
      gzip: null,
      followsStream: false,
      pollEveryMs: 3_600_000,
      fetch: async (address, init) => {
        if (!network.isOn) throw new TypeError('fetch failed')
        if (typeof init?.body === 'string')
          network.sent.push(...((JSON.parse(init.body) as { changes: JsonObject[] }).changes ?? []))
        const answer = await wedding.fetch(address, init)
        if (network.losesAnswers) throw new TypeError('fetch failed')
        return answer
      },
    })
  return {
    network,
    userId,
    /** Stops the app that runs, and starts the one of this version on what it left. */
    opens: async (version: number) => {
      await running?.stop()
      return (running = await start(version, createMemoryStore(disk).open))
    },
    /** Beside the one that runs, in another window. */
    alsoOpens: async (version: number, schemas?: SchemaHistory) => {
      const other = await start(version, createMemoryStore(disk).open, schemas)
      onTestFinished(() => other.stop())
      return other
    },
  }
}

const ledgerOf = (userId: string) =>
  wedding.sql<{ status: string; action: string }>(
    'select status, action from public.offline_sync_queue where user_id = $1 order by received_at, change_id',
    [userId],
  )
const arrived = (userId: string) => ledgerOf(userId).then((rows) => rows.map(({ status }) => status))
const anItem = async (app: SyncEngine, nth: number) => {
  const all = await shown(app, 'timeline_items')
  return all.filter((one) => one['locked'] === false && one['anchor'] === 'soft')[nth]!
}
const shown = async (app: SyncEngine, table: string): Promise<(JsonObject & { id: string })[]> => {
  const view = app.watch({ table, scope })
  const stop = view.subscribe(() => undefined)
  await expect.poll(() => view.current().length, { timeout: 10_000 }).toBeGreaterThan(0)
  stop()
  return view.current() as unknown as (JsonObject & { id: string })[]
}
const stored = (table: string, id: string) => wedding.stored(table, id)

describe.each([1, 2])('an app of version %i', (version) => {
  test('[P5] goes on: it holds what it should, what it writes arrives, and what others write it can read', async () => {
    const phone = await aPhoneWithApps()
    const app = await phone.opens(version)
    await untilSettled(app)
    expect(await app.verify(scope)).toMatchObject({ isSame: true, differing: [] })
    const item = await anItem(app, version)
    const start = version === 1 ? 'starts_at' : 'planned_start'
    await app.save('timeline_items', item.id, { [start]: '2026-06-20T22:05' })
    await untilSettled(app)
    expect(await stored('timeline_items', item.id)).toMatchObject({ planned_start: '2026-06-20T22:05:00' })
    await wedding.sql(`update public.timeline_items set status = 'skipped', key_moment = true where id = $1`, [item.id])
    await untilSettled(app)
    expect(await app.read('timeline_items', item.id)).toMatchObject({ status: 'planned', [start]: '2026-06-20T22:05' })
    expect(await app.verify(scope)).toMatchObject({ isSame: true })
    expect(app.status()).toMatchObject({ word: 'Shared', phase: 'ready' })
  })
})

test('[P1] [P3] an outbox that was saved two versions ago arrives once after the upgrade, to the byte as it was made', async () => {
  const phone = await aPhoneWithApps()
  const old = await phone.opens(1)
  await untilSettled(old)
  const item = await anItem(old, 3)
  const task = (await shown(old, 'tasks')).find((one) => one['done'] === false)!
  await wedding.sql(`update public.vendor_contacts set phones = '{"mobile": "+441111111", "office": "+442222222"}' where id = $1`, [first.id]) // prettier-ignore
  await untilSettled(old)
  phone.network.isOn = false
  await old.save('timeline_items', item.id, { starts_at: '2026-06-20T22:15' })
  await old.save('vendor_contacts', first.id, { phone: '+449999999' })
  await old.save('tasks', task.id, { done: true })
  const made = await old.create('tasks', { client_id: scope, title: 'Made in the barn', done: true })
  const before = JSON.parse(await old.exportOutbox()) as { changes: { change: JsonObject }[] }
  expect(before.changes.map(({ change }) => change['schemaVersion'])).toEqual([1, 1, 1, 1])

  // the upgrade happens without a signal: everything is on the screen, in words of today
  const upgraded = await phone.opens(3)
  expect(await upgraded.read('timeline_items', item.id)).toMatchObject({
    planned_start: '2026-06-20T22:15',
    pending: 'waiting',
  })
  expect(await upgraded.read('vendor_contacts', first.id)).toMatchObject({ phones: { mobile: '+449999999' } })
  expect(await upgraded.read('tasks', made)).toMatchObject({ status: 'done', title: 'Made in the barn', checklist: [] })
  // and an edit of today on top of one of yesterday is another change, in its own words
  await upgraded.save('tasks', task.id, { status: 'doing' })
  expect(upgraded.status().waiting).toBe(5)

  phone.network.isOn = true
  phone.network.sent.length = 0
  await untilSettled(upgraded)
  const sent = phone.network.sent.map(({ checksum: _sealed, ...change }) => change)
  expect(sent.slice(0, 4)).toEqual(before.changes.map(({ change }) => change))
  expect(sent.map(({ schemaVersion }) => schemaVersion)).toEqual([1, 1, 1, 1, 3])
  expect(await arrived(phone.userId)).toEqual(Array(5).fill('completed'))
  expect(await stored('timeline_items', item.id)).toMatchObject({ planned_start: '2026-06-20T22:15:00' })
  expect(await stored('vendor_contacts', first.id)).toMatchObject({
    phones: { mobile: '+449999999', office: '+442222222' },
  })
  expect(await stored('tasks', made)).toMatchObject({ status: 'done' })
  expect(await stored('tasks', task.id)).toMatchObject({ status: 'doing' })
  // what it holds now was loaded in the words of today
  expect(upgraded.status()).toMatchObject({ word: 'Shared', waiting: 0, needsYou: [] })
  expect(await upgraded.verify(scope)).toMatchObject({ isSame: true, differing: [] })
})

test('[P1] a change whose answer was lost before the upgrade is a replay after it', async () => {
  const phone = await aPhoneWithApps()
  const old = await phone.opens(1)
  await untilSettled(old)
  const item = await anItem(old, 4)
  await old.save('timeline_items', item.id, { starts_at: '2026-06-20T22:45' })
  phone.network.losesAnswers = true
  await old.syncNow()
  expect([old.status().waiting, await arrived(phone.userId)]).toEqual([1, ['completed']])
  const [before] = await wedding.sql('select count(*) from sync.history where record_id = $1', [item.id])

  const upgraded = await phone.opens(3)
  phone.network.losesAnswers = false
  await untilSettled(upgraded)
  expect(phone.network.sent.filter(({ id }) => id === item.id)).toHaveLength(2)
  expect(await arrived(phone.userId)).toEqual(['completed'])
  expect(await wedding.sql('select count(*) from sync.history where record_id = $1', [item.id])).toEqual([before])
})

test('an app that is too old keeps its whole outbox and says so; upgraded, it sends everything', async () => {
  const phone = await aPhoneWithApps()
  phone.network.isOn = false
  const ancient = await phone.opens(0)
  const note = await ancient.create('notes', { client_id: scope, body: 'Before anybody thought of priorities' })
  const vendor = await ancient.create('vendor_contacts', { client_id: scope, name: 'Old & Sons', phone: '+441234567' })
  phone.network.isOn = true
  await ancient.syncNow()
  expect(ancient.status()).toMatchObject({
    ...{ phase: 'blocked', word: 'Saved on this phone', waiting: 2, needsYou: [] },
    error: 'Your work is safe on this phone. Update the app to share it.',
  })
  expect(await ledgerOf(phone.userId)).toEqual([])
  // it goes on saving, whatever it was told
  await ancient.save('notes', note, { body: 'Still here' })
  expect(ancient.status().waiting).toBeGreaterThan(1)

  const upgraded = await phone.opens(3)
  await untilSettled(upgraded)
  expect(upgraded.status()).toMatchObject({ word: 'Shared', phase: 'ready', error: null })
  expect(new Set(await arrived(phone.userId))).toEqual(new Set(['completed']))
  expect(await stored('notes', note)).toMatchObject({ body: 'Still here', priority: 'medium' })
  expect(await stored('vendor_contacts', vendor)).toMatchObject({
    ...{ company: 'Old & Sons', phones: { mobile: '+441234567' } },
  })
  expect(await upgraded.verify(scope)).toMatchObject({ isSame: true })
})

test('an app that is ahead of its server waits with everything, and shows what it saved', async () => {
  const phone = await aPhoneWithApps()
  await untilSettled(await phone.opens(3))
  const tables = { collections: allCollections, steps: [...weddingSteps, {}] }
  const next = await phone.alsoOpens(4, schemaHistory({ current: 4, ...tables, stepsBack: 2 }))
  await next.save('vendor_contacts', second.id, { company: 'From tomorrow' })
  await next.syncNow()
  expect(next.status()).toMatchObject({ phase: 'blocked', waiting: 1, needsYou: [] })
  expect(next.status().error).toMatch(/^Your work is safe on this phone. This app is newer/)
  await next.stop()
  // taken back to the version before: its change waits for a server that knows its words
  const back = await phone.opens(3)
  await back.syncNow()
  expect(back.status()).toMatchObject({ phase: 'ready', waiting: 1, needsYou: [] })
  expect(await back.read('vendor_contacts', second.id)).toMatchObject({ company: 'From tomorrow' })
  expect(await ledgerOf(phone.userId)).toEqual([])
})

test('of two versions in two windows, the older one stops, says so, and stores nothing', async () => {
  const phone = await aPhoneWithApps()
  const old = await phone.opens(1)
  await untilSettled(old)
  const item = await anItem(old, 5)
  const fresh = await phone.alsoOpens(3)
  await expect(old.save('timeline_items', item.id, { starts_at: '2026-06-20T22:25' })).rejects.toThrow('another window')
  await old.syncNow()
  expect(old.status()).toMatchObject({ phase: 'blocked' })
  expect(old.status().error).toMatch(/another window/)
  await fresh.save('timeline_items', item.id, { planned_start: '2026-06-20T22:35' })
  await untilSettled(fresh)
  expect(await stored('timeline_items', item.id)).toMatchObject({ planned_start: '2026-06-20T22:35:00' })
})
