// What was damaged on its way is refused before anything of it is done, and every answer can be told from a damaged one.
import { createHash, randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { contentDigestOf, ErrorBody } from '@wedsync/protocol'
import { describe, expect, test } from 'vitest'
import { aWedding, endings, recordOf } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const planner = wedding.phoneOf('planner')
await planner.hears()
const { scope } = recordOf('timeline_items')
const aBatch = () => {
  const note = planner.creates('notes', { client_id: scope, body: 'The florist needs a key' })
  return { note, text: JSON.stringify({ batchId: randomUUID(), deviceId: planner.deviceId, changes: [note] }) }
}
const sends = (body: BodyInit, digest: string, headers: Record<string, string> = {}) =>
  planner.asks('/api/offline/sync', { method: 'POST', body, headers: { 'x-content-digest': digest, ...headers } })
const expectDamaged = async (send: () => ReturnType<typeof sends>) => {
  const before = await wedding.traces()
  const answer = await send()
  expect([answer.status, ErrorBody.parse(answer.body)]).toMatchObject([
    400,
    { error: 'Damaged request', code: 'damaged_request' },
  ])
  expect(await wedding.traces()).toEqual(before)
}
const gzipped = { 'content-encoding': 'gzip' }

describe('[P1] a request', () => {
  test('whose digest is that of its text goes in, compressed or not', async () => {
    const [plain, small] = [aBatch(), aBatch()]
    expect(endings(await sends(plain.text, contentDigestOf(plain.text)), [plain.note])).toEqual(['applied'])
    const answer = await sends(gzipSync(small.text), contentDigestOf(small.text), gzipped)
    expect(endings(answer, [small.note])).toEqual(['applied'])
  })

  test('in which one letter is another is refused whole, and goes in when it is sent again', async () => {
    const { note, text } = aBatch()
    const digest = contentDigestOf(text)
    await expectDamaged(() => sends(text.replace('florist', 'fLorist'), digest))
    await expectDamaged(() => sends(gzipSync(text.replace('key', 'kez')), digest, gzipped))
    expect(endings(await sends(text, digest), [note])).toEqual(['applied'])
  })

  test('that was cut, or is no longer JSON, UTF-8 or gzip, is damaged and not wrong', async () => {
    const { text } = aBatch()
    const digest = contentDigestOf(text)
    await expectDamaged(() => sends(text.slice(0, -20), digest))
    await expectDamaged(() => sends('', digest))
    await expectDamaged(() => sends(new Uint8Array([0x7b, 0xff, 0x7d]), digest))
    await expectDamaged(() => sends(gzipSync(text).subarray(0, 60), digest, gzipped))
    await expectDamaged(() => sends(text, digest, gzipped))
  })

  test('whose digest itself was damaged is refused, too', async () => {
    const { text } = aBatch()
    const digest = contentDigestOf(text)
    for (const said of [digest.replace('sha-256', 'sha-257'), digest.slice(0, -1), `${digest}0`, 'x', ''])
      await expectDamaged(() => sends(text, said))
  })

  test('without a body is judged by its query', async () => {
    const query = `cursor=${encodeURIComponent(planner.view.cursor!)}&deviceId=${planner.deviceId}`
    const asks = (asked: string, digest: string) =>
      planner.asks(`/api/offline/sync?${asked}`, { headers: { 'x-content-digest': digest } })
    expect((await asks(query, contentDigestOf(query))).status).toBe(200)
    await expectDamaged(() => asks(query.replace(planner.deviceId, randomUUID()), contentDigestOf(query)))
    await expectDamaged(() => asks(query.slice(0, 40), contentDigestOf(query)))
    const headers = { 'x-content-digest': contentDigestOf('') }
    expect((await planner.asks('/api/health', { headers })).status).toBe(200)
    await expectDamaged(() => planner.asks('/api/health?x=1', { headers }))
  })

  test('without a digest is taken as it is', async () => {
    const { note, text } = aBatch()
    expect(endings(await planner.posts(JSON.parse(text) as object), [note])).toEqual(['applied'])
  })
})

test('[P1] every answer says what its text hashes to, and which request it answers', async () => {
  const asked: [string, { method?: string; body?: string; headers?: Record<string, string> }][] = [
    ['/api/offline/sync', {}],
    ['/api/offline/sync?pullLimit=2', {}],
    ['/api/offline/sync', { method: 'POST', body: '{' }],
    ['/api/offline/sync', { method: 'PUT' }],
    ['/api/offline/verify', { headers: { authorization: 'Bearer no' } }],
    ['/api/offline/status/me', {}],
    ['/api/health', {}],
    ['/api/nothing', {}],
  ]
  for (const [address, init] of asked) {
    const requestId = randomUUID()
    const answer = await planner.asks(address, { ...init, headers: { ...init.headers, 'x-request-id': requestId } })
    const hash = createHash('sha256').update(answer.text, 'utf8').digest('hex')
    expect([address, answer.headers.get('x-content-digest')]).toEqual([address, `sha-256=${hash}`])
    expect(answer.headers.get('x-request-id')).toBe(requestId)
  }
})
