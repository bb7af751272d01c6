// [P14] The network between server and database swallows what is said, and nobody is told: no error, no end, only silence. What
// was committed and never heard of is answered by the ledger when the device asks again.
import { aDatabase } from '@wedsync/postgres/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { answerMsMax, lookEveryMs, lookMsMax } from '../../packages/server/src/limits.ts'
import { agency, load, recordOf, type Sent } from '../../packages/server/src/testing/a-wedding.ts'
import { aWeb, everyKind, expectSentHome, timed } from '../support/a-web.ts'
import { aWire } from '../support/a-wire.ts'

const database = await aDatabase()
await load(database, agency)
const wire = await aWire(database.serverUrl)
const web = await aWeb({ database: { ...database, serverUrl: wire.url } })
const phone = web.phone()
await phone.hears()

const isReady = (isIt: boolean) => expect.poll(web.isReady, { timeout: 15_000, interval: 50 }).toBe(isIt)
const timesInHistory = async (changeId: string) =>
  (await web.sql('select 1 from sync.history where change_id = $1', [changeId])).length
const untilInLedger = (change: Sent) =>
  expect.poll(async () => (await web.ledger(change.changeId)).length, { timeout: 5000 }).toBe(1)

afterEach(async () => {
  wire.isWhole()
  await isReady(true)
})

describe('[P1] [P2] what was committed and never heard of', () => {
  test('a plain batch: 503, then its receipt, and it went in once; everybody else hears so at once', async () => {
    await phone.hears()
    const change = phone.edits(recordOf('timeline_items'), { title: 'Committed unheard' })
    wire.swallowsAnswersFrom('receive_batch')
    const began = performance.now()
    expectSentHome(await phone.sends([change]))
    const took = performance.now() - began
    console.log(`answered after ${Math.round(took)} ms of silence`)
    // long before anybody's patience with that one question is over
    expect(took).toBeLessThan(answerMsMax)
    await untilInLedger(change)

    wire.swallowsAll()
    const { median, answers } = await timed(() => phone.asks('/api/offline/sync'), 50)
    console.log(`while it is silent: median of 50 answers ${median.toFixed(1)} ms`)
    answers.forEach(expectSentHome)
    expect(median).toBeLessThan(100)
    for (const ask of everyKind(phone)) expectSentHome(await ask())
    expect(await web.waiting()).toBe(0)

    wire.isWhole()
    await isReady(true)
    const again = await phone.sends([change])
    expect([again.status, again.body.processed]).toMatchObject([200, [{ outcome: 'applied' }]])
    expect(await timesInHistory(change.changeId)).toBe(1)
  })

  test('a batch that had to be decided: the answer to its commit is lost', async () => {
    await phone.hears()
    const item = recordOf('timeline_items', 1)
    const stale = phone.edits(item, { title: 'Mine', public_note: 'Mine, too' })
    await web.sql(`update public.timeline_items set title = 'Theirs' where id = $1`, [item.id])
    wire.swallowsAnswersFrom('commit\0')
    expectSentHome(await phone.sends([stale], { options: { conflictResolution: 'client_wins' } }))
    await untilInLedger(stale)
    wire.isWhole()
    await isReady(true)
    const again = await phone.sends([stale], { options: { conflictResolution: 'client_wins' } })
    expect([again.status, again.body.processed]).toMatchObject([200, [{ outcome: 'client_won' }]])
    expect(await timesInHistory(stale.changeId)).toBe(1)
    expect((await web.stored('timeline_items', item.id))!['title']).toBe('Mine')
  })
})

test('a look that is lost tells nothing while others are answered', async () => {
  const opened = () => web.counted('wedsync_breaker_moves_total{state="open"}')
  const before = await opened()
  wire.swallowsWatcher()
  const until = performance.now() + lookMsMax + 2 * lookEveryMs
  while (performance.now() < until) {
    expect((await phone.hears()).status).toBe(200)
    await new Promise((later) => setTimeout(later, 100))
  }
  expect(await opened()).toBe(before)
})

test('[P2] receipts go home without news when the database goes away between the two', async () => {
  await phone.hears()
  const change = phone.edits(recordOf('timeline_items', 2), { title: 'Written, then silence' })
  wire.swallowsAnswersFrom('pull_page')
  const { cursor } = phone.view
  const answer = await phone.sends([change], { cursor })
  expect([answer.status, answer.body.processed]).toMatchObject([200, [{ outcome: 'applied' }]])
  expect(answer.body).toMatchObject({ serverChanges: [], hasMore: true })
  wire.isWhole()
  await isReady(true)
  phone.takeIn(answer.body)
  await phone.hears()
  expect(phone.shows(recordOf('timeline_items', 2)).data['title']).toBe('Written, then silence')
})
