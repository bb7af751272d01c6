// A whole engine, twice over, in time that only this test moves: with the store in memory and adapters of a test's own it
// lives on microtasks and its timers alone. The platform's clock, chance and timers are taken away while it runs.
import { afterEach, expect, test, vi } from 'vitest'
import { requestIdHeader } from '@wedsync/protocol'
import { type Fetch } from './adapters.ts'
import { createMemoryDisk, createMemoryStore } from './store/memory-store.ts'
import { aPhone, anItem, wedding, type Phone } from './testing/a-phone.ts'
import { createTestServer, headersOf, idFrom } from './testing/test-server.ts'
import { virtualTime, type VirtualTime } from './testing/virtual-time.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const itemIds = ['first dance', 'speeches', 'cake'].map(idFrom)
const seconds = 1000

test('[P14] two phones and their weather are the same to the last request, whenever they are lived again', async () => {
  takeAwayThePlatform()
  const life = await lived(1)
  expect(await lived(1)).toEqual(life)
  expect((await lived(2)).trace).not.toEqual(life.trace)
  // it was a life worth comparing
  expect(life.trace.length).toBeGreaterThan(200)
  for (const what of ['lost', 'unreached', 'answered 200', 'dies', 'Saved on this phone'])
    expect(life.trace.some((line) => line.includes(what))).toBe(true)
})

test('[P1] [P5] what two phones wrote is on the server once, and both show it, whatever the weather was', async () => {
  takeAwayThePlatform()
  for (let seed = 10; seed < 18; seed += 1) {
    const { shown, stored, waiting, applied } = await lived(seed)
    expect([seed, waiting]).toEqual([seed, [0, 0]])
    expect([seed, shown]).toEqual([seed, [stored, stored]])
    expect(new Set(applied).size).toBe(applied.length)
  }
}, 60_000)

const takeAwayThePlatform = () => {
  const refuse = (name: string) => () => {
    throw new Error(`${name} was asked for`)
  }
  for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'MessageChannel', 'fetch'])
    vi.stubGlobal(name, refuse(name))
  vi.spyOn(Date, 'now').mockImplementation(refuse('Date.now'))
  vi.spyOn(Math, 'random').mockImplementation(refuse('Math.random'))
  vi.spyOn(crypto, 'getRandomValues').mockImplementation(refuse('crypto'))
}

const lived = async (seed: number) => {
  const chance = dice(seed)
  const time = virtualTime()
  const server = createTestServer({ pageSize: 2 })
  for (const id of itemIds) server.writes('items', id, anItem('as planned'), wedding)
  const world: World = { time, server, chance, trace: [], isCalm: true }
  const phones = [await aMortalPhone(world, 'one'), await aMortalPhone(world, 'other')]

  await time.advance(60 * seconds)
  world.isCalm = false
  for (let step = 0; step < 60; step += 1) {
    const phone = phones[chance() < 0.5 ? 0 : 1]!
    if (chance() < 0.1) await phone.dies()
    else {
      const id = itemIds[Math.floor(chance() * itemIds.length)]!
      const field = chance() < 0.5 ? 'title' : 'place'
      await phone.engine().save('items', id, { [field]: `${phone.name} ${step}` })
    }
    await time.advance(Math.floor(chance() * 20 * seconds))
  }
  world.isCalm = true
  await time.advance(120 * seconds)

  const shown: unknown[] = []
  for (const phone of phones)
    shown.push(await Promise.all(itemIds.map(async (id) => dataOf(await phone.engine().read('items', id)))))
  return {
    trace: world.trace,
    shown,
    stored: itemIds.map((id) => server.record('items', id)),
    waiting: phones.map((phone) => phone.engine().status().waiting),
    applied: server.applied,
  }
}

type World = {
  time: VirtualTime
  server: ReturnType<typeof createTestServer>
  chance: () => number
  trace: string[]
  isCalm: boolean
}

// a phone whose process may end between any two steps, and whose disk stays
const aMortalPhone = async (world: World, name: string) => {
  const { time, chance, trace } = world
  const disk = createMemoryDisk()
  let made = 0
  const notes = (what: string) => trace.push(`${time.clock()} ${name} ${what}`)
  const begin = async () => {
    const { open, kill } = createMemoryStore(disk)
    const phone: Phone = await aPhone(world.server, {
      ...{ disk: () => open, timers: time.timers, clock: time.clock, random: chance, followsStream: true },
      ids: () => idFrom(`${name} ${(made += 1)}`),
      fetch: networkOf(world, notes),
    })
    const status = phone.watchStatus()
    status.subscribe(() => notes(`shows ${status.current().word} ${status.current().waiting}`))
    return { phone, kill }
  }
  let living = await begin()
  return {
    name,
    engine: () => living.phone,
    dies: async () => {
      notes('dies')
      living.kill()
      living = await begin()
    },
  }
}

const networkOf =
  (world: World, notes: (what: string) => void): Fetch =>
  async (url, { method = 'GET', body, headers: asked }) => {
    const { time, chance, server } = world
    const after = (ms: number) => new Promise<void>((resolve) => time.timers.set(resolve, ms))
    notes(`asks ${method} ${url} ${String(body)}`)
    const weather = world.isCalm ? 1 : chance()
    await after(chance() * (weather < 0.05 ? 60 : 1) * seconds)
    if (weather < 0.2) {
      notes('unreached')
      throw new TypeError('unreached')
    }
    const answer = server.hears(url, method === 'POST' ? (body as string) : null)
    await after(chance() * seconds)
    if (weather < 0.4) {
      notes('lost')
      throw new TypeError('lost')
    }
    const text = JSON.stringify(answer.body)
    notes(`answered ${answer.status} ${text}`)
    const headers = new Headers({ ...headersOf(text), [requestIdHeader]: asked[requestIdHeader]! })
    return {
      status: answer.status,
      headers,
      text: () => Promise.resolve(text),
      body: null,
    }
  }

const dataOf = (record: object | null) => {
  const { id: _id, table: _table, scope: _scope, pending: _pending, ...data } = record as Record<string, unknown>
  return data
}

// the same numbers for the same seed (mulberry32)
const dice = (seed: number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
