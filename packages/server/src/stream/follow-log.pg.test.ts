import { randomUUID } from 'node:crypto'
import type { ServerChange } from '@wedsync/protocol'
import { describe, expect, test } from 'vitest'
import { accountOf, agency, aToken, aWedding, canary, recordOf, type Phone } from '../testing/a-wedding.ts'
import { aListener } from '../testing/a-listener.ts'
import { aNewcomer, type Newcomer } from '../testing/a-newcomer.ts'

const wedding = await aWedding({ streams: { perPerson: 3, inAll: 40, heartbeatMs: 400 } })
const { scope } = recordOf('timeline_items')
const planner = wedding.phoneOf('planner')

const open = async (
  phone: Phone,
  query: Record<string, string> = {},
  headers: Record<string, string> = {},
  from = wedding,
) => {
  const token = await aToken(claimsOf(phone))
  const search = new URLSearchParams(query).toString()
  const authorization = `Bearer ${token}`
  return await from.fetch(`/api/offline/stream?${search}`, { headers: { authorization, ...headers } })
}
const claimsOf = ({ userId }: Phone) => ({
  sub: userId,
  role: 'authenticated',
  app_metadata: { organization_id: agency.organization.id },
})
const listens = async (...of: Parameters<typeof open>) => {
  const response = await open(...of)
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8'])
  return aListener(response)
}
const setTitle = (title: string, nth = 0) =>
  wedding.sql('update public.timeline_items set title = $2 where id = $1', [recordOf('timeline_items', nth).id, title])
const keyed = (changes: ServerChange[]) =>
  Object.fromEntries(changes.map((one) => [`${one.table}/${one.id}`, one.data]))

describe('[P5] a stream', () => {
  test('without a cursor tells everything a pull tells, page by page, and then what comes', async () => {
    const phone = await aNewcomer(wedding, 'assistant')
    await phone.hears()
    const listener = await listens(phone, { pullLimit: '40' })
    const pages = await listener.untilCaughtUp()
    expect(pages.length).toBeGreaterThan(2)
    expect(keyed(pages.flatMap(({ changes }) => changes))).toEqual(
      Object.fromEntries([...phone.held].map(([key, { data }]) => [key, data])),
    )
    await setTitle('Told at once')
    const { changes, ping } = (await listener.news())!
    expect(changes).toMatchObject([
      { id: recordOf('timeline_items').id, action: 'update', data: { title: 'Told at once' } },
    ])
    expect(ping).toMatchObject({ hasMore: false, remaining: 0, position: changes[0]!.version })
  })

  test('resumes by the id of the last event, whatever its address says: nothing twice, nothing missed', async () => {
    const phone = await aNewcomer(wedding, 'planner')
    await phone.hears()
    const began = phone.view.cursor!
    const first = await listens(phone, { cursor: began })
    await setTitle('First')
    const { cursor } = (await first.news())!
    await first.leaves()
    await setTitle('While away')
    await setTitle('And this', 1)

    const again = await listens(phone, { cursor: began }, { 'last-event-id': cursor! })
    const missed = (await again.news())!
    expect(missed.changes.map(({ data }) => data!['title'])).toEqual(['While away', 'And this'])
    // and a pull goes on from there, too
    const { body } = await phone.asks(`/api/offline/sync?cursor=${missed.cursor!}`)
    expect(body.serverChanges).toEqual([])
  })

  test('tells a device what became of a change it sent earlier', async () => {
    const phone = await aNewcomer(wedding, 'planner')
    await phone.hears()
    const note = phone.creates('notes', { client_id: scope, body: 'Sent earlier' })
    await phone.sends([note])
    await phone.hears()
    const listener = await listens(phone, { cursor: phone.view.cursor!, deviceId: phone.deviceId })
    await wedding.sql(
      `with moved as (update public.timeline_items set title = 'Settles' where id = $2 returning id)
       update public.offline_sync_queue q set settled_position = (select head + 1 from sync.clock c where c.organization_id = q.organization_id)
        where q.change_id = $1`,
      [note.changeId, recordOf('timeline_items').id],
    )
    expect((await listener.news())!.settled).toMatchObject([{ changeId: note.changeId, outcome: 'applied' }])
  })

  test('gives a sign of life when nothing happens, and notes how far its device is', async () => {
    const phone = await aNewcomer(wedding, 'assistant')
    await phone.hears()
    const listener = await listens(phone, { cursor: phone.view.cursor!, deviceId: phone.deviceId })
    const pings = [await listener.hears(), await listener.hears(), await listener.hears()]
    expect(pings.map((one) => one!.event)).toEqual(['ping', 'ping', 'ping'])
    const [noted] = await wedding.sql<{ position: string }>(
      'select position from public.offline_sync_status where device_id = $1',
      [phone.deviceId],
    )
    expect(Number(noted!.position)).toBe((pings[2]!.data as { position: number }).position)
  })
})

