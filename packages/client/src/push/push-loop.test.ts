import { afterEach, expect, test } from 'vitest'
import { aPhone as startPhone, anItem, memoryDisk, sharedLocks, type Phone, type Weather } from '../testing/a-phone.ts'
import { createTestServer, idFrom, respond, respondError } from '../testing/test-server.ts'
import { virtualTime } from '../testing/virtual-time.ts'

const phones: Phone[] = []
afterEach(() => Promise.all(phones.splice(0).map((phone) => phone.stop())))
const aPhone = async (...args: Parameters<typeof startPhone>) => {
  const phone = await startPhone(...args)
  phones.push(phone)
  return phone
}

const html: Weather = () =>
  Promise.resolve(
    new Response('<html>Please sign in to the hotel</html>', { headers: { 'Content-Type': 'text/html' } }),
  )

const lostAnswer: Weather = async (_url, _init, arrive) => {
  await arrive()
  throw new TypeError('Failed to fetch')
}

const waitingIn = async (phone: { exportOutbox: () => Promise<string> }) =>
  (JSON.parse(await phone.exportOutbox()) as { changes: { state: string; change: { changeId: string } }[] }).changes

const anItemOnAPhone = async (options: Parameters<typeof createTestServer>[0] = {}) => {
  const server = createTestServer(options)
  const id = idFrom('first dance')
  server.writes('items', id, anItem('First dance'))
  const phone = await aPhone(server)
  await phone.syncNow()
  return { server, phone, id }
}

test('[P1] an edit whose answer was lost is sent again under the same id, and applied once', async () => {
  const { server, phone, id } = await anItemOnAPhone()
  await phone.save('items', id, { title: 'The first dance' })
  phone.weather(lostAnswer)
  await phone.syncNow()
  expect(phone.status()).toMatchObject({ waiting: 1, word: 'Saved on this phone', network: 'offline' })

  phone.weather(null)
  await phone.syncNow()

  expect(server.applied).toHaveLength(1)
  expect(phone.status()).toMatchObject({ waiting: 0, word: 'Shared', network: 'online' })
  expect(server.record('items', id)).toMatchObject({ title: 'The first dance' })
})

const badWeather: Record<string, Weather> = {
  'a sign-in page with status 200': html,
  'a 401 of ours': () => Promise.resolve(respondError(401, 'unauthorized')),
  'a 401 of somebody else': () => Promise.resolve(new Response('no', { status: 401 })),
  'a 403': () => Promise.resolve(respondError(403, 'forbidden')),
  'a 404 page': () =>
    Promise.resolve(new Response('<html>', { status: 404, headers: { 'Content-Type': 'text/html' } })),
  'a 500': () => Promise.resolve(respondError(500, 'internal')),
  'a 503 with Retry-After': () => Promise.resolve(respondError(503, 'unavailable', { 'Retry-After': '5' })),
  'a 426': () => Promise.resolve(respondError(426, 'upgrade_required')),
  'an answer cut in half': async (_url, _init, arrive) => {
    const answer = await arrive()
    const text = await answer.text()
    return new Response(text.slice(0, text.length / 2), answer)
  },
  'one letter of our answer that is another': async (_url, _init, arrive) => {
    const answer = await arrive()
    return new Response((await answer.text()).replace('Anew', 'Anex'), answer)
  },
  'our answer without its digest': async (_url, _init, arrive) => {
    const answer = await arrive()
    answer.headers.delete('x-content-digest')
    return answer
  },
  'our answer to another request': async (_url, _init, arrive) => {
    const answer = await arrive()
    answer.headers.set('x-request-id', idFrom('another request'))
    return answer
  },
  'our body under another content type': async (_url, _init, arrive) => {
    const answer = await arrive()
    answer.headers.set('content-type', 'text/html')
    return answer
  },
  'JSON of somebody else': () => Promise.resolve(respond(200, { ok: true })),
  'an answer to other changes': async (_url, _init, arrive) => {
    const body = (await (await arrive()).json()) as { processed: { changeId: string }[] }
    return respond(200, {
      ...body,
      processed: body.processed.map((one) => ({ ...one, changeId: idFrom('other') })),
    })
  },
}

for (const [name, weather] of Object.entries(badWeather)) {
  test(`[P3] ${name} moves nothing out of the outbox`, async () => {
    const { server, phone, id } = await anItemOnAPhone()
    await phone.save('items', id, { title: 'Anew' })
    phone.weather(weather)
    await phone.syncNow()

    expect(await waitingIn(phone)).toHaveLength(1)
    expect(phone.status().needsYou).toEqual([])
    expect(await phone.read('items', id)).toMatchObject({ title: 'Anew', pending: 'waiting' })

    phone.weather(null)
    await phone.syncNow()
    expect(phone.status().word).toBe('Shared')
    expect(server.applied).toHaveLength(1)
  })
}

