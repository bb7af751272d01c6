// What nobody needs any more is forgotten; what is open never, and whoever was away for longer loads again and misses nothing.
import { describe, expect, test } from 'vitest'
import { aServerOn, aWedding, endings, recordOf, type Held, type Phone } from '../testing/a-wedding.ts'
import { createForgetOld } from './forget-old.ts'

const wedding = await aWedding()
const scope = recordOf('clients').id
let next = 0
const anItem = (): Held => recordOf('timeline_items', next++)
const forget = createForgetOld(wedding.database.admin, () => undefined)
/** Everything that ever happened here is so old now. */
const passes = async (days: number) => {
  const by = `interval '${days} days'`
  await wedding.sql(`update sync.records set changed_at = changed_at - ${by}`)
  await wedding.sql(`update sync.marks set at = at - ${by}`)
  await wedding.sql(`update sync.history set at = at - ${by}`)
  await wedding.sql(`update public.offline_sync_queue set received_at = received_at - ${by}`)
}
const count = async (text: string, values: unknown[] = []) =>
  Number((await wedding.sql<{ count: string }>(`select count(*) from ${text}`, values))[0]!.count)
const newPhone = async (role: 'planner' | 'assistant'): Promise<Phone> => {
  const phone = wedding.phoneOf(role)
  await phone.hears()
  return phone
}
const shown = (phone: Phone) => new Map([...phone.held].map(([key, { data }]) => [key, data]))

describe('a deletion of long ago', () => {
  test('[P5] is forgotten, and a phone that never heard of it loads again instead of keeping the record', async () => {
    const [away, planner] = [await newPhone('assistant'), await newPhone('planner')]
    const item = anItem()
    await planner.sends([planner.deletes(item)])
    await planner.hears()
    await passes(61)
    // somebody works on, so that the newest mark is not of long ago
    await planner.sends([planner.creates('notes', { client_id: scope, body: 'Still here' })])
    await planner.hears()
    expect(await forget()).toMatchObject({ tombstones: 1 })
    expect(await count('sync.records where record_id = $1', [item.id])).toBe(0)

    // whoever heard of it goes on
    expect((await planner.hears()).status).toBe(200)
    const answer = await away.hears()
    expect([answer.status, answer.body]).toMatchObject([409, { code: 'cursor_reset' }])
    Object.assign(away.view, { cursor: null })
    away.held.clear()
    await away.hears()
    expect(away.held.has(`timeline_items/${item.id}`)).toBe(false)
    expect(shown(away)).toEqual(shown(await newPhone('assistant')))
  })

  test('[P3] a phone that comes back after it hands in what it made, and is told what became of it', async () => {
    const [away, planner] = [await newPhone('assistant'), await newPhone('planner')]
    const [gone, kept] = [anItem(), anItem()]
    const changes = [away.edits(gone, { title: 'Late' }), away.edits(kept, { location: 'Barn' })]
    await planner.sends([planner.deletes(gone)])
    await passes(61)
    await planner.sends([planner.creates('notes', { client_id: scope, body: 'Again' })])
    await forget()
    expect((await away.sends(changes, { cursor: away.view.cursor })).status).toBe(409)
    const answer = await away.sends(
      changes.map((change) => ({ ...change, fromBefore: true })),
      { cursor: null },
    )
    expect(endings(answer, changes)).toEqual(['record_missing', 'applied'])
  })
})

test('[P9] marks of long ago go, but for the newest: a phone that knows an older one loads again, the others go on', async () => {
  const [away, planner] = [await newPhone('assistant'), await newPhone('planner')]
  for (const title of ['One', 'Two']) {
    await planner.sends([planner.edits(anItem(), { title })])
    await planner.hears()
  }
  await passes(61)
  expect((await forget())['marks']).toBeGreaterThan(0)
  expect(await count('sync.marks')).toBe(1)
  expect((await planner.hears()).status).toBe(200)
  expect((await away.hears()).status).toBe(409)
})

describe('payloads', () => {
  test('[P1] go once a change is through, and what was answered stays: sent again, it is not done twice', async () => {
    const phone = await newPhone('planner')
    const item = anItem()
    const change = phone.edits(item, { title: 'Payload' })
    await phone.sends([change])
    await passes(61)
    expect((await forget())['payloads']).toBeGreaterThan(0)
    expect(await count('public.offline_sync_queue where data is not null and change_id = $1', [change.changeId])).toBe(
      0,
    )
    expect(endings(await phone.sends([change]), [change])).toEqual(['applied'])
    expect(await count('sync.history where change_id = $1', [change.changeId])).toBe(1)
  })

  test('[P3] of what is open stay: kept, waiting for a person, or failed', async () => {
    const [phone, planner] = [await newPhone('assistant'), await newPhone('planner')]
    const item = anItem()
    const [mine, theirs] = [
      phone.edits(item, { planned_start: '2026-06-20T18:00' }),
      planner.edits(item, { planned_start: '2026-06-20T19:00' }),
    ]
    await planner.sends([theirs])
    const open = [
      mine,
      phone.edits(anItem(), { vendor_id: crypto.randomUUID() }),
      phone.edits(
        { table: 'timeline_items', id: crypto.randomUUID() },
        { title: 'Nowhere' },
        { baseVersion: 1, base: { title: null } },
      ),
    ]
    expect(endings(await phone.sends(open), open)).toEqual(['waiting', 'missing_parent', 'record_missing'])
    await wedding.sql(
      `update public.offline_sync_queue set next_attempt_at = now() + interval '1 day' where status = 'pending'`,
    )
    await passes(500)
    await forget()
    const ids = open.map(({ changeId }) => changeId)
    expect(await count('public.offline_sync_queue where data is not null and change_id = any ($1)', [ids])).toBe(3)
    expect(await count(`public.sync_conflict_log where status = 'pending'`)).toBeGreaterThan(0)
  })
})

test('history of long ago goes, and a change sent again is still told what became of it', async () => {
  const phone = await newPhone('planner')
  const change = phone.edits(anItem(), { title: 'Ancient' })
  const { body } = await phone.sends([change])
  await passes(401)
  expect((await forget())['history']).toBeGreaterThan(0)
  expect(await count('sync.history where change_id = $1', [change.changeId])).toBe(0)
  const again = await phone.sends([change])
  expect(again.body.processed).toEqual(body.processed)
})

test('two servers at once forget it once', async () => {
  const phone = await newPhone('planner')
  for (let nth = 0; nth < 3; nth += 1) await phone.sends([phone.deletes(anItem())])
  await passes(61)
  const old = await count('sync.records where gone is not null')
  expect(old).toBeGreaterThanOrEqual(3)
  const other = createForgetOld(wedding.database.admin, () => undefined)
  const both = await Promise.all([forget(), other()])
  expect(both.reduce((sum, counts) => sum + (counts['tombstones'] ?? 0), 0)).toBe(old)
})

test('a server forgets by itself', async () => {
  const phone = await newPhone('planner')
  const item = anItem()
  await phone.sends([phone.deletes(item)])
  await passes(61)
  await phone.sends([phone.creates('notes', { client_id: scope, body: 'And on' })])
  await aServerOn(wedding.database.serverUrl, {
    retention: { firstMs: 0, everyMs: 100, soonMs: 1, failingMs: 100 },
  })
  await expect.poll(() => count('sync.records where record_id = $1', [item.id]), { timeout: 10_000 }).toBe(0)
})
