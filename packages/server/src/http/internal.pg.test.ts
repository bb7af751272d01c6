import { expect, test } from 'vitest'
import { aWedding } from '../testing/a-wedding.ts'

test('a fault that nobody foresaw is told as one, says nothing of how the server is made, and leaves it working', async () => {
  const wedding = await aWedding()
  const planner = wedding.phoneOf('planner')
  await wedding.sql('alter function sync.status_for(text, uuid, integer) rename to status_for_away')
  const { status, body, text } = await planner.asks(`/api/offline/status/${planner.userId}`)
  expect(status).toBe(500)
  expect(body).toMatchObject({ success: false, error: 'Internal error', code: 'internal' })
  expect(text).not.toMatch(/status_for|sync\.|function|select|\bat .*\.ts/i)
  await wedding.sql('alter function sync.status_for_away(text, uuid, integer) rename to status_for')
  expect((await planner.asks(`/api/offline/status/${planner.userId}`)).status).toBe(200)
})
