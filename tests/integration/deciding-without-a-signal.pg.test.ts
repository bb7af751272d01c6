// Two people disagree about one cue, and it is decided in a barn: real device libraries, the real server, a real PostgreSQL.
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { expect, onTestFinished, test } from 'vitest'
import { isHarmless, startSync, type SyncEngine } from '@wedsync/client'
import { allCollections } from '@wedsync/wedding'
import type { Role } from '@wedsync/protocol'
import { accountOf, aToken, aWedding, recordOf, type Wedding } from '../../packages/server/src/testing/a-wedding.ts'

const item = recordOf('timeline_items', 2)

const aDevice = async (wedding: Wedding, role: Role) => {
  const { userId, organizationId, name } = accountOf(role)
  const token = await aToken({ sub: userId, role: 'authenticated', app_metadata: { organization_id: organizationId } })
  const network = { isOn: true }
  const engine = await startSync({
    ...{ baseUrl: 'http://wedsync.test', collections: allCollections, token: () => token },
    user: { id: userId, organizationId, role, name },
    storeName: `phone of ${role} ${crypto.randomUUID()}`,
    fetch: (address, init) => {
      if (!network.isOn) return Promise.reject(new TypeError('fetch failed'))
      return Promise.resolve(wedding.fetch(address, init))
    },
    ...{ indexedDB: new IDBFactory(), keyRange: IDBKeyRange, locks: null, pollEveryMs: 3_600_000 },
  })
  onTestFinished(() => engine.stop())
  await engine.syncNow()
  return { engine, network }
}
const conflictsOf = async (engine: SyncEngine, count: number) => {
  const view = engine.watchConflicts(item.scope)
  onTestFinished(view.subscribe(() => undefined))
  await expect.poll(() => view.current().length, { timeout: 10_000 }).toBe(count)
  return view
}
const cueOn = async (engine: SyncEngine) => engine.read(item.table, item.id)

/** Tom's cue waits for a person, Priya's stands; both phones know it. */
const aDisagreement = async () => {
  const wedding = await aWedding()
  const [tom, priya] = [await aDevice(wedding, 'assistant'), await aDevice(wedding, 'planner')]
  tom.network.isOn = false
  await tom.engine.save(item.table, item.id, { cue: 'Tom' })
  await priya.engine.save(item.table, item.id, { cue: 'Priya' })
  await priya.engine.syncNow()
  tom.network.isOn = true
  await tom.engine.syncNow()
  await priya.engine.syncNow()
  expect(tom.engine.status().needsYou).toMatchObject([{ kind: 'conflict', fields: ['cue'] }])
  expect(await cueOn(tom.engine)).toMatchObject({ cue: 'Tom', pending: 'needs-you' })
  return { wedding, tom, priya }
}

test('decided with no signal, it is on its way; with a signal, everybody agrees and nothing waits any more', async () => {
  const { wedding, tom, priya } = await aDisagreement()
  const view = await conflictsOf(priya.engine, 1)
  const [conflict] = view.current()
  expect(conflict).toMatchObject({
    ...{ recordTable: item.table, recordId: item.id, canDecide: true, pending: 'none' },
    fields: [{ field: 'cue', client: 'Tom', server: 'Priya' }],
  })

  priya.network.isOn = false
  await priya.engine.decide(conflict!.id, { choice: 'server' })
  // a second thought, before anything was sent
  await priya.engine.decide(conflict!.id, { choice: 'client', note: 'He was there.' })
  await expect
    .poll(() => view.current()[0], { timeout: 10_000 })
    .toMatchObject({ pending: 'waiting', choice: 'client' })
  expect(await wedding.stored(item.table, item.id)).toMatchObject({ cue: 'Priya' })

  priya.network.isOn = true
  await priya.engine.syncNow()
  await tom.engine.syncNow()
  expect(await wedding.stored(item.table, item.id)).toMatchObject({ cue: 'Tom' })
  for (const { engine } of [tom, priya]) {
    expect(engine.status()).toMatchObject({ word: 'Shared', waiting: 0, needsYou: [] })
    expect(await cueOn(engine)).toMatchObject({ cue: 'Tom', pending: 'none' })
  }
  await expect.poll(() => view.current(), { timeout: 10_000 }).toEqual([])
  await expect(priya.engine.decide(conflict!.id, { choice: 'server' })).rejects.toThrow('decided this already')
  expect((await wedding.conflictLog(item.id))[0]).toMatchObject({ status: 'resolved', note: 'He was there.' })
})

test('decided against the author, their phone lets go of their side and shows what stands', async () => {
  const { tom, priya } = await aDisagreement()
  const view = await conflictsOf(priya.engine, 1)
  await priya.engine.decide(view.current()[0]!.id, { choice: 'server' })
  await priya.engine.syncNow()
  await tom.engine.syncNow()
  expect(tom.engine.status().needsYou).toEqual([])
  expect(await cueOn(tom.engine)).toMatchObject({ cue: 'Priya', pending: 'none' })
})