test('[P1] a request that was damaged on its way is refused whole, and goes as it was at the next try', async () => {
  const { server, phone, id } = await anItemOnAPhone()
  await phone.save('items', id, { title: 'Anew' })
  phone.weather((url, init) => server.answer(url, { ...init, body: (init.body as string).replace('Anew', 'Anex') }))
  await phone.syncNow()
  expect(server.record('items', id)).toMatchObject({ title: 'First dance' })
  expect(phone.status()).toMatchObject({ waiting: 1, needsYou: [], network: 'degraded', word: 'Saved on this phone' })

  phone.weather(null)
  await phone.syncNow()
  expect(server.record('items', id)).toMatchObject({ title: 'Anew' })
  expect(phone.status().word).toBe('Shared')
})

test('[P1] an old answer that comes again is no answer to what is asked now', async () => {
  const { server, phone, id } = await anItemOnAPhone()
  const answers: Response[] = []
  phone.weather(async (_url, _init, arrive) => {
    const answer = await arrive()
    answers.push(answer.clone())
    return answer
  })
  await phone.save('items', id, { title: 'One' })
  await phone.syncNow()
  await phone.save('items', id, { title: 'Two' })
  phone.weather(() => Promise.resolve(answers.at(-1)!.clone()))
  await phone.syncNow()
  expect(phone.status()).toMatchObject({ waiting: 1, word: 'Saved on this phone' })

  phone.weather(null)
  await phone.syncNow()
  expect(server.record('items', id)).toMatchObject({ title: 'Two' })
  expect(server.applied).toHaveLength(2)
})

test('[P14] a request that hangs for ever ends when its time is up, even if the platform ignores the signal', async () => {
  const server = createTestServer()
  const time = virtualTime()
  const phone = await aPhone(server, { disk: memoryDisk(), timers: time.timers, clock: time.clock })
  await time.advance(1000)
  await phone.create('clients', { names: 'Ann & Ben' })
  phone.weather(() => new Promise(() => undefined))
  const syncing = phone.syncNow()
  await time.advance(29_000)
  expect(phone.status()).toMatchObject({ waiting: 1, word: 'Sending' })
  await time.advance(1000)
  await syncing
  expect(phone.status()).toMatchObject({ waiting: 1, network: 'degraded', word: 'Saved on this phone' })

  phone.weather(null)
  await phone.syncNow()
  expect(phone.status().word).toBe('Shared')
})

test('signing out pauses sending; saving goes on, and a new token lets it go', async () => {
  const { server, phone, id } = await anItemOnAPhone()
  phone.setToken(null)
  await phone.save('items', id, { title: 'Kept' })
  await phone.syncNow()
  expect(phone.status()).toMatchObject({ phase: 'signed-out', waiting: 1, word: 'Saved on this phone' })

  phone.setToken('another')
  await phone.syncNow()
  expect(phone.status()).toMatchObject({ phase: 'ready', word: 'Shared', error: null })
  expect(server.record('items', id)).toMatchObject({ title: 'Kept' })
})

test('a server that is too new is told apart: the outbox stays', async () => {
  const { phone, id } = await anItemOnAPhone()
  await phone.save('items', id, { title: 'Kept' })
  phone.weather(badWeather['a 426']!)
  await phone.syncNow()
  expect(phone.status()).toMatchObject({ phase: 'blocked', waiting: 1 })
  expect(phone.status().error).toMatch(/safe on this phone/)
})

test('[P14] a thousand edits go in batches of fifty', async () => {
  const server = createTestServer()
  const phone = await aPhone(server)
  const edits = Array.from({ length: 1000 }, (_, n) => ({
    action: 'create' as const,
    table: 'clients',
    id: idFrom(`client ${n}`),
    data: { names: `Couple ${n}` },
  }))
  phone.pause()
  await phone.syncChanges(edits)
  phone.resume()
  const sizes: number[] = []
  const completed: number[] = []
  const before = phone.requests()
  phone.weather((_url, init, arrive) => {
    if (typeof init.body === 'string') sizes.push((JSON.parse(init.body) as { changes: unknown[] }).changes.length)
    return arrive()
  })
  phone.on('syncCompleted', (_session, { itemsProcessed }) => completed.push(itemsProcessed))
  await phone.syncNow()
  await Promise.resolve()

  expect(server.ledgerSize()).toBe(1000)
  expect(sizes.filter((size) => size > 0)).toEqual(Array.from({ length: 20 }, () => 50))
  expect(completed).toEqual([1000])
  expect(phone.requests() - before).toBeLessThanOrEqual(21)
  expect(phone.status()).toMatchObject({ waiting: 0, word: 'Shared' })
}, 60_000)

test('[P14] one change that makes the server refuse the whole request is found and set aside; the others go', async () => {
  const server = createTestServer()
  const phone = await aPhone(server)
  const ids: string[] = []
  for (let n = 0; n < 9; n += 1) ids.push(await phone.create('clients', { names: n === 4 ? 'poison' : `Couple ${n}` }))
  const failed: string[] = []
  phone.on('changeFailed', ({ id }) => failed.push(id))
  phone.weather((_url, init, arrive) =>
    typeof init.body === 'string' && init.body.includes('poison')
      ? Promise.resolve(respondError(400, 'validation_failed'))
      : arrive(),
  )
  await phone.syncNow()

  expect(server.ledgerSize()).toBe(8)
  expect(phone.status()).toMatchObject({ waiting: 0, word: 'Needs you' })
  expect(phone.status().needsYou).toMatchObject([{ id: ids[4], kind: 'failure', data: { names: 'poison' } }])
  await Promise.resolve()
  expect(failed).toEqual([ids[4]])

  await phone.dismiss(phone.status().needsYou[0]!.changeId)
  expect(phone.status().word).toBe('Shared')
})

