// Whatever comes back instead of our server's answer, and whatever becomes of a request on its way: the phone keeps what a
// person wrote, nothing goes in twice, and when the weather clears all of it is there once. The real device library, the
// real server over a real socket, a real PostgreSQL, and a proxy in between that does the harm.
import { serve } from '@hono/node-server'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync, gzipSync } from 'node:zlib'
import { createMemoryDisk, createMemoryStore, startSync } from '@wedsync/client'
import {
  contentDigestOf,
  hashOf,
  syncErrors,
  type JsonObject,
  type SyncErrorCode,
  type WireChange,
} from '@wedsync/protocol'
import { allCollections } from '@wedsync/wedding'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { virtualTime } from '../../packages/client/src/testing/virtual-time.ts'
import { agency, aToken, aWedding, recordOf } from '../../packages/server/src/testing/a-wedding.ts'
import { aNewcomer } from '../../packages/server/src/testing/a-newcomer.ts'
import { aRoughNetwork, type Answered, type Exchange, type RoughWeather } from '../support/a-rough-network.ts'

const wedding = await aWedding()
const web = serve({ fetch: wedding.server.api.fetch, port: 0, hostname: '127.0.0.1' }) as Server
await once(web, 'listening')
const network = await aRoughNetwork((web.address() as AddressInfo).port)
afterAll(() => {
  network.close()
  web.closeAllConnections()
  web.close()
})

const { scope } = recordOf('timeline_items')
// longer than what is sent uncompressed, so that one of the two requests of a test is
const longText = 'The florist needs a key. '.repeat(800)

type Device = Awaited<ReturnType<typeof aDevice>>
const aDevice = async () => {
  const { userId, name, role } = await aNewcomer(wedding, 'planner')
  const organizationId = agency.organization.id
  const claims = { sub: userId, role: 'authenticated', app_metadata: { organization_id: organizationId } }
  const access = { token: await aToken(claims) }
  const time = virtualTime(Date.now())
  const engine = await startSync({
    ...{ baseUrl: `http://127.0.0.1:${network.port}`, collections: allCollections, token: () => access.token },
    user: { id: userId, organizationId, role, name },
    ...{ store: createMemoryStore(createMemoryDisk()).open, timers: time.timers, clock: time.clock },
    ...{ locks: null, followsStream: false },
  })
  await engine.syncNow()
  return { engine, time, access, claims }
}
const phone = await aDevice()
afterAll(() => phone.engine.stop())
afterEach(() => network.weather(null))

const outboxOf = async ({ engine }: Device) => {
  const { changes } = JSON.parse(await engine.exportOutbox()) as {
    changes: { change: WireChange & { changeId: string } }[]
  }
  return changes.map(({ change }) => change)
}
/** What a person wrote, and what they saw; short enough to be read where two differ. */
const inShort = (changes: Awaited<ReturnType<typeof outboxOf>>) =>
  changes.map(
    ({ changeId, action, table, id, data, base = {} }) => `${changeId} ${hashOf([action, table, id, data, base])}`,
  )

// an edit of a record that is there and two new ones, one of them long
let edits = 0
const writes = async ({ engine }: Device) => {
  edits += 1
  const item = recordOf('timeline_items', edits % 20)
  await engine.save('timeline_items', item.id, { location: `Barn ${edits}` })
  await engine.create('notes', { client_id: scope, body: `Note ${edits}` })
  await engine.create('notes', { client_id: scope, body: `${longText} ${edits}` })
}

type Between = { meanwhile?: () => Promise<void>; isReset?: boolean }

/** Sends through this weather: what is waiting stays as it is. Then it clears: all of it is there, once. */
const expectNothingLost = async (weather: RoughWeather, { meanwhile, isReset = false }: Between = {}) => {
  await writes(phone)
  const before = await outboxOf(phone)
  network.weather(weather)
  const syncing = phone.engine.syncNow()
  await meanwhile?.()
  await syncing
  const after = await outboxOf(phone)
  // told that the server's history is another, the phone puts back what it may have forgotten, too
  expect(inShort(after)).toEqual(isReset ? expect.arrayContaining(inShort(before)) : inShort(before))
  expect(phone.engine.status()).toMatchObject({ waiting: after.length, needsYou: [] })
  await expectClearing(before)
}

