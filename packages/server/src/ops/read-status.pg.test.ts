import { randomUUID } from 'node:crypto'
import { StatusResponse, statusSections } from '@wedsync/protocol'
import { describe, expect, test } from 'vitest'
import { accountOf, aWedding, recordOf } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const [owner, planner, assistant] = [wedding.phoneOf('owner'), wedding.phoneOf('planner'), wedding.phoneOf('assistant')]
await Promise.all([planner.hears(), assistant.hears()])
const { scope } = recordOf('timeline_items')
const statusOf = async (phone: typeof planner, userId: string, query = '') => {
  const { status, body } = await phone.asks(`/api/offline/status/${userId}${query}`)
  return { status, body: body as unknown as StatusResponse & { error?: string; code?: string } }
}

test('the figures add up to what the person sent', async () => {
  const item = recordOf('timeline_items', 0)
  const stale = assistant.edits(item, { cue: 'Tom' })
  await planner.sends([planner.edits(item, { cue: 'Priya' })])
  const bad = { ...assistant.creates('notes', { client_id: scope, body: 'x' }), table: 'guests' }
  const deviceInfo = {
    platform: 'web',
    appVersion: '2.1.0',
    waiting: 3,
    storagePersisted: true,
    connectionQuality: 'poor',
  }
  await assistant.sends([stale, bad, assistant.creates('notes', { client_id: scope, body: 'Fine' })], { deviceInfo })
  await assistant.sends([assistant.edits(recordOf('timeline_items', 1), { title: 'Merged' })])

  const { status, body } = await statusOf(assistant, assistant.userId)
  expect(status).toBe(200)
  StatusResponse.parse(body)
  const queue = body.queue!
  expect(queue).toMatchObject({
    totalItems: 4,
    completedItems: 2,
    conflictItems: 1,
    failedItems: 1,
    pendingItems: 0,
    processingItems: 0,
  })
  expect(
    queue.pendingItems! + queue.processingItems! + queue.failedItems! + queue.conflictItems! + queue.completedItems!,
  ).toBe(queue.totalItems)
  expect(body.conflicts).toMatchObject({
    active: 1,
    awaitingManualResolution: 1,
    conflictsByTable: { timeline_items: 1 },
  })
  expect(body.devices).toMatchObject([
    { deviceId: assistant.deviceId, platform: 'web', appVersion: '2.1.0', waiting: 3, storagePersisted: true },
  ])
  expect(body.syncStatus).toMatchObject({ deviceId: assistant.deviceId, syncInProgress: false })
  expect(body.performance).toMatchObject({ recentSyncs: 2, networkQuality: 'poor', errorRate: 0.25, successRate: 0.75 })
  expect(body.health!.status).toBe('warning')
  expect(body.health!.alerts.map(({ rule }) => rule).sort()).toEqual([
    'failed_changes',
    'failure_rate',
    'open_conflicts',
  ])
  expect(body.health!.recommendations).toHaveLength(3)
})

test('how far behind a device is falls to nothing once it has heard everything', async () => {
  const phone = wedding.phoneOf('planner')
  await phone.hears(500)
  await wedding.sql(`update public.notes set location = 'moved' where client_id = $1`, [scope])
  const behind = (await statusOf(phone, phone.userId)).body.devices!.find(
    ({ deviceId }) => deviceId === phone.deviceId,
  )!
  expect(behind.behindBy).toBeGreaterThan(10)
  await phone.hears()
  const now = (await statusOf(phone, phone.userId)).body.devices!.find(({ deviceId }) => deviceId === phone.deviceId)!
  expect(now.behindBy).toBe(0)
})

describe('[P7] whose status it is', () => {
  test('one’s own, in capitals too, and that of everybody for an owner', async () => {
    expect((await statusOf(planner, planner.userId.toUpperCase())).body.userId).toBe(planner.userId)
    expect((await statusOf(owner, assistant.userId)).body).toMatchObject({ success: true, userId: assistant.userId })
  })

  test('anybody else gets the same 403, whether the id exists or not, here or elsewhere', async () => {
    const rival = await wedding.rival()
    const answers = []
    for (const [phone, userId] of [
      [planner, owner.userId],
      [planner, randomUUID()],
      [owner, accountOf('planner', rival).userId],
      [owner, randomUUID()],
    ] as const) {
      const { status, body } = await statusOf(phone, userId)
      answers.push({ status, ...body, timestamp: '', requestId: '' })
    }
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(answers[0]).toMatchObject({
      status: 403,
      error: 'Unauthorized - cannot access other user status',
      code: 'other_user_status',
    })
  })

  test.for(['me', '7', `${randomUUID()}x`, '%00', "';--"])('an id that is none is a bad request: %s', async (id) => {
    const { status, body } = await statusOf(planner, id)
    expect([status, body.error]).toEqual([400, 'Invalid user ID format'])
  })
})

test('only the sections that were asked for, over the time that was asked for', async () => {
  for (const section of statusSections) {
    const { body } = await statusOf(planner, planner.userId, `?sections=${section}&timeRange=7d`)
    expect(Object.keys(body).sort()).toEqual([section, 'success', 'timestamp', 'userId'].sort())
  }
  for (const query of ['?sections=secrets', '?timeRange=1y']) {
    const { status, body } = await statusOf(planner, planner.userId, query)
    expect([status, body.error]).toEqual([400, 'Validation failed'])
  }
})

describe('[P10] a database that is away', () => {
  test('is never healthy: every question is answered 503 with Retry-After, and nothing of it is told', async () => {
    const lost = await aWedding()
    const phone = lost.phoneOf('planner')
    await phone.hears()
    expect((await phone.asks('/api/health/ready')).status).toBe(200)
    await lost.database.drop()

    const note = phone.creates('notes', { client_id: scope, body: 'Nobody home' })
    for (const answer of [
      await phone.asks(`/api/offline/status/${phone.userId}`),
      await phone.asks('/api/offline/sync'),
      await phone.sends([note]),
      await phone.asks('/api/health/ready'),
    ]) {
      expect(answer.status).toBe(503)
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
      expect(answer.body).toMatchObject({ success: false, error: 'Service unavailable', code: 'unavailable' })
      expect(answer.text).not.toMatch(/healthy|test_[0-9a-f]|does not exist|ECONN/)
    }
    expect((await phone.asks('/api/health')).status).toBe(200)
  })

  test('that is older than the server is not ready', async () => {
    const early = await aWedding({ lastMigration: '20990101000000' })
    const answer = await early.phoneOf('planner').asks('/api/health/ready')
    expect(answer.status).toBe(503)
    expect(answer.text).toContain('migrations behind')
  })
})