test('a server that takes no request at all blames no change', async () => {
  const server = createTestServer()
  const phone = await aPhone(server)
  await phone.create('clients', { names: 'Ann & Ben' })
  phone.weather(() => Promise.resolve(respondError(400, 'validation_failed')))
  await phone.syncNow()
  expect(phone.status()).toMatchObject({ waiting: 1, needsYou: [] })
})

test('a batch that is too large is halved until it fits', async () => {
  const server = createTestServer()
  const phone = await aPhone(server)
  for (let n = 0; n < 8; n += 1) await phone.create('clients', { names: `Couple ${n}` })
  phone.weather((_url, init, arrive) => {
    const { changes } = JSON.parse(init.body as string) as { changes: unknown[] }
    return changes.length > 2 ? Promise.resolve(respondError(413, 'payload_too_large')) : arrive()
  })
  await phone.syncNow()
  expect(server.ledgerSize()).toBe(8)
  expect(phone.status().word).toBe('Shared')
})

test('[P14] a change the server cannot keep yet is asked again later and holds up no other', async () => {
  const server = createTestServer()
  const phone = await aPhone(server)
  const early = await phone.create('clients', { names: 'early' })
  await phone.create('clients', { names: 'other' })
  server.refuses('early', (change) => (change.id === early ? server.failureOf(change, 'missing_parent', true) : null))
  phone.setTime(1_000_000)
  await phone.syncNow()
  expect(server.ledgerSize()).toBe(1)
  expect(phone.status()).toMatchObject({ waiting: 1, needsYou: [] })

  server.refuses('early', null)
  phone.setTime(1_031_000)
  await phone.syncNow()
  expect(server.ledgerSize()).toBe(2)
  expect(phone.status().word).toBe('Shared')
})

test('a change that is refused for good needs a person, and its value stays theirs to see in the list', async () => {
  const { server, phone, id } = await anItemOnAPhone()
  server.refuses('locked', (change) => ('title' in change.data ? server.failureOf(change, 'forbidden', false) : null))
  await phone.save('items', id, { title: 'Not mine' })
  await phone.syncNow()
  expect(phone.status()).toMatchObject({
    word: 'Needs you',
    needsYou: [{ kind: 'failure', data: { title: 'Not mine' } }],
  })
  expect(await phone.read('items', id)).toMatchObject({ title: 'First dance', pending: 'needs-you' })
})

test('[P6] a change that waits for a person keeps its author’s value shown, and a late decision settles it', async () => {
  const { server, phone, id } = await anItemOnAPhone({ asks: ['title'] })
  server.writes('items', id, { title: 'Theirs' })
  await phone.save('items', id, { title: 'Mine', place: 'Barn' })
  await phone.syncNow()
  expect(await phone.read('items', id)).toMatchObject({ title: 'Mine', place: 'Barn', pending: 'needs-you' })
  expect(phone.status()).toMatchObject({
    word: 'Needs you',
    waiting: 0,
    needsYou: [{ kind: 'conflict', fields: ['title'] }],
  })

  server.writes('items', id, { place: 'Garden' })
  await phone.syncNow()
  expect(await phone.read('items', id)).toMatchObject({ title: 'Mine', place: 'Garden' })

  server.decides(phone.status().needsYou[0]!.changeId, 'server')
  phone.weather(lostAnswer)
  await phone.syncNow()
  phone.weather(null)
  await phone.syncNow()
  expect(await phone.read('items', id)).toMatchObject({ title: 'Theirs', pending: 'none' })
  expect(phone.status().word).toBe('Shared')
})

test('[P1] of two tabs on one store, one sends', async () => {
  const server = createTestServer()
  const locks = sharedLocks()
  const one = await aPhone(server, { locks })
  const other = await aPhone(server, { locks, disk: one.disk })
  await one.create('clients', { names: 'Ann & Ben' })
  await other.create('clients', { names: 'Cat & Dan' })
  await Promise.all([one.syncNow(), other.syncNow()])
  expect(server.applied).toHaveLength(2)
  expect(one.requests() + other.requests()).toBe(1)
})

test('[P1] two tabs without locks may send twice; the edit is applied once and both end with nothing waiting', async () => {
  const server = createTestServer()
  const one = await aPhone(server)
  const other = await aPhone(server, { disk: one.disk })
  await one.create('clients', { names: 'Ann & Ben' })
  await Promise.all([one.syncNow(), other.syncNow()])
  await Promise.all([one.syncNow(), other.syncNow()])
  expect(server.applied).toHaveLength(1)
  expect(one.status().waiting + other.status().waiting).toBe(0)
})
