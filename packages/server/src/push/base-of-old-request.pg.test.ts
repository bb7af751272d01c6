// Devices from before cursors and versions: what they send is judged by when they last heard, by this server's clock.
import { randomUUID } from 'node:crypto'
import type { JsonObject } from '@wedsync/protocol'
import { describe, expect, test } from 'vitest'
import { aNewcomer } from '../testing/a-newcomer.ts'
import { aWedding, endings, recordOf, type Held } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const [planner, assistant] = [wedding.phoneOf('planner'), wedding.phoneOf('assistant')]
await planner.hears()
const minutes = (from: number) => new Date(Date.now() + from * 60_000).toISOString()
let nth = 0
const anItem = (): Held => planner.shows(recordOf('timeline_items', nth++))

/** Everything that happened to a record so far, so many minutes earlier: an afternoon does not fit into a test. */
const longAgo = async ({ id }: { id: string }, ago: number) => {
  const text = `set %s = %s - make_interval(mins => $2) where record_id = $1`
  for (const [table, column] of [
    ['history', 'at'],
    ['records', 'changed_at'],
  ] as const)
    await wedding.sql(`update sync.${table} ${text.replaceAll('%s', column)}`, [id, ago])
}
const old = ({ id }: { id: string }, data: JsonObject, more: object = {}) => ({
  ...{ action: 'update', table: 'timeline_items', id, data, clientVersion: 7, deviceId: randomUUID() },
  ...more,
})
const sends = async (change: object, lastSyncTime?: string | null) => {
  const changeId = randomUUID()
  const answer = await assistant.sends([{ changeId, ...change }], {
    ...(lastSyncTime !== undefined && { lastSyncTime }),
  })
  return endings(answer, [{ changeId }])[0]
}
/** Whatever a rule or a person makes of it: it did not simply go in. */
const isContested = (ending: string) => ['merged', 'server_won', 'waiting'].includes(ending)
const moved = (item: Held, title: string) =>
  wedding.sql('update public.timeline_items set title = $2 where id = $1', [item.id, title])

describe('[P4] without a cursor and a version a change is judged by what moved since the device last heard', () => {
  test('nothing moved since: it goes in, though it says nothing of what its author saw', async () => {
    const item = anItem()
    await longAgo(item, 60)
    expect(await sends(old(item, { title: 'Clean' }), minutes(-5))).toBe('applied')
  })

  test('the field moved since: it is contested, by whoever moved it', async () => {
    const item = anItem()
    await longAgo(item, 60)
    await moved(item, 'Moved meanwhile')
    expect(await sends(old(item, { title: 'Late' }), minutes(-5))).toSatisfy(isContested)
    expect(await wedding.conflictLog(item.id)).toMatchObject([
      { kind: 'fields', fields: [{ field: 'title', client: 'Late', server: 'Moved meanwhile' }] },
    ])
  })

  test('another field moved since: it goes in beside that', async () => {
    const item = anItem()
    await longAgo(item, 60)
    await moved(item, 'Moved meanwhile')
    expect(await sends(old(item, { location: 'Orchard' }), minutes(-5))).toBe('applied')
    expect(await wedding.stored('timeline_items', item.id)).toMatchObject({
      title: 'Moved meanwhile',
      location: 'Orchard',
    })
  })

  test('it moved before the device last heard, but so shortly that its transaction may have ended later: it is contested', async () => {
    const item = anItem()
    await longAgo(item, 60)
    await moved(item, 'Just before')
    expect(await sends(old(item, { title: 'Late' }), minutes(0))).toSatisfy(isContested)
    // and long enough before, it is not
    const other = anItem()
    await moved(other, 'Well before')
    await longAgo(other, 2)
    expect(await sends(old(other, { title: 'In time' }), minutes(-1))).toBe('applied')
  })

  test('what was seen still counts: a field that stands elsewhere is contested, whatever the clock says', async () => {
    const item = anItem()
    await longAgo(item, 60)
    expect(
      await sends(old(item, { title: 'Wrong base' }, { base: { title: 'Never stood there' } }), minutes(-5)),
    ).toSatisfy(isContested)
    const other = anItem()
    await longAgo(other, 60)
    expect(
      await sends(old(other, { title: 'Right base' }, { base: { title: other.data['title']! } }), minutes(-5)),
    ).toBe('applied')
  })

  test('a record older than what history still tells counts as moved', async () => {
    const item = anItem()
    await longAgo(item, 60)
    await moved(item, 'Now')
    await wedding.sql("delete from sync.history where record_id = $1 and at < now() - interval '30 minutes'", [item.id])
    // the location did not move, but nobody can tell any more
    expect(await sends(old(item, { location: 'Anywhere' }), minutes(-5))).toSatisfy(isContested)
  })

  test('a delete of what moved since asks a person, of what did not goes in', async () => {
    const note = (body: string) => planner.creates('notes', { client_id: recordOf('notes').scope, body })
    const [still, edited] = [note('Still'), note('Edited')]
    await planner.sends([still, edited])
    await Promise.all([longAgo(still, 60), longAgo(edited, 60)])
    await wedding.sql(`update public.notes set body = 'Edited since' where id = $1`, [edited.id])
    const remove = ({ id }: { id: string }) => ({ action: 'delete', table: 'notes', id, data: {} })
    expect(await sends(remove(still), minutes(-5))).toBe('applied')
    expect(await sends(remove(edited), minutes(-5))).toBe('waiting')
  })
})