describe('[P7] [P8] rights count at every event', () => {
  test('whoever is taken off a wedding is told, and hears no more of it', async () => {
    const phone = await aNewcomer(wedding, 'assistant')
    await phone.hears()
    const listener = await listens(phone, { cursor: phone.view.cursor! })
    await listener.page()
    await wedding.sql('delete from public.assignments where person_id = $1', [phone.personId])
    const told = (await listener.news())!
    expect(told.revoked).toEqual([scope])
    await setTitle('Not for them')
    await wedding.sql(`update public.people set name = 'Still theirs' where id = $1`, [phone.personId])
    expect((await listener.news())!.changes).toMatchObject([{ table: 'people', id: phone.personId }])
  })

  test('whoever gets another role is told everything anew under it, without what it may not read', async () => {
    const phone = await aNewcomer(wedding, 'planner')
    await phone.hears()
    const listener = await listens(phone, { cursor: phone.view.cursor!, pullLimit: '1000' })
    await listener.page()
    await wedding.sql(`update public.memberships set role = 'viewer' where user_id = $1`, [phone.userId])
    const told = (await listener.news())!
    expect(told.revoked).toContain(scope)
    const items = told.changes.filter(({ table }) => table === 'timeline_items')
    expect(items.length).toBeGreaterThan(0)
    for (const { data } of items) expect(data).not.toHaveProperty('internal_note')
    expect(told.changes.map(({ table }) => table)).not.toContain('notes')
  })

  test('whoever is let go hears that all is gone, and the stream ends', async () => {
    const phone = await aNewcomer(wedding, 'assistant')
    await phone.hears()
    const listener = await listens(phone, { cursor: phone.view.cursor! })
    await listener.page()
    await wedding.sql('delete from public.memberships where user_id = $1', [phone.userId])
    const told = (await listener.news())!
    expect(told.revoked.sort()).toEqual([scope, agency.organization.id].sort())
    expect(told.changes).toEqual([])
    expect(await listener.isOver()).toBe(true)
  })

  test('it ends with its token, though nothing happens', async () => {
    const phone = await aNewcomer(wedding, 'assistant')
    const exp = Math.floor(Date.now() / 1000) + 2
    const token = await aToken({ ...claimsOf(phone), exp })
    const response = await wedding.fetch('/api/offline/stream', { headers: { authorization: `Bearer ${token}` } })
    const listener = aListener(response)
    await listener.untilCaughtUp()
    expect(await listener.isOver(4000)).toBe(true)
    expect(Date.now() / 1000).toBeLessThan(exp + 1.5)
  })

  test('nothing of another company is on it, though both are busy', async () => {
    const rival = await wedding.rival()
    const phone = await aNewcomer(wedding, 'owner')
    await phone.hears()
    const listener = await listens(phone, { cursor: phone.view.cursor! })
    await listener.page()
    await wedding.sql('update public.timeline_items set title = $2 where id = $1', [
      recordOf('timeline_items', 0, rival).id,
      `${canary} again`,
    ])
    await setTitle('Ours')
    const told = (await listener.news())!
    expect(told.changes).toMatchObject([{ data: { title: 'Ours' } }])
    expect(JSON.stringify(told)).not.toContain(canary)
  })

  test('without a token, with a broken cursor or one of somebody else there is none', async () => {
    await planner.hears()
    const refused = async (phone: Phone, cursor: string, headers = {}) => {
      const response = await open(phone, { cursor }, headers)
      return [response.status, ((await response.json()) as { code: string }).code]
    }
    expect((await wedding.fetch('/api/offline/stream')).status).toBe(401)
    expect(await refused(planner, 'broken')).toEqual([409, 'cursor_reset'])
    expect(await refused(wedding.phoneOf('assistant'), planner.view.cursor!)).toEqual([409, 'cursor_reset'])
    expect(await refused(planner, planner.view.cursor!, { 'last-event-id': 'broken' })).toEqual([409, 'cursor_reset'])
    expect((await open(planner, { pullLimit: '0' })).status).toBe(400)
  })
})