test('decided in a barn on what was no longer so, the person is told and nothing is overwritten', async () => {
  const { wedding, priya } = await aDisagreement()
  const view = await conflictsOf(priya.engine, 1)
  priya.network.isOn = false
  await priya.engine.decide(view.current()[0]!.id, { choice: 'client' })
  await wedding.sql(`update public.timeline_items set cue = 'The house' where id = $1`, [item.id])
  priya.network.isOn = true
  await priya.engine.syncNow()
  expect(await wedding.stored(item.table, item.id)).toMatchObject({ cue: 'The house' })
  expect(priya.engine.status().needsYou).toMatchObject([
    { table: 'conflicts', kind: 'failure', message: 'This conflict has moved on since you looked at it. Look again.' },
  ])
  // she looks again, and decides
  await expect.poll(() => view.current()[0]?.fields[0], { timeout: 10_000 }).toMatchObject({ server: 'The house' })
  await priya.engine.dismiss(priya.engine.status().needsYou[0]!.changeId)
  await priya.engine.decide(view.current()[0]!.id, { choice: 'client' })
  await priya.engine.syncNow()
  expect(await wedding.stored(item.table, item.id)).toMatchObject({ cue: 'Tom' })
})

test('a failed change that a planner tries again leaves the author’s phone; one that was discarded says so', async () => {
  const wedding = await aWedding()
  const tom = await aDevice(wedding, 'assistant')
  const priya = wedding.phoneOf('planner')
  await tom.engine.save(item.table, item.id, { locked: true })
  await tom.engine.save('timeline_items', recordOf('timeline_items', 3).id, { locked: true })
  await tom.engine.syncNow()
  const [first, second] = tom.engine.status().needsYou
  expect([first?.kind, second?.kind]).toEqual(['failure', 'failure'])

  expect((await priya.asks(`/api/offline/retry/${first!.changeId}`, { method: 'POST' })).status).toBe(200)
  expect((await priya.asks(`/api/offline/retry/${second!.changeId}`, { method: 'DELETE' })).status).toBe(200)
  await tom.engine.syncNow()
  expect(tom.engine.status().needsYou).toMatchObject([
    { changeId: second!.changeId, message: 'A person discarded this change.' },
  ])
  expect(await cueOn(tom.engine)).toMatchObject({ locked: true, pending: 'none' })
})

test('one word about all that is harmless, with no signal: each is decided by itself, and what moved on meanwhile waits', async () => {
  const wedding = await aWedding()
  const [tom, priya] = [await aDevice(wedding, 'assistant'), await aDevice(wedding, 'planner')]
  const items = smallItems(3)
  tom.network.isOn = false
  for (const { table, id } of items) {
    await tom.engine.save(table, id, { public_note: 'Bring the ladder' })
    await priya.engine.save(table, id, { public_note: 'Bring a torch' })
  }
  // a cue weighs more than a note
  await tom.engine.save(item.table, item.id, { cue: 'Tom' })
  await priya.engine.save(item.table, item.id, { cue: 'Priya' })
  await priya.engine.syncNow()
  tom.network.isOn = true
  await tom.engine.syncNow()
  await priya.engine.syncNow()
  const view = await conflictsOf(priya.engine, 4)
  const harmless = view.current().filter(isHarmless)
  expect(harmless.map(({ recordId }) => recordId).sort()).toEqual(items.map(({ id }) => id).sort())

  priya.network.isOn = false
  await expect(priya.engine.decideHarmless(view.current(), { choice: 'server' })).rejects.toThrow('1 of 4 cannot be')
  expect((await priya.engine.decideHarmless(harmless, { choice: 'client' })).saved).toHaveLength(3)
  expect(priya.engine.status().waiting).toBe(3)
  const [moved, ...others] = items
  await wedding.sql(`update public.timeline_items set public_note = 'Bring nothing' where id = $1`, [moved!.id])
  priya.network.isOn = true
  await priya.engine.syncNow()
  await tom.engine.syncNow()

  for (const { table, id } of others)
    expect(await wedding.stored(table, id)).toMatchObject({ public_note: 'Bring the ladder' })
  expect(await wedding.stored(moved!.table, moved!.id)).toMatchObject({ public_note: 'Bring nothing' })
  expect(priya.engine.status().needsYou).toMatchObject([
    { table: 'conflicts', message: expect.stringContaining('moved on') as string },
  ])
  expect(
    tom.engine
      .status()
      .needsYou.map(({ id }) => id)
      .sort(),
  ).toEqual([item.id, moved!.id].sort())
})

/** Lines of the run sheet that are no great moment of the day, and nothing hangs on. */
const smallItems = (count: number) =>
  Array.from({ length: 20 }, (_, nth) => recordOf('timeline_items', nth))
    .filter(({ id, data }) => id !== item.id && data['key_moment'] !== true && data['locked'] !== true)
    .slice(-count)