const expectClearing = async (before: Awaited<ReturnType<typeof outboxOf>>) => {
  network.weather(null)
  await phone.engine.syncNow()
  for (let tries = 0; tries < 3 && phone.engine.status().waiting > 0; tries += 1) await phone.engine.syncNow()
  expect(phone.engine.status()).toMatchObject({ word: 'Shared', waiting: 0, phase: 'ready', error: null })
  const ids = before.map(({ changeId }) => changeId).sort()
  const changed = async (from: string): Promise<string[]> =>
    (
      await wedding.sql<{ id: string }>(`select change_id as id from ${from} where change_id = any($1) order by 1`, [
        ids,
      ])
    ).map(({ id }) => id)
  expect(await changed('public.offline_sync_queue')).toEqual(ids)
  expect(await changed('sync.history')).toEqual(ids)
  for (const { table, id, data } of before) expect(hashOf(await fieldsOf(table, id, data))).toBe(hashOf(data))
  expect(await phone.engine.verify(scope)).toMatchObject({ isSame: true })
}
const fieldsOf = async (table: string, id: string, data: JsonObject): Promise<JsonObject> => {
  const stored = (await wedding.stored(table, id)) ?? {}
  return Object.fromEntries(Object.keys(data).map((name) => [name, stored[name] ?? null]))
}

const json = { 'content-type': 'application/json' }
const html = { 'content-type': 'text/html' }
const portal = '<html><title>Barn Hotel</title>Please sign in</html>'

// as our own server says it: whole, and to this very request
const ours = (code: SyncErrorCode, more: Record<string, string> = {}): RoughWeather => {
  const { status, error } = syncErrors[code]
  const body = { success: false, error, code, message: 'Not now.', timestamp: new Date().toISOString(), requestId: 'r' }
  const text = JSON.stringify(body)
  return ({ request, answer }) =>
    answer({
      status,
      headers: {
        ...json,
        'x-content-digest': contentDigestOf(text),
        'x-request-id': request.headers['x-request-id'],
        ...more,
      },
      body: text,
    })
}
const theirs =
  (status: number, headers: Record<string, string> = html, body: string | Buffer = portal): RoughWeather =>
  ({ answer }) =>
    answer({ status, headers, body })

// the lowest bit of one byte: letters and digits become others, and the text stays what it is
const flipped = (bytes: Buffer, place: number): Buffer => {
  const copy = Buffer.from(bytes)
  copy[place]! ^= 1
  return copy
}
const inText = (bytes: Buffer, word: string): number => {
  const place = bytes.indexOf(word)
  return place < 0 ? Math.floor(bytes.length / 2) : place
}
const uncompressed = async ({ forward, request }: Exchange) => {
  const { 'accept-encoding': _, ...headers } = request.headers
  return forward({ headers: { ...headers, 'accept-encoding': 'identity' } })
}
const isGzip = ({ headers }: { headers: Record<string, unknown> }) => headers['content-encoding'] === 'gzip'

describe('[P3] an answer of our server that says no', () => {
  test.each([
    ...(['invalid_json', 'validation_failed', 'damaged_request', 'unauthorized', 'forbidden', 'not_found'] as const),
    ...([
      'cursor_reset',
      'payload_too_large',
      'batch_too_large',
      'unsupported_media_type',
      'upgrade_required',
    ] as const),
    ...(['internal', 'method_not_allowed'] as const),
  ])('moves nothing out of the outbox: %s', (code) =>
    expectNothingLost(ours(code), { isReset: code === 'cursor_reset' }),
  )

  test.each(['rate_limited', 'unavailable'] as const)('and when to come back: %s', (code) =>
    expectNothingLost(ours(code, { 'retry-after': '20' })),
  )
})

describe('[P3] an answer of somebody else', () => {
  test.each([400, 401, 403, 404, 409, 413, 415, 426, 429, 500, 502, 503, 504])('moves nothing: %i', (status) =>
    expectNothingLost(theirs(status, { ...html, 'retry-after': '20' })),
  )
  test.each([200, 401, 409, 413])('moves nothing in JSON either: %i', (status) =>
    expectNothingLost(theirs(status, json, '{"success":true,"ok":true,"code":"unauthorized"}')),
  )
  test('moves nothing: a sign-in page with status 200', () => expectNothingLost(theirs(200)))
  test('moves nothing: the way to a sign-in page', () =>
    expectNothingLost(theirs(302, { ...html, location: 'http://127.0.0.1:9/sign-in' })))
  test('moves nothing: bytes that say they are gzip', () =>
    expectNothingLost(theirs(200, { ...json, 'content-encoding': 'gzip' }, Buffer.from('no gzip at all'))))
})

