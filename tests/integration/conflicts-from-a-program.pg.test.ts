// A program beside the app asks before it writes, and says how a conflict ends: real device libraries, the real server, a real
// PostgreSQL.
import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { DetectedConflict, SyncEngine } from '@wedsync/client'
import type { Conflict } from '@wedsync/protocol'
import { accountOf, aWedding, recordOf, type Wedding } from '../../packages/server/src/testing/a-wedding.ts'
import { aDevice, untilSettled, type ADevice } from '../support/a-device.ts'

const table = 'timeline_items'
const cue = (value: string) => ({ action: 'update' as const, table, id, data: { cue: value } })
const by = ({ user }: SyncEngine) => ({ userId: user.id, role: user.role as 'planner' })

// one wedding for all, and an item of its day for each test
let wedding: Wedding
let [nth, id] = [1, '']
beforeAll(async () => {
  wedding = await aWedding()
})
beforeEach(() => {
  id = recordOf(table, (nth += 1)).id
})
const cueBefore = () => recordOf(table, nth).data['cue'] ?? null

const twoPhones = async (): Promise<{ tom: ADevice; priya: ADevice }> => {
  const phoneOf = (role: 'assistant' | 'planner') => aDevice(wedding.fetch, accountOf(role), { followsStream: false })
  return { tom: await phoneOf('assistant'), priya: await phoneOf('planner') }
}

/** Priya's cue stands; Tom has seen neither, and would write his own. */
const tomIsBehind = async () => {
  const world = await twoPhones()
  await world.priya.engine.save(table, id, { cue: 'Priya' })
  await untilSettled(world.priya.engine)
  return world
}

/** Tom's cue waits for a person on both phones, and each was told what concerns them. */
const aDisagreement = async () => {
  const world = await tomIsBehind()
  const told = { tom: listens(world.tom.engine), priya: listens(world.priya.engine) }
  await world.tom.engine.save(table, id, { cue: 'Tom' })
  await world.tom.engine.syncNow()
  await world.priya.engine.syncNow()
  return { ...world, told, conflict: told.tom.detected[0]! }
}

const listens = (engine: SyncEngine) => {
  const told = { detected: [] as Conflict[], resolved: [] as unknown[], failed: [] as string[] }
  engine.on('conflictDetected', (conflict) => told.detected.push(conflict))
  engine.on('conflictResolved', ({ conflictId, fields }, { by, outcome, decidedBy, note }) =>
    told.resolved.push({ conflictId, resolved: fields[0]?.resolved, by, outcome, name: decidedBy?.name, note }),
  )
  engine.on('changeFailed', ({ code }) => told.failed.push(code))
  return told
}

test('whoever asks first is told what the change would meet, and nothing is written for it', async () => {
  const { tom } = await tomIsBehind()
  const before = await wedding.traces()
  const found = await tom.engine.detectConflicts(cue('Tom'))
  expect(found).toMatchObject({
    ...{ foundBy: 'server', table, id, kind: 'fields', status: 'pending' },
    fields: [{ field: 'cue', base: cueBefore(), client: 'Tom', server: 'Priya' }],
  })
  expect(await tom.engine.detectConflicts({ ...cue('x'), data: { location: 'Orchard' } })).toBeNull()
  expect(await wedding.traces()).toEqual(before)
  expect(tom.engine.status()).toMatchObject({ word: 'Shared', waiting: 0 })
})

test('what the rules would settle is told as settled; what builds on work that is still here is no quarrel with it', async () => {
  const { tom, priya } = await twoPhones()
  await priya.engine.save(table, id, { title: 'First waltz' })
  await untilSettled(priya.engine)
  const change = { action: 'update' as const, table, id, data: { title: 'First dance, then cake' } }
  expect(await tom.engine.detectConflicts(change)).toMatchObject({
    ...{ foundBy: 'server', status: 'resolved', resolution: { strategy: 'merge', applied: true } },
    fields: [{ field: 'title', resolved: 'First waltz' }],
  })
  tom.network.isOn = false
  await tom.engine.save(table, id, { location: 'Orchard' })
  tom.network.isOn = true
  expect(await tom.engine.detectConflicts({ ...change, data: { location: 'Orchard, by the oak' } })).toBeNull()
})