describe('a moment that tells nothing', () => {
  test.for([
    ['still to come', minutes(10)],
    ['absent', undefined],
    ['null', null],
    ['before there were clocks', '0001-01-01T00:00:00Z'],
  ] as const)('(%s): by what was seen, and without that as if everything had moved', async ([, lastSyncTime]) => {
    const [seen, unseen, wrong] = [anItem(), anItem(), anItem()]
    await Promise.all([seen, unseen, wrong].map((item) => longAgo(item, 60)))
    expect(await sends(old(seen, { title: 'Seen' }, { base: { title: seen.data['title']! } }), lastSyncTime)).toBe(
      'applied',
    )
    expect(await sends(old(unseen, { title: 'Unseen' }), lastSyncTime)).toSatisfy(isContested)
    expect(await sends(old(wrong, { title: 'Wrong' }, { base: { title: 'Other' } }), lastSyncTime)).toSatisfy(
      isContested,
    )
  })

  test('a version or a cursor says more than a clock', async () => {
    const item = anItem()
    await longAgo(item, 60)
    await moved(item, 'Moved meanwhile')
    const { version } = planner.shows(item)
    expect(await sends(old(item, { title: 'Late' }, { baseVersion: version }), minutes(-5))).toSatisfy(isContested)
    await planner.hears()
    const fresh = planner.shows(item)
    expect(await sends(old(item, { cue: 'Fresh' }, { baseVersion: fresh.version }), '2000-01-01T00:00:00Z')).toBe(
      'applied',
    )
  })
})

test('[P1] a change without an id gets the same one however often its batch is sent', async () => {
  const item = anItem()
  await longAgo(item, 60)
  const body = { batchId: randomUUID(), lastSyncTime: minutes(-5), changes: [old(item, { title: 'Once' })] }
  const [first, again] = [await assistant.posts({ ...body, deviceId: assistant.deviceId }), await assistant.posts({ ...body, deviceId: assistant.deviceId })] // prettier-ignore
  expect(first.body.processed).toMatchObject([{ outcome: 'applied', serverId: item.id }])
  expect(again.body.processed).toEqual(first.body.processed)
})

describe('news for a device that only knows when it last heard', () => {
  test('is what changed since then, and where to go on', async () => {
    const phone = await aNewcomer(wedding, 'assistant')
    await wedding.sql(`update sync.records set changed_at = changed_at - interval '1 hour'`)
    await wedding.sql(`update sync.history set at = at - interval '1 hour'`)
    const [item, gone] = [anItem(), recordOf('notes', 1)]
    await moved(item, 'News')
    await wedding.sql('delete from public.notes where id = $1', [gone.id])
    const { body } = await phone.sends([], { lastSyncTime: minutes(-5) })
    expect(body.serverChanges.map(({ id, action }) => [id, action])).toEqual([
      [item.id, 'update'],
      [gone.id, 'delete'],
    ])
    expect(body.hasMore).toBe(false)
    const { body: later } = await phone.asks(`/api/offline/sync?cursor=${body.cursor}`)
    expect(later.serverChanges).toEqual([])
    const asked = await phone.asks(`/api/offline/sync?lastSyncTime=${minutes(-5)}`)
    expect(asked.body.serverChanges).toEqual(body.serverChanges)
  })

  test('is everything, where the moment tells nothing or the person came to the wedding since', async () => {
    const phone = await aNewcomer(wedding, 'assistant')
    for (const lastSyncTime of [minutes(-5), minutes(5), null]) {
      const { body } = await phone.sends([], { lastSyncTime, options: { pullLimit: 1000 } })
      expect(body.serverChanges.length).toBeGreaterThan(100)
    }
  })
})

describe('the version of the tables a device knows', () => {
  test('too old to translate: 426, nothing is stored, and the outbox stays', async () => {
    const before = await wedding.traces()
    const note = assistant.creates('notes', { client_id: recordOf('notes').scope, body: 'Kept on the phone' })
    const { status, body } = await assistant.sends([note], { schemaVersion: 0 })
    expect([status, body]).toMatchObject([426, { success: false, error: 'Upgrade required', code: 'upgrade_required' }])
    expect(await wedding.traces()).toEqual(before)
    expect((await assistant.sends([note], { schemaVersion: 1 })).body.processed).toHaveLength(1)
  })

  test('newer than the server: told the same way, since nobody here knows what its words mean', async () => {
    const note = assistant.creates('notes', { client_id: recordOf('notes').scope, body: 'From the future' })
    const before = await wedding.traces()
    expect(await assistant.sends([note], { schemaVersion: 99 })).toMatchObject({
      ...{ status: 426, body: { error: 'Upgrade required' } },
    })
    expect(await wedding.traces()).toEqual(before)
    expect((await assistant.sends([note])).body.processed).toHaveLength(1)
    expect((await assistant.sends([], { schemaVersion: -1 })).status).toBe(400)
  })
})