describe('[P1] an answer that is ours no longer', () => {
  const whole = async (exchange: Exchange) => ({ exchange, answered: await uncompressed(exchange) })

  test('counts for nothing: cut in the middle, connection and all', () =>
    expectNothingLost(async (exchange) => {
      const { answered } = await whole(exchange)
      exchange.cut(answered, Math.floor(answered.body.length / 2))
    }))
  test('counts for nothing: cut in the middle, and said to be all', () =>
    expectNothingLost(async (exchange) => {
      const { answered } = await whole(exchange)
      exchange.answer({ ...answered, body: answered.body.subarray(0, -40) })
    }))
  test.each(['cursor":"', '"position":', 'version":', 'changeId":"', '"outcome":"', '"hasMore":', 'nextSyncTime":"20'])(
    'counts for nothing: one byte is another behind %s',
    (word) =>
      expectNothingLost(async (exchange) => {
        const { answered } = await whole(exchange)
        exchange.answer({ ...answered, body: flipped(answered.body, inText(answered.body, word) + word.length) })
      }),
  )
  test('counts for nothing: one byte of its compressed form is another', () =>
    expectNothingLost(async ({ forward, answer }) => {
      const answered = await forward()
      const body = isGzip(answered) ? answered.body : gzipSync(answered.body)
      const headers = { ...answered.headers, 'content-encoding': 'gzip' }
      answer({ ...answered, headers, body: flipped(body, Math.floor(body.length / 2)) })
    }))
  test('counts for nothing: an answer to an earlier request', async () => {
    await writes(phone)
    const kept: Answered[] = []
    network.weather(async ({ forward, answer }) => {
      const answered = await forward()
      kept.push(answered)
      answer(answered)
    })
    await phone.engine.syncNow()
    expect(phone.engine.status().waiting).toBe(0)
    await expectNothingLost(({ answer }) => answer(kept[0]!))
  })
  test('[P6] takes nothing back: an old page that comes again', async () => {
    const { id } = recordOf('timeline_items', 30)
    const titled = (title: string) =>
      wedding.sql('update public.timeline_items set title = $2 where id = $1', [id, title])
    const pages: Answered[] = []
    network.weather(async ({ forward, answer }) => {
      const answered = await forward()
      pages.push(answered)
      answer(answered)
    })
    for (const title of ['First', 'Second']) {
      await titled(title)
      await phone.engine.syncNow()
      expect(await phone.engine.read('timeline_items', id)).toMatchObject({ title })
    }
    network.weather(({ answer }) => answer(pages[0]!))
    await phone.engine.syncNow()
    expect(await phone.engine.read('timeline_items', id)).toMatchObject({ title: 'Second' })
    await expectClearing([])
  })
  test('counts for nothing: it was lost', () =>
    expectNothingLost(async ({ forward, reset }) => {
      await forward()
      reset()
    }))
})

describe('[P1] a request', () => {
  test('that never arrived goes again', () => expectNothingLost(({ reset }) => reset()))

  test('in which one byte is another is not what the person wrote, and goes again', async () => {
    const told: number[] = []
    await expectNothingLost(async ({ request, forward, answer }) => {
      const text = isGzip(request) ? gunzipSync(request.body) : request.body
      const other = flipped(text, inText(text, 'Barn '))
      const answered = await forward({ body: isGzip(request) ? gzipSync(other) : other })
      told.push(answered.status)
      answer(answered)
    })
    expect(new Set(told)).toEqual(new Set([400]))
  })

  test('in whose compressed form one byte is another goes again, and no change is blamed', () =>
    expectNothingLost(async ({ request, forward, answer }) => {
      answer(await forward({ body: flipped(request.body, Math.floor(request.body.length / 2)) }))
    }))

  test('[P14] that is never answered ends after half a minute', async () => {
    let arrived = () => {}
    const arrival = new Promise<void>((resolve) => (arrived = resolve))
    await expectNothingLost(() => arrived(), {
      meanwhile: async () => {
        await arrival
        await phone.time.advance(30_000)
      },
    })
  })
})

test('a sign-in that has run out lets the person go on, says that the work is safe, and a new one shares it', async () => {
  const good = phone.access.token
  phone.access.token = await aToken({ ...phone.claims, exp: Math.floor(Date.now() / 1000) - 3600 })
  await writes(phone)
  await phone.engine.syncNow()
  expect(phone.engine.status()).toMatchObject({ phase: 'signed-out', waiting: 3, word: 'Saved on this phone' })
  expect(phone.engine.status().error).toMatch(/^Your work is safe on this phone\./)

  const asked = network.requests()
  await writes(phone)
  await phone.time.advance(60_000)
  expect(network.requests()).toBe(asked)
  expect(phone.engine.status()).toMatchObject({ phase: 'signed-out', waiting: 6 })

  const before = await outboxOf(phone)
  phone.access.token = good
  await expectClearing(before)
})