test('a change that would be refused is told so, with its reason, instead of being called clean', async () => {
  const { tom } = await twoPhones()
  await expect(tom.engine.detectConflicts({ ...cue('x'), data: { locked: true } })).rejects.toMatchObject({
    name: 'RefusedEdit',
    code: 'forbidden',
  })
  await expect(tom.engine.detectConflicts({ ...cue('x'), data: { nonsense: 1 } })).rejects.toMatchObject({
    problems: [{ field: 'nonsense', code: 'unknown_field' }],
  })
})

test('with no signal the phone says what it knows, under the id the server will give the conflict', async () => {
  const { tom, priya } = await twoPhones()
  const seen = { cue: cueBefore() }
  await priya.engine.save(table, id, { cue: 'Priya' })
  await untilSettled(priya.engine)
  await tom.engine.syncNow()
  const given = { ...cue('Tom'), changeId: crypto.randomUUID(), base: seen, baseVersion: 1 }
  const asked = await tom.engine.detectConflicts(given)

  tom.network.isOn = false
  const found = await tom.engine.detectConflicts(given)
  expect(found).toMatchObject({ foundBy: 'device', status: 'pending', conflictId: asked!.conflictId })
  expect(found!.fields).toMatchObject([{ field: 'cue', ...{ base: seen.cue, client: 'Tom', server: 'Priya' } }])
  // an edit of what is shown, and one over an edit of one's own, meet nothing
  expect(await tom.engine.detectConflicts(cue('Tom'))).toBeNull()
  await tom.engine.save(table, id, { location: 'Orchard' })
  expect(
    await tom.engine.detectConflicts({ ...given, data: { location: 'Barn' }, base: { location: null } }),
  ).toBeNull()
})

test('a later edit of what waits already joins it, with a signal and without, and is told as the same conflict', async () => {
  const { tom, conflict, told } = await aDisagreement()
  const asked = await tom.engine.detectConflicts(cue('Tom, louder'))
  tom.network.isOn = false
  const found = await tom.engine.detectConflicts(cue('Tom, louder'))
  for (const one of [asked, found])
    expect(one).toMatchObject({ conflictId: conflict.conflictId, fields: [{ field: 'cue', client: 'Tom, louder' }] })
  tom.network.isOn = true
  await tom.engine.save(table, id, { cue: 'Tom, louder' })
  await tom.engine.syncNow()
  expect(told.tom.detected).toHaveLength(1)
})

test('a detected conflict ends as the program said: one side, both joined by rule, or handed in for a person', async () => {
  const { tom } = await tomIsBehind()
  const found = (await tom.engine.detectConflicts(cue('Tom')))!
  await expect(tom.engine.resolveConflict(found, 'merge', by(tom.engine))).rejects.toMatchObject({
    code: 'no_proposal',
  })
  expect(await wedding.stored(table, id)).toMatchObject({ cue: 'Priya' })

  const ended = await tom.engine.resolveConflict(found, 'client_wins', by(tom.engine))
  expect(ended).toMatchObject({ state: 'decided', outcome: 'client_won', changeId: found.change.changeId })
  expect(await wedding.stored(table, id)).toMatchObject({ cue: 'Tom' })
  // the same once more is the same answer, and no second change
  expect(await tom.engine.resolveConflict(found, 'client_wins', by(tom.engine))).toEqual(ended)

  const other = (await tom.engine.detectConflicts({ ...cue('Once more'), base: { cue: 'Priya' }, baseVersion: 1 }))!
  expect(await tom.engine.resolveConflict(other, 'manual', by(tom.engine))).toMatchObject({
    ...{
      state: 'left-to-person',
      conflictId: other.conflictId,
      message: expect.stringMatching(/waits for somebody/) as string,
    },
  })
  expect(await wedding.conflictLog(id)).toMatchObject([{ status: 'resolved' }, { status: 'pending' }])
})

test('what is too important for any strategy is handed in, and decided by whoever may decide it', async () => {
  const { priya } = await twoPhones()
  const office = await aDevice(wedding.fetch, accountOf('planner'), { followsStream: false })
  const scope = recordOf(table, nth).data['client_id'] as string
  await office.engine.save('clients', scope, { emergency_contact: 'Bea, 07700 900001' })
  await untilSettled(office.engine)
  const change = { ...cue('x'), table: 'clients', id: scope, data: { emergency_contact: 'Cleo, 07700 900002' } }
  const seen = { base: { emergency_contact: 'Ada' }, baseVersion: 1 }
  const found = (await priya.engine.detectConflicts({ ...change, ...seen }))!
  expect(found).toMatchObject({ status: 'pending', severity: 'critical' })
  expect(await priya.engine.resolveConflict(found, 'client_wins', by(priya.engine))).toMatchObject({ state: 'decided' })
  expect(await wedding.stored('clients', scope)).toMatchObject(change.data)
})