describe('streams have ends', () => {
  test('a person has so many and no more; a device that comes again takes its own place', async () => {
    const phone = await aNewcomer(wedding, 'assistant')
    const devices = [randomUUID(), randomUUID(), randomUUID()]
    const streams = await Promise.all(devices.map((deviceId) => listens(phone, { deviceId })))
    const refused = await open(phone, { deviceId: randomUUID() })
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true])
    const again = await listens(phone, { deviceId: devices[0]! })
    expect(await streams[0]!.isOver()).toBe(true)
    await again.untilCaughtUp()
    // one that leaves makes room
    await streams[1]!.leaves()
    await expect.poll(async () => (await open(phone, { deviceId: randomUUID() })).status).toBe(200)
  })

  test('many of them hold no connections: the database sees the same few', async () => {
    const phones: Newcomer[] = []
    for (let nth = 0; nth < 12; nth += 1) phones.push(await aNewcomer(wedding, 'assistant'))
    const listeners = await Promise.all(phones.map((phone) => listens(phone)))
    await Promise.all(listeners.map((listener) => listener.untilCaughtUp()))
    await setTitle('To all of them')
    const heard = await Promise.all(listeners.map((listener) => listener.news()))
    expect(heard.every((page) => page!.changes.some(({ data }) => data?.['title'] === 'To all of them'))).toBe(true)
    const [seen] = await wedding.sql<{ n: string }>(
      `select count(*) as n from pg_stat_activity where datname = current_database() and application_name = 'wedsync'`,
    )
    expect(Number(seen!.n)).toBeLessThanOrEqual(9)
  })

  test('when the database cannot be asked any more they end: silence would look like peace', async () => {
    const small = await aWedding({ streams: { perPerson: 3, inAll: 2, heartbeatMs: 60_000 } })
    const listener = await listens(small.phoneOf('planner'), {}, {}, small)
    await listener.untilCaughtUp()
    await small.sql('alter function sync.read_heads(uuid[]) rename to read_heads_away')
    expect(await listener.isOver()).toBe(true)
  })

  test('a process has so many in all, and ends them all when it stops', async () => {
    const small = await aWedding({ streams: { perPerson: 3, inAll: 2, heartbeatMs: 60_000 } })
    const listeners = await Promise.all(
      (['planner', 'owner'] as const).map((role) => listens(small.phoneOf(role), {}, {}, small)),
    )
    const refused = await open(small.phoneOf('assistant'), {}, {}, small)
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([503, true])
    await small.server.endStreams()
    expect(await Promise.all(listeners.map((one) => one.isOver()))).toEqual([true, true])
    expect((await open(small.phoneOf('assistant'), {}, {}, small)).status).toBe(503)
    // the rest goes on until it is closed
    expect((await small.phoneOf('planner').hears()).status).toBe(200)
    expect(accountOf('planner').role).toBe('planner')
  })
})
