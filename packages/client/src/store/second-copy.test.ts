// Two disks of one phone, either of which the platform may throw away between two lives of the app.
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { databaseStore, platformAdapters } from '../adapters.ts'
import { OutOfSpace } from '../errors.ts'
import { aPhone as startPhone, anItem, databaseDisk, memoryDisk, type Disk, type Phone } from '../testing/a-phone.ts'
import { createTestServer, idFrom } from '../testing/test-server.ts'
import { createInTime } from './in-time.ts'
import { withSecondCopy } from './second-copy.ts'
import { type OpenStore, type Store } from './store.ts'

const inTime = createInTime(platformAdapters().timers)
const phones: Phone[] = []
afterEach(async () => {
  vi.unstubAllGlobals()
  await Promise.all(phones.splice(0).map((phone) => phone.stop()))
})

const away = () => Promise.reject(new TypeError('Failed to fetch'))
const id = idFrom('first dance')

/** The first disk and the second, with a way to lose either and to fill up the second. */
const twoDisks = (make: () => Disk) => {
  let [first, second] = [make(), make()]
  let isFull = false
  const filling =
    (open: OpenStore): OpenStore =>
    async (name) => {
      const store = await open(name)
      const step: Store['step'] = (run) => (isFull ? Promise.reject(new OutOfSpace(null)) : store.step(run))
      return { ...store, step }
    }
  const disk: Disk = () => withSecondCopy(first(), filling(second()), { inTime })
  return {
    disk,
    losesFirst: () => (first = make()),
    losesSecond: () => (second = make()),
    fills: (is: boolean) => (isFull = is),
  }
}

test('[P14] a place for the second copy that does not open holds up nobody', async () => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  vi.stubGlobal('IDBKeyRange', IDBKeyRange)
  vi.stubGlobal('navigator', { storageBuckets: { open: () => new Promise(() => undefined) } })
  const store = await databaseStore({})('wedsync:somebody')
  await store.step(({ kept }) => kept.bulkDelete(['nobody']))
  expect(store.spare ?? null).toBe(null)
  store.close()
})

test('[P14] a second copy that opens and then never answers holds up no save', async () => {
  const [first, second] = [memoryDisk()(), memoryDisk()()]
  let isSilent = false
  const silent: OpenStore = async (name) => {
    const store = await second(name)
    const step: Store['step'] = (run) => (isSilent ? new Promise<never>(() => undefined) : store.step(run))
    return { ...store, step }
  }
  const store = await withSecondCopy(first, silent, { inTime, withinMs: 30 })('wedsync:somebody')
  isSilent = true
  await store.step(({ kept }) => kept.bulkDelete(['nobody']))
  await store.step(({ kept }) => kept.bulkDelete(['nobody']))
  store.close()
})

const texts = async (phone: Phone) =>
  (JSON.parse(await phone.exportOutbox()) as { changes: { change: { data: { title?: string } } }[] }).changes.map(
    ({ change }) => change.data.title,
  )

describe.each([
  ['in memory', memoryDisk],
  ['in a browser', databaseDisk],
])('%s', (_, make) => {
  const aDay = async () => {
    const server = createTestServer()
    server.writes('items', id, anItem('First dance'))
    const disks = twoDisks(make)
    const opens = async () => {
      const phone = await startPhone(server, { disk: disks.disk })
      phones.push(phone)
      return phone
    }
    const phone = await opens()
    await phone.syncNow()
    return { server, disks, opens, phone }
  }

  test('[P2] [P3] what was saved and not sent is there after the platform threw the store away, and goes in once', async () => {
    const { server, disks, opens, phone } = await aDay()
    phone.weather(away)
    await phone.save('items', id, { title: 'The first dance' })
    const made = await phone.create('items', anItem('Cake'))
    await phone.stop()
    disks.losesFirst()

    const again = await opens()
    again.weather(away)
    await again.syncNow()
    expect(await texts(again)).toEqual(['The first dance', 'Cake'])
    expect(again.status()).toMatchObject({ waiting: 2, word: 'Saved on this phone' })
    expect((await again.read('items', made))?.['title']).toBe('Cake')
    expect(again.deviceId).toBe(phone.deviceId)

    again.weather(null)
    await again.syncNow()
    expect(again.status()).toMatchObject({ waiting: 0, word: 'Shared' })
    expect(server.record('items', id)).toMatchObject({ title: 'The first dance' })
    expect(server.record('items', made)).toMatchObject({ title: 'Cake' })
    expect(new Set(server.applied).size).toBe(server.applied.length)
    expect((await again.read('items', id))?.['title']).toBe('The first dance')
  })

  test('[P1] what had arrived is not done again, though the second copy had not heard of it', async () => {
    const { server, disks, opens, phone } = await aDay()
    phone.weather(async (_url, _init, arrive) => {
      await arrive()
      throw new TypeError('Failed to fetch')
    })
    await phone.save('items', id, { title: 'The first dance' })
    await phone.syncNow()
    await phone.stop()
    disks.losesFirst()
    const again = await opens()
    await again.syncNow()
    expect(server.applied).toHaveLength(1)
    expect(again.status()).toMatchObject({ waiting: 0 })
  })

  test('a store that was not lost is as it was, and a lost second copy is filled again', async () => {
    const { disks, opens, phone } = await aDay()
    phone.weather(away)
    await phone.save('items', id, { title: 'The first dance' })
    await phone.stop()
    disks.losesSecond()
    const again = await opens()
    expect(again.status()).toMatchObject({ waiting: 1, isLoading: false })
    await again.stop()
    disks.losesFirst()
    expect(await texts(await opens())).toEqual(['The first dance'])
  })

  test('[P1] [P2] what the server had acknowledged is handed in once more, in case it forgets, and is not done again', async () => {
    const { server, disks, opens, phone } = await aDay()
    await phone.save('items', id, { title: 'The first dance' })
    await phone.syncNow()
    await phone.stop()
    disks.losesFirst()
    const again = await opens()
    expect(await texts(again)).toEqual(['The first dance'])
    await again.syncNow()
    expect(server.applied).toHaveLength(1)
    expect(await texts(again)).toEqual([])
    // and what is over by then has left the second copy as well
    await again.stop()
    disks.losesFirst()
    const third = await opens()
    await third.syncNow()
    expect(server.applied).toHaveLength(1)
    expect(third.status()).toMatchObject({ waiting: 0, word: 'Shared' })
  })

  test('[P2] no room for the second copy stops nobody from saving, and one that lags behind is not put back', async () => {
    const { disks, opens, phone } = await aDay()
    phone.weather(away)
    await phone.save('items', id, { title: 'The first dance' })
    disks.fills(true)
    await phone.save('items', id, { title: 'The very first dance' })
    expect(await texts(phone)).toEqual(['The very first dance'])
    await phone.stop()
    // room again, and a whole life later both have everything
    disks.fills(false)
    await (await opens()).stop()
    disks.losesFirst()
    expect(await texts(await opens())).toEqual(['The very first dance'])
  })
})
