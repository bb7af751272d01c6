// A server that stumbles over one change, again and again: the others go, and that one is never given up.
import { afterEach, expect, test } from 'vitest'
import { aPhone as startPhone, anItem, wedding, type Phone, type Weather } from '../testing/a-phone.ts'
import { createTestServer, idFrom, respondError } from '../testing/test-server.ts'

const phones: Phone[] = []
afterEach(() => Promise.all(phones.splice(0).map((phone) => phone.stop())))
const aPhone = async (...args: Parameters<typeof startPhone>) => {
  const phone = await startPhone(...args)
  phones.push(phone)
  return phone
}
const namesOf = (init: { body?: unknown }): string[] => {
  const { changes = [] } = JSON.parse((init.body as string | undefined) ?? '{}') as {
    changes?: { data: { names?: string; title?: string } }[]
  }
  return changes.map(({ data }) => data.names ?? data.title ?? '')
}
// answers `internal` to every request that carries such a change
const stumblesOver =
  (isPoison: (name: string) => boolean): Weather =>
  (_url, init, arrive) =>
    namesOf(init).some(isPoison) ? Promise.resolve(respondError(500, 'internal')) : arrive()
const create = (phone: Phone, names: string) => phone.create('clients', { names })
const minute = 60_000

test('[P14] everything else goes in the same run; the one the server stumbles over waits, and goes when it can', async () => {
  const server = createTestServer()
  const phone = await aPhone(server)
  let now = 1_000_000
  phone.setTime(now)
  for (let n = 0; n < 60; n += 1) await create(phone, n === 30 ? 'poison' : `Couple ${n}`)
  phone.weather(stumblesOver((name) => name === 'poison'))
  await phone.syncNow()

  expect(server.ledgerSize()).toBe(59)
  expect(phone.status()).toMatchObject({ waiting: 1, needsYou: [], error: null })
  expect(phone.requests()).toBeLessThan(30)

  // tried again by itself, and behind whatever else there is
  const tried: string[][] = []
  phone.weather((url, init, arrive) => {
    if (namesOf(init).length > 0) tried.push(namesOf(init))
    return stumblesOver((name) => name === 'poison')(url, init, arrive)
  })
  await create(phone, 'Couple 60')
  phone.setTime((now += minute))
  await phone.syncNow()
  expect(tried[0]).toEqual(['Couple 60'])
  expect(tried.slice(1).every((names) => names.join() === 'poison')).toBe(true)
  expect(phone.status()).toMatchObject({ waiting: 1, needsYou: [] })

  phone.weather(null)
  phone.setTime((now += 6 * minute))
  await phone.syncNow()
  expect(server.ledgerSize()).toBe(61)
  expect(phone.status()).toMatchObject({ word: 'Shared', waiting: 0 })
})

test('[P11] its group and what builds on it wait with it, and go in their order', async () => {
  const server = createTestServer()
  const phone = await aPhone(server)
  const groupId = idFrom('group')
  const id = await phone.create('clients', { names: 'poison' })
  phone.weather(() => Promise.reject(new TypeError('offline')))
  await phone.syncNow()
  await phone.save('clients', id, { names: 'builds on it' })
  await phone.create('clients', { names: 'one of two' }, undefined, { groupId })
  await phone.create('clients', { names: 'two of two' }, undefined, { groupId })
  await create(phone, 'by itself')
  phone.weather(stumblesOver((name) => name === 'poison' || name === 'two of two'))
  await phone.syncNow()
  expect(server.ledgerSize()).toBe(1)
  expect(phone.status()).toMatchObject({ waiting: 4, needsYou: [] })

  phone.weather(null)
  await phone.syncNow()
  expect(phone.status()).toMatchObject({ word: 'Shared', waiting: 0 })
  expect(server.record('clients', id)).toMatchObject({ names: 'builds on it' })
  expect(server.applied).toHaveLength(5)
})

test('a server that stumbles once is asked once more, and nothing waits', async () => {
  const server = createTestServer()
  const phone = await aPhone(server)
  for (let n = 0; n < 9; n += 1) await create(phone, `Couple ${n}`)
  let stumbled = 0
  phone.weather((_url, init, arrive) =>
    namesOf(init).length > 0 && (stumbled += 1) === 1 ? Promise.resolve(respondError(500, 'internal')) : arrive(),
  )
  await phone.syncNow()
  expect(server.ledgerSize()).toBe(9)
  expect(stumbled).toBe(2)
})

test('a server that stumbles over every request blames no change, and is asked twice and no more', async () => {
  const server = createTestServer()
  const phone = await aPhone(server)
  for (let n = 0; n < 9; n += 1) await create(phone, `Couple ${n}`)
  phone.weather(() => Promise.resolve(respondError(500, 'internal')))
  await phone.syncNow()
  expect(phone.requests()).toBe(2)
  expect(phone.status()).toMatchObject({ waiting: 9, needsYou: [], network: 'degraded', word: 'Saved on this phone' })
  expect(phone.status().error).toMatch(/^Your work is safe/)
})

test('[P14] of many it stumbles over, a run tries a few; the next goes on, and what is well gets through', async () => {
  const server = createTestServer()
  const phone = await aPhone(server)
  for (let n = 0; n < 12; n += 1) await create(phone, `poison ${n}`)
  await create(phone, 'well')
  phone.weather(stumblesOver((name) => name.startsWith('poison')))
  let runs = 0
  while (server.ledgerSize() === 0 && runs < 10) {
    const before = phone.requests()
    await phone.syncNow()
    runs += 1
    expect(phone.requests() - before).toBeLessThan(30)
  }
  expect(server.ledgerSize()).toBe(1)
  expect(phone.status()).toMatchObject({ waiting: 12, needsYou: [] })
})

test('[P9] [P14] it does not hold up loading anew, and its edit stays on the screen', async () => {
  const server = createTestServer()
  const [item, other] = [idFrom('item'), idFrom('other')]
  server.writes('items', item, anItem('Item'), wedding)
  const phone = await aPhone(server)
  await phone.syncNow()
  const backup = server.backup()
  await phone.save('items', item, { title: 'poison' })
  await phone.syncNow()
  server.restore(backup)
  server.writes('items', other, anItem('After'), wedding)
  phone.weather(stumblesOver((name) => name === 'poison'))
  await phone.syncNow()

  expect(phone.status()).toMatchObject({ isLoading: false, waiting: 1 })
  expect(await phone.read('items', item)).toMatchObject({ title: 'poison', pending: 'waiting' })
  expect(await phone.read('items', other)).toMatchObject({ title: 'After' })
  phone.weather(null)
  await phone.syncNow()
  expect(server.record('items', item)).toMatchObject({ title: 'poison' })
})

test('[P3] a change whose request was refused once, for its headers perhaps, is not put aside', async () => {
  const server = createTestServer()
  const phone = await aPhone(server)
  await create(phone, 'Ann & Ben')
  let refused = 0
  phone.weather((_url, init, arrive) =>
    namesOf(init).length > 0 && (refused += 1) === 1
      ? Promise.resolve(respondError(415, 'unsupported_media_type'))
      : arrive(),
  )
  await phone.syncNow()
  expect(phone.status()).toMatchObject({ word: 'Shared', needsYou: [] })
  expect(server.ledgerSize()).toBe(1)
})
