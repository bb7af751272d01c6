// The database is killed, or stopped where it stands, under a server that people use. They hear so at once, nobody waits in
// vain, and when it is back everything goes on, each change once.
import { afterEach, describe, expect, test } from 'vitest'
import { recordOf } from '../../packages/server/src/testing/a-wedding.ts'
import { aClusterOfItsOwn } from '../support/a-cluster-of-its-own.ts'
import { aWeb, everyKind, expectSentHome, timed } from '../support/a-web.ts'

const cluster = await aClusterOfItsOwn()
const web = await aWeb({ database: cluster.database })
const phone = web.phone()
await phone.hears()
afterEach(() => cluster.thaw())

const [item, other] = [recordOf('timeline_items'), recordOf('timeline_items', 1)]
const isReady = (isIt: boolean) => expect.poll(web.isReady, { timeout: 15_000, interval: 50 }).toBe(isIt)
const timesInHistory = async (changeId: string) =>
  (await web.sql('select 1 from sync.history where change_id = $1', [changeId])).length
const inLedger = async (changeId: string) => (await web.ledger(changeId)).map(({ status }) => status)
const busy = async () => {
  const pools = ['writes', 'reads', 'rest'].map((pool) =>
    web.counted(`wedsync_connections{pool="${pool}",state="busy"}`),
  )
  return (await Promise.all(pools)).reduce((sum, one) => sum + one, 0)
}

/** What must hold while the database is away, however it went. */
const expectSentHomeAtOnce = async () => {
  for (const ask of everyKind(phone)) expectSentHome(await ask())
  const { median, most, answers } = await timed(() => phone.asks('/api/offline/sync'), 50)
  console.log(`while it is away: median of 50 answers ${median.toFixed(1)} ms, the slowest ${most.toFixed(1)} ms`)
  answers.forEach(expectSentHome)
  expect(median).toBeLessThan(100)

  // a crowd is answered, and leaves nothing behind that waits
  const crowd = await Promise.all(Array.from({ length: 200 }, (_, nth) => everyKind(phone)[nth % 7]!()))
  crowd.forEach(expectSentHome)
  expect(new Set(crowd.map(({ headers }) => headers.get('retry-after'))).size).toBeGreaterThan(1)
  expect(await web.waiting()).toBe(0)
  expect(await busy()).toBe(0)

  expect((await web.fetch('/api/health')).status).toBe(200)
  const ready = await phone.asks('/api/health/ready')
  expect(ready.status).toBe(503)
  expect(ready.body).toMatchObject({ errors: [{ path: 'database', code: 'away' }] })
  expect(await web.counted('wedsync_breaker_open')).toBe(1)
  expect(await web.counted('wedsync_breaker_moves_total{state="open"}')).toBeGreaterThan(0)
  expect(await web.counted('wedsync_sent_home_total{line="database",why="away"}')).toBeGreaterThan(200)
}

describe('[P14] a database that was killed', () => {
  test('everybody hears so at once, and when it is back the server goes on by itself', async () => {
    const kept = phone.edits(item, { title: 'Before it went' })
    expect((await phone.sends([kept])).status).toBe(200)
    await phone.hears()
    await cluster.kill()
    const change = phone.edits(item, { title: 'While it was away' })
    expectSentHome(await phone.sends([change]))
    await isReady(false)
    await expectSentHomeAtOnce()
    expectSentHome(await phone.sends([change]))

    await cluster.startAgain()
    const began = performance.now()
    await isReady(true)
    console.log(`back after ${Math.round(performance.now() - began)} ms`)
    const answer = await phone.sends([change])
    expect([answer.status, answer.body.processed]).toMatchObject([200, [{ outcome: 'applied' }]])
    expect(await inLedger(kept.changeId)).toEqual(['completed'])
    expect(await timesInHistory(change.changeId)).toBe(1)
  })
})

describe('[P14] a database that is stopped where it stands', () => {
  test('is noticed though nobody asks it anything, and used again when it goes on', async () => {
    await isReady(true)
    cluster.freeze()
    const began = performance.now()
    await isReady(false)
    console.log(`noticed after ${Math.round(performance.now() - began)} ms`)
    await expectSentHomeAtOnce()

    cluster.thaw()
    const thawed = performance.now()
    await isReady(true)
    console.log(`back after ${Math.round(performance.now() - thawed)} ms`)
    expect((await phone.hears()).status).toBe(200)
  })

  test('[P1] a batch that was under way is answered in time, and goes in once', async () => {
    await isReady(true)
    await phone.hears()
    const [one, two] = [phone.edits(item, { title: 'Under way' }), phone.edits(other, { title: 'Under way, too' })]
    const heard = phone.asks(`/api/offline/sync?cursor=${encodeURIComponent(phone.view.cursor!)}`)
    expect((await heard).status).toBe(200)
    cluster.freeze()
    const began = performance.now()
    const sent = await Promise.all([phone.sends([one, two]), phone.sends([one, two])])
    console.log(`answered after ${Math.round(performance.now() - began)} ms`)
    sent.forEach(expectSentHome)

    // what lay in its ear when it stopped is done now, though nobody waits for it any more
    cluster.thaw()
    await isReady(true)
    const again = await phone.sends([one, two])
    expect(again.status).toBe(200)
    expect(again.body.processed.map(({ changeId }) => changeId)).toEqual([one.changeId, two.changeId])
    for (const { changeId } of [one, two]) {
      expect(await inLedger(changeId)).toEqual(['completed'])
      expect(await timesInHistory(changeId)).toBe(1)
    }
    expect((await web.stored('timeline_items', item.id))!['title']).toBe('Under way')
    expect(await phone.sends([one, two]).then(({ body }) => body.processed)).toEqual(again.body.processed)
  })
})
