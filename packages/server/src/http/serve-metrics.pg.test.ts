import { expect, test } from 'vitest'
import { aWedding, recordOf } from '../testing/a-wedding.ts'

const metricsToken = 'read-by-prometheus-alone'
const wedding = await aWedding({ metricsToken })
const planner = wedding.phoneOf('planner')
await planner.hears()

const reads = (authorization?: string, from = wedding) =>
  from.fetch('/metrics', authorization === undefined ? {} : { headers: { authorization } })
const counted = async (line: string): Promise<number> => {
  const text = await (await reads(`Bearer ${metricsToken}`)).text()
  const found = text.split('\n').find((one) => one.startsWith(`${line} `))
  return found === undefined ? 0 : Number(found.slice(line.length + 1))
}

test('whoever is on call counts batches and what became of their changes', async () => {
  const batches = await counted('wedsync_batch_seconds_count')
  const processed = await counted('wedsync_changes_total{outcome="processed"}')
  const failed = await counted('wedsync_changes_total{outcome="failed"}')
  const item = recordOf('timeline_items', 3)
  await planner.sends([planner.edits(item, { title: 'Counted' }), planner.edits(item, { colour: 'red' })])
  expect(await counted('wedsync_batch_seconds_count')).toBe(batches + 1)
  expect(await counted('wedsync_changes_total{outcome="processed"}')).toBe(processed + 1)
  expect(await counted('wedsync_changes_total{outcome="failed"}')).toBe(failed + 1)
  expect(await counted('wedsync_request_seconds_count{route="POST /api/offline/sync",status="200"}')).toBeGreaterThan(0)
  expect(await counted('wedsync_connections{pool="writes",state="busy"}')).toBe(0)
})

test('with the wrong token, or somebody’s own, nobody does; without a token set there is nothing', async () => {
  const own = planner.asks('/metrics')
  expect((await own).status).toBe(401)
  for (const wrong of [undefined, 'Bearer no', `Basic ${metricsToken}`, `Bearer ${metricsToken}x`])
    expect((await reads(wrong)).status).toBe(401)
  const closed = await aWedding()
  expect((await reads(`Bearer ${metricsToken}`, closed)).status).toBe(404)
})

test('[P7] the counters name nobody: no id, no address somebody made up', async () => {
  await wedding.fetch('/api/offline/history/notes/5f0c4a1e-7d53-4c1e-9b7a-2f6d1c0e8a11?x=made-up')
  await wedding.fetch('/api/made-up')
  const text = await (await reads(`Bearer ${metricsToken}`)).text()
  expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/)
  expect(text).not.toContain('made-up')
})