test('with no signal a detected conflict is handed in later, with the strategy that was chosen', async () => {
  const { tom } = await tomIsBehind()
  const found: DetectedConflict = (await tom.engine.detectConflicts(cue('Tom')))!
  tom.network.isOn = false
  expect(await tom.engine.resolveConflict(found, 'server_wins', by(tom.engine))).toMatchObject({ state: 'saved' })
  tom.network.isOn = true
  await untilSettled(tom.engine)
  expect(await wedding.stored(table, id)).toMatchObject({ cue: 'Priya' })
  expect(await tom.engine.read(table, id)).toMatchObject({ cue: 'Priya', pending: 'none' })
})

test('the coordinator decides what waits, and the author’s program is told how it ended and by whom', async () => {
  const { tom, priya, told, conflict } = await aDisagreement()
  const { userId } = accountOf('planner')
  const waits = priya.engine.watchConflicts()
  waits.subscribe(() => undefined)
  const shown = () => waits.current().find(({ recordId }) => recordId === id)
  await expect.poll(shown, { timeout: 10_000 }).toBeDefined()
  const ended = await priya.engine.resolveConflict(shown()!, 'client_wins', { userId, role: 'coordinator' })
  expect(ended).toMatchObject({ state: 'decided', outcome: 'client_won', failure: null })
  expect(await wedding.stored(table, id)).toMatchObject({ cue: 'Tom' })

  await tom.engine.syncNow()
  await tom.engine.syncNow()
  const { conflictId } = conflict
  expect(told.tom.resolved).toEqual([
    { conflictId, resolved: 'Tom', by: 'person', outcome: 'client_won', name: accountOf('planner').name, note: null },
  ])
  expect(told.priya.resolved).toMatchObject([{ conflictId, by: 'person', outcome: null, name: priya.engine.user.name }])
  await expect(priya.engine.resolveConflict(conflict, 'client_wins', by(priya.engine))).rejects.toMatchObject({
    code: 'already_resolved',
  })
})

test('decided with no signal it is saved, and goes with the next one', async () => {
  const { priya, tom, told, conflict } = await aDisagreement()
  priya.network.isOn = false
  expect(await priya.engine.resolveConflict(conflict, 'client_wins', by(priya.engine))).toMatchObject({
    state: 'saved',
  })
  expect(await wedding.stored(table, id)).toMatchObject({ cue: 'Priya' })
  priya.network.isOn = true
  await untilSettled(priya.engine)
  await tom.engine.syncNow()
  expect(await wedding.stored(table, id)).toMatchObject({ cue: 'Tom' })
  expect(told.tom.resolved).toHaveLength(1)
  expect(told.priya.resolved).toHaveLength(1)
})

test('what is left to a person is left, and says so; a proposal that nobody made is not invented', async () => {
  const { tom, conflict } = await aDisagreement()
  const before = await wedding.traces()
  expect(await tom.engine.resolveConflict(conflict, 'manual', by(tom.engine))).toMatchObject({
    ...{ state: 'left-to-person', changeId: null, message: expect.stringMatching(/Nothing was done/) as string },
  })
  await expect(tom.engine.resolveConflict(conflict, 'merge', by(tom.engine))).rejects.toThrow(/No rule has a proposal/)
  expect(await wedding.traces()).toEqual(before)
})

test('nobody decides in another’s name or in a role that is not theirs, nor on what has moved on', async () => {
  const { tom, priya, conflict } = await aDisagreement()
  const before = await wedding.traces()
  const asTom = by(tom.engine)
  const asks = (engine: SyncEngine, one: Conflict, who: Parameters<SyncEngine['resolveConflict']>[2]) =>
    engine.resolveConflict(one, 'client_wins', who)
  await expect(asks(priya.engine, conflict, asTom)).rejects.toThrow(/signed in here/)
  await expect(asks(tom.engine, conflict, { ...asTom, role: 'coordinator' })).rejects.toThrow(/is assistant here/)
  expect(await wedding.traces()).toEqual(before)

  await wedding.sql(`update public.timeline_items set cue = 'The house' where id = $1`, [id])
  await priya.engine.syncNow()
  await expect(asks(priya.engine, conflict, by(priya.engine))).rejects.toMatchObject({ code: 'conflict_moved' })
  expect(await wedding.stored(table, id)).toMatchObject({ cue: 'The house' })
})
