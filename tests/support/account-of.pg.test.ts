// The account is only worth something if it can fail: histories that are spoilt on purpose, one fault each, are told by their name.
import { expect, onTestFinished, test } from 'vitest'
import { aNewcomer } from '../../packages/server/src/testing/a-newcomer.ts'
import { aWedding, recordOf } from '../../packages/server/src/testing/a-wedding.ts'
import { isWhole } from '../simulation/line-of-account.ts'
import { accountOf, addTold, problemsIn, reportOf } from './account-of.ts'
import { aNotedDevice } from './a-noted-device.ts'
import { keepEvidence } from './keep-evidence.ts'

const wedding = await aWedding()
await keepEvidence(wedding.sql)
const { scope } = recordOf('timeline_items')
const item = recordOf('timeline_items', 3)

/** A planner's phone with three changes, all of them shared: an edit, a note, and an edit of what somebody else wrote in between. */
const aShortDay = async () => {
  const person = await aNewcomer(wedding, 'planner')
  const device = await aNotedDevice(person, {
    baseUrl: 'http://wedsync.test',
    fetch: async (address, init) => wedding.fetch(new URL(address).pathname + new URL(address).search, init),
  })
  onTestFinished(() => device.engine.stop())
  await device.engine.syncNow()
  await device.engine.save('timeline_items', item.id, { location: `Barn ${person.userId}` })
  await device.engine.create('notes', { client_id: scope, body: 'First' })
  await device.engine.syncNow()
  await device.engine.save('timeline_items', item.id, { location: `Tent ${person.userId}` })
  await device.engine.save('timeline_items', item.id, { location: `Lawn ${person.userId}` })
  await device.engine.syncNow()
  const [edit, note, again] = device.made().map(({ changeId }) => changeId) as [string, string, string]
  return { device, edit, note, again, account: () => accountOf(wedding.sql, [device]) }
}

/** With the database's own guards off: nobody but a spoiler writes like this. */
const spoils = async (text: string, values: unknown[]) => {
  const session = await wedding.database.admin.connect()
  try {
    await session.query("set session_replication_role = 'replica'")
    const { rowCount } = await session.query(text, values)
    expect(rowCount).toBeGreaterThan(0)
  } finally {
    await session.query('reset session_replication_role')
    session.release()
  }
}

test('a day without faults: the account is whole, and says how sure that makes anybody', async () => {
  const told = await (await aShortDay()).account()
  expect(problemsIn(told)).toEqual([])
  expect(told.account).toMatchObject({ made: 4, applied: 3, folded: 1, waiting: 0, failed: 0 })
  expect(isWhole(told.account)).toBe(true)
  const text = reportOf('two days', addTold(told, told))
  expect(text).toContain(
    'changes made 8 = applied 6 + merged 0 + folded 2 + overruled 0 + waiting 0 + kept 0 + failed 0',
  )
  expect(text).toContain('lost 0, applied twice 0, silently overwritten 0, stuck 0')
})

/** Whom somebody else had seated already, a planner seats elsewhere; what becomes of it is decided for them. */
const aGuestSeatedTwice = async () => {
  const { device, account } = await aShortDay()
  const other = wedding.phoneOf('assistant')
  await other.hears()
  const table = other.creates('tables', { client_id: scope, number: 41, capacity: 8 })
  const guest = other.creates('guests', { client_id: scope, name: `Guest ${table.id}` })
  await other.sends([table, guest])
  await device.engine.syncNow()
  await other.sends([
    other.creates('seat_assignments', { client_id: scope, guest_id: guest.id, table_id: table.id, seat: 5 }),
  ])
  await device.engine.create('seat_assignments', { client_id: scope, guest_id: guest.id, table_id: table.id, seat: 2 })
  await device.engine.syncNow()
  const seat = device.made().find((one) => one.table === 'seat_assignments')!.changeId
  const [{ conflictId }] = await wedding.sql<{ conflictId: string }>('select conflict_id as "conflictId" from public.sync_conflict_log where change_id = $1', [seat]) as [{ conflictId: string }] // prettier-ignore
  await device.engine.decide(conflictId, { choice: 'client' })
  await device.engine.syncNow()
  return { seat, account }
}

test('who seats a guest elsewhere whom somebody else had seated finds it at the seat that was there, if it is decided so', async () => {
  const { seat, account } = await aGuestSeatedTwice()
  expect(problemsIn(await account())).toEqual([])
  await spoils('delete from sync.history where after @> $1', [JSON.stringify({ seat: 2 })])
  expect((await account()).problems.lost).toEqual([expect.stringContaining(seat)])
})

test('a change that the database forgot is lost, and the account is not whole', async () => {
  const { note, account } = await aShortDay()
  await spoils('delete from public.offline_sync_queue where change_id = $1', [note])
  const told = await account()
  expect(told.problems.lost).toEqual([expect.stringContaining(note)])
  expect(isWhole(told.account)).toBe(false)
  expect(problemsIn(told)).toContainEqual(expect.stringContaining('the account is not whole'))
})

test('a change that says applied and left no trace is lost', async () => {
  const { note, account } = await aShortDay()
  await spoils('delete from sync.history where change_id = $1', [note])
  expect((await account()).problems.lost).toEqual([expect.stringContaining(note)])
})

test('a change whose effect stands twice in history was applied twice', async () => {
  const { edit, account } = await aShortDay()
  await spoils(
    `insert into sync.history select (jsonb_populate_record(h, '{"position": 999999}')).* from sync.history h where change_id = $1`,
    [edit],
  )
  expect((await account()).problems.appliedTwice).toEqual([expect.stringContaining(edit)])
})

test('a value that was written over by somebody who saw another is silently overwritten', async () => {
  const { again, account } = await aShortDay()
  await spoils(
    `update sync.history set before = jsonb_set(before::jsonb, '{location}', '"Of somebody else"') where change_id = $1`,
    [again],
  )
  const told = await account()
  expect(told.problems.overwritten).toEqual([expect.stringContaining(again)])
  // the history of this database stays spoilt
  await spoils('delete from sync.history where change_id = $1', [again])
})

test('a change that is under way for ever is stuck', async () => {
  const { edit, account } = await aShortDay()
  await spoils(
    `update public.offline_sync_queue set status = 'processing', arrival = 1, next_attempt_at = now(),
            lease = gen_random_uuid(), leased_until = now() where change_id = $1`,
    [edit],
  )
  expect((await account()).problems.stuck).toEqual([expect.stringContaining(edit)])
})
