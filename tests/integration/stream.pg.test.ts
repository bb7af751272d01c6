// A device that listens: what others write is there at once, and what happens to the connection loses nothing. Real device
// library, real server over a real socket; nothing is polled unless a test says so.
import { serve } from '@hono/node-server'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { aWedding, recordOf } from '../../packages/server/src/testing/a-wedding.ts'
import { aNewcomer } from '../../packages/server/src/testing/a-newcomer.ts'
import { aDevice, untilSettled } from '../support/a-device.ts'

const wedding = await aWedding({ streams: { perPerson: 4, inAll: 50, heartbeatMs: 2000 } })
const web = serve({ fetch: wedding.server.api.fetch, port: 0, hostname: '127.0.0.1' }) as Server
await once(web, 'listening')
afterAll(async () => {
  await wedding.server.endStreams()
  web.closeAllConnections()
  web.close()
})
const { port } = web.address() as AddressInfo
const overHttp = (url: string, init?: RequestInit) => fetch(url.replace('wedsync.test', `127.0.0.1:${port}`), init)
const [item, other] = [recordOf('timeline_items'), recordOf('timeline_items', 1)]
const writes = (title: string, { id } = item) =>
  wedding.sql('update public.timeline_items set title = $2 where id = $1', [id, title])

type Device = Awaited<ReturnType<typeof listening>>
const listening = async (settings = {}) => {
  const somebody = await aNewcomer(wedding, 'planner')
  const faults = { refusesStream: false }
  const device = await aDevice(
    (url, init) => {
      if (faults.refusesStream && url.includes('/stream')) return new Response('no', { status: 502 })
      return overHttp(url, init)
    },
    somebody,
    settings,
  )
  return { ...device, ...somebody, engine: device.engine, faults }
}
const shows = (device: Device, title: string, { id } = item) =>
  expect
    .poll(async () => (await device.engine.read('timeline_items', id))?.['title'], { timeout: 6000, interval: 20 })
    .toBe(title)
const streamsOf = (device: Device) => device.network.requests.filter((path) => path.endsWith('/stream')).length

test('[P5] what others write is on the screen at once, without asking', async () => {
  const device = await listening()
  await expect.poll(() => streamsOf(device)).toBe(1)
  const before = device.network.requests.length
  for (const title of ['One', 'Two', 'Three']) {
    await writes(title)
    await shows(device, title)
  }
  expect(device.network.requests.slice(before)).toEqual([])
  expect(device.engine.status()).toMatchObject({ word: 'Shared', waiting: 0 })
  expect(await device.engine.verify(item.scope)).toMatchObject({ isSame: true })
})

test('[P1] [P6] own edits and those of others cross, and nothing flickers, is lost or comes twice', async () => {
  const device = await listening()
  const seen: unknown[] = []
  const view = device.engine.watchRecord('timeline_items', item.id)
  view.subscribe(() => seen.push((view.current() as { location?: unknown } | null)?.location))
  for (let nth = 0; nth < 8; nth += 1) {
    await Promise.all([
      device.engine.save('timeline_items', item.id, { location: `Mine ${nth}` }),
      writes(`Theirs ${nth}`, nth % 2 ? item : other),
    ])
    if (nth % 3 === 0) await device.engine.syncNow()
  }
  await untilSettled(device.engine)
  await shows(device, 'Theirs 7')
  await shows(device, 'Theirs 6', other)
  expect((await wedding.stored('timeline_items', item.id))!['location']).toBe('Mine 7')
  const mine = seen
    .filter((one) => typeof one === 'string' && one.startsWith('Mine '))
    .map((one) => Number(String(one).slice(5)))
  expect(mine).toEqual([...mine].sort((one, next) => one - next))
  expect(await device.engine.verify(item.scope)).toMatchObject({ isSame: true })
  // and it listens again
  await writes('After all that')
  await shows(device, 'After all that')
})

test('[P14] where there is no stream to have, it asks from time to time', async () => {
  const device = await listening({ pollEveryMs: 150 })
  await expect.poll(() => streamsOf(device)).toBeGreaterThan(0)
  device.faults.refusesStream = true
  web.closeAllConnections()
  await writes('Asked for')
  await shows(device, 'Asked for')
})

test('[P14] a connection that is cut is made up for', async () => {
  const device = await listening({ pollEveryMs: 300 })
  await expect.poll(() => streamsOf(device)).toBe(1)
  web.closeAllConnections()
  await writes('While it was cut')
  await shows(device, 'While it was cut')
  await expect.poll(() => streamsOf(device), { timeout: 6000 }).toBeGreaterThan(1)
})

test('with the switch "no signal" there is no stream; switched on again, what was missed is there', async () => {
  const device = await listening()
  await expect.poll(() => streamsOf(device)).toBe(1)
  device.engine.pause()
  await writes('In the dark')
  await new Promise((later) => setTimeout(later, 600))
  expect(await device.engine.read('timeline_items', item.id)).not.toMatchObject({ title: 'In the dark' })
  device.engine.resume()
  await shows(device, 'In the dark')
  await writes('In the light')
  await shows(device, 'In the light')
})

test('[P8] what somebody loses is gone from their device at once', async () => {
  const device = await listening()
  await expect.poll(() => streamsOf(device)).toBe(1)
  await wedding.sql('delete from public.assignments where person_id = $1', [device.personId])
  await expect.poll(() => device.engine.read('timeline_items', item.id), { timeout: 6000, interval: 20 }).toBeNull()
})

test('a device that ends ends its stream', async () => {
  const connections = () => new Promise<number>((count) => web.getConnections((_, n) => count(n)))
  web.closeAllConnections()
  await expect.poll(connections).toBe(0)
  const device = await listening()
  // news on the stream shows that it is open
  await writes('Before the end')
  await shows(device, 'Before the end')
  const open = await connections()
  await device.engine.stop()
  await expect.poll(connections, { timeout: 8000 }).toBeLessThan(open)
})
