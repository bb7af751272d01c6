// A change that failed is never lost: its author, or whoever plans the wedding, tries it once more or gives it up, and both
// leave their trace.
import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { aWedding, endings, recordOf, type Held, type Phone, type Sent } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const [owner, planner, assistant, vendor] = (['owner', 'planner', 'assistant', 'vendor'] as const).map((role) =>
  wedding.phoneOf(role),
) as [Phone, Phone, Phone, Phone]
let next = 0
const anItem = (): Held => recordOf('timeline_items', next++)
const handles = async (who: Phone, method: 'POST' | 'DELETE', { changeId }: { changeId: string }) => {
  const answer = await who.asks(`/api/offline/retry/${changeId}`, { method })
  return { ...answer, code: (answer.body as unknown as { code?: string }).code }
}
/** The assistant locked an item, which is not theirs to do. */
const aFailed = async (more: object = {}) => {
  await assistant.hears()
  const item = anItem()
  const change = assistant.edits(item, { locked: true }, more)
  expect(endings(await assistant.sends([change]), [change])).toEqual(['forbidden'])
  return { item, change }
}
const settledFor = async (phone: Phone, { changeId }: Sent) =>
  (await phone.hears()).body.settled.find((one) => one.changeId === changeId)
const trace = async ({ changeId }: Sent) =>
  (
    await wedding.sql(
      'select status, error_code, attempts, handled_by, handled_at is not null as "wasHandled", data from public.offline_sync_queue where change_id = $1',
      [changeId],
    )
  )[0]

describe('tried once more', () => {
  test('by a planner of the wedding, it goes in under their name, and the author’s phone hears of it', async () => {
    const { item, change } = await aFailed()
    const answer = await handles(planner, 'POST', change)
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ success: true, processed: [{ changeId: change.changeId, outcome: 'applied' }] })
    expect(await wedding.stored('timeline_items', item.id)).toMatchObject({ locked: true })
    expect(await trace(change)).toMatchObject({
      ...{ status: 'completed', error_code: null, attempts: 2, handled_by: planner.userId, wasHandled: true },
    })
    const [line] = await wedding.sql(
      'select user_id, change_id from sync.history where record_id = $1 order by position desc limit 1',
      [item.id],
    )
    expect(line).toEqual({ user_id: planner.userId, change_id: change.changeId })
    expect(await settledFor(assistant, change)).toMatchObject({ outcome: 'applied', serverId: item.id })
    // at most once: neither the phone nor the planner can make it twice
    expect(endings(await assistant.sends([change]), [change])).toEqual(['applied'])
    expect((await handles(planner, 'POST', change)).status).toBe(409)
  })

  test('by its author it fails again for the same reason, with one try more', async () => {
    const { change } = await aFailed()
    const answer = await handles(assistant, 'POST', change)
    expect(answer.body).toMatchObject({ success: false, failures: [{ changeId: change.changeId, code: 'forbidden' }] })
    expect(await trace(change)).toMatchObject({ status: 'failed', attempts: 2, handled_by: assistant.userId })
    expect(await settledFor(assistant, change)).toMatchObject({ code: 'forbidden' })
  })

  test('what others did meanwhile is contested like any edit, with the author on their side of it', async () => {
    const { item, change } = await aFailed()
    await wedding.sql('update public.timeline_items set locked = true where id = $1', [item.id])
    await wedding.sql('update public.timeline_items set locked = false, cue = $2 where id = $1', [item.id, 'x'])
    const answer = await handles(planner, 'POST', change)
    expect(answer.status).toBe(200)
    const log = await wedding.sql('select user_id, device_id from public.sync_conflict_log where change_id = $1', [
      change.changeId,
    ])
    for (const row of log) expect(row).toEqual({ user_id: assistant.userId, device_id: assistant.deviceId })
  })

  test('[P11] a group is tried as a whole', async () => {
    await assistant.hears()
    const [one, two] = [anItem(), anItem()]
    const groupId = randomUUID()
    const changes = [
      assistant.edits(one, { title: 'Free' }, { groupId }),
      assistant.edits(two, { locked: true }, { groupId }),
    ]
    expect(endings(await assistant.sends(changes), changes)).toEqual(['depends_on_failed', 'forbidden'])
    expect((await handles(planner, 'POST', changes[0]!)).body).toMatchObject({ success: true })
    expect(await wedding.stored('timeline_items', one.id)).toMatchObject({ title: 'Free' })
    expect(await wedding.stored('timeline_items', two.id)).toMatchObject({ locked: true })
  })

  test('two at once try it only once', async () => {
    const { item, change } = await aFailed()
    const answers = await Promise.all([handles(planner, 'POST', change), handles(owner, 'POST', change)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    const lines = await wedding.sql('select from sync.history where change_id = $1', [change.changeId])
    expect(lines).toHaveLength(1)
    expect(await wedding.stored('timeline_items', item.id)).toMatchObject({ locked: true })
  })
})

describe('given up', () => {
  test('it stays in the ledger with what was sent, who gave it up and when', async () => {
    const { item, change } = await aFailed()
    const answer = await handles(assistant, 'DELETE', change)
    expect([answer.status, answer.body]).toMatchObject([200, { changeId: change.changeId, discarded: 1 }])
    expect(await trace(change)).toMatchObject({
      ...{ status: 'failed', error_code: 'discarded', handled_by: assistant.userId, wasHandled: true },
      data: { locked: true },
    })
    expect(await settledFor(assistant, change)).toMatchObject({ code: 'discarded', retryable: false })
    expect(await wedding.stored('timeline_items', item.id)).toMatchObject({ locked: false })
  })

  test('a change that waits for a person is withdrawn', async () => {
    await Promise.all([planner.hears(), assistant.hears()])
    const item = anItem()
    const stale = assistant.edits(item, { cue: 'Tom' })
    await planner.sends([planner.edits(item, { cue: 'Priya' })])
    expect(endings(await assistant.sends([stale]), [stale])).toEqual(['waiting'])
    expect((await handles(assistant, 'DELETE', stale)).status).toBe(200)
    expect(await wedding.conflictLog(item.id)).toMatchObject([
      { status: 'resolved', fields: [{ client: 'Tom', server: 'Priya', resolved: 'Priya' }] },
    ])
    expect(await settledFor(assistant, stale)).toMatchObject({ outcome: 'server_won' })
    expect((await handles(assistant, 'DELETE', stale)).status).toBe(409)
  })
})

test('[P7] a change of somebody else, or of nobody, is not there for who has no say in it', async () => {
  const { change } = await aFailed()
  const rival = wedding.phoneOf('owner', { organization: await wedding.rival() })
  for (const who of [vendor, rival, await wedding.phoneOfPerson('couple')])
    for (const method of ['POST', 'DELETE'] as const) {
      const theirs = await handles(who, method, change)
      const nobodys = await handles(who, method, { changeId: randomUUID() })
      expect([theirs.status, theirs.code]).toEqual([404, 'not_found'])
      expect((theirs.body as unknown as { message: string }).message).toBe(
        (nobodys.body as unknown as { message: string }).message,
      )
    }
  expect((await handles(planner, 'POST', { changeId: 'no-id' })).status).toBe(404)
  expect(await trace(change)).toMatchObject({ status: 'failed', attempts: 1, wasHandled: false })
})

test('a change that went in is nothing to try again or to discard', async () => {
  await assistant.hears()
  const change = assistant.edits(anItem(), { title: 'Fine' })
  await assistant.sends([change])
  for (const method of ['POST', 'DELETE'] as const)
    expect((await handles(assistant, method, change)).code).toBe('already_resolved')
})
