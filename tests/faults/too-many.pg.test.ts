// More is asked than can be answered. What people wrote goes in; whoever only wants to read is told when to come back; and
// whoever has left is not worked for.
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { agency, aToken, recordOf } from '../../packages/server/src/testing/a-wedding.ts'
import { aWeb, expectSentHome } from '../support/a-web.ts'

const web = await aWeb()
const phone = web.phone()
await phone.hears()
const organizationId = agency.organization.id

test('three hundred first loads at once: a part of them is sent home, every batch goes in', async () => {
  const writers = Array.from({ length: 20 }, () => web.phone())
  const pushes: Promise<{ status: number; ms: number }>[] = []
  const loads = Array.from({ length: 300 }, async (_, nth) => {
    if (nth % 15 === 0) {
      const writer = writers[nth / 15]!
      const note = writer.creates('notes', { client_id: recordOf('timeline_items').scope, body: `In the crowd ${nth}` })
      const began = performance.now()
      const sent = writer.sends([note], { cursor: phone.view.cursor })
      pushes.push(sent.then(({ status }) => ({ status, ms: performance.now() - began })))
    }
    const answer = await phone.asks('/api/offline/sync?pullLimit=100')
    if (answer.status !== 200) expectSentHome(answer)
    return answer.status
  })
  const statuses = await Promise.all(loads)
  const shed = statuses.filter((status) => status === 503).length
  const sent = await Promise.all(pushes)
  const slowest = Math.max(...sent.map(({ ms }) => ms))
  console.log(`of 300 first loads ${shed} were sent home; the slowest of 20 batches took ${slowest.toFixed(0)} ms`)
  expect(shed).toBeGreaterThan(100)
  expect(sent.map(({ status }) => status)).toEqual(Array(20).fill(200))

  expect(await web.waiting()).toBe(0)
  expect(await web.counted('wedsync_sent_home_total{line="load",why="full"}')).toBeGreaterThan(0)
  const { body } = await phone.asks(`/api/offline/status/${phone.userId}?sections=health`)
  expect(body).toMatchObject({ health: { alerts: [{ rule: 'reads_put_off', level: 'degraded' }] } })
  expect((await phone.hears()).status).toBe(200)
})

test('whoever has left is not worked for', async () => {
  const session = await web.database.admin.connect()
  const note = (body: string) => phone.creates('notes', { client_id: recordOf('timeline_items').scope, body })
  const [first, left, last] = [note('First'), note('Left'), note('Last')]
  // the organization's clock is held: whoever writes first waits in the database, the others in their device's line
  await session.query('begin')
  await session.query('select 1 from sync.clock where organization_id = $1 for update', [organizationId])
  const leaving = new AbortController()
  const sends = (change: typeof first, signal?: AbortSignal) =>
    phone.asks('/api/offline/sync', {
      method: 'POST',
      body: JSON.stringify({ batchId: randomUUID(), deviceId: phone.deviceId, changes: [change] }),
      ...(signal && { signal }),
    })
  const waitsFor = (count: number) =>
    expect.poll(() => web.counted('wedsync_line{line="device",state="waiting"}')).toBe(count)
  const ofFirst = sends(first)
  await expect.poll(() => web.counted('wedsync_line{line="device",state="under way"}')).toBe(1)
  const ofLeft = sends(left, leaving.signal).catch((thrown: unknown) => thrown)
  await waitsFor(1)
  const ofLast = sends(last)
  await waitsFor(2)
  leaving.abort()
  expect(await ofLeft).toMatchObject({ name: 'AbortError' })
  await waitsFor(1)
  await session.query('commit')
  session.release()
  expect((await ofFirst).status).toBe(200)
  expect((await ofLast).status).toBe(200)
  const known = await Promise.all([first, left, last].map(async ({ changeId }) => (await web.ledger(changeId)).length))
  expect(known).toEqual([1, 0, 1])
})

test('bodies that never come to an end keep nobody from the line', async () => {
  const { port } = new URL(web.address)
  const claims = { sub: phone.userId, role: 'authenticated', app_metadata: { organization_id: organizationId } }
  const head = [
    'POST /api/offline/sync HTTP/1.1',
    'Host: wedsync.test',
    `Authorization: Bearer ${await aToken(claims)}`,
    'Content-Type: application/json',
    'Content-Length: 100000',
  ].join('\r\n')
  const slow = Array.from({ length: 100 }, () => {
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write(`${head}\r\n\r\n{"changes":[`)
    return socket
  })
  onTestFinished(() => slow.forEach((socket) => socket.destroy()))
  for (const socket of slow) if (socket.connecting) await once(socket, 'connect')
  const note = phone.creates('notes', { client_id: recordOf('timeline_items').scope, body: 'Past the slow ones' })
  expect((await phone.sends([note])).status).toBe(200)
  expect(await web.counted('wedsync_line{line="push",state="under way"}')).toBe(0)
  expect(await web.waiting()).toBe(0)
})
