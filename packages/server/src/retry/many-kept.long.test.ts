// A phone of which very much is kept: all of its actions are tried, each waits for a person as one, and everybody else is served
// meanwhile. How long that takes is printed, not asserted.
import { randomUUID } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { changesPerBatchMax } from '@wedsync/protocol'
import { expect, test } from 'vitest'
import { aWedding, recordOf, type Sent } from '../testing/a-wedding.ts'

const actionsMade = 165
const perAction = 4

test('[P11] [P14] 165 actions of one phone, all contested by the time they can go in, wait for a person, each as one', async () => {
  const wedding = await aWedding()
  const [planner, phone] = [wedding.phoneOf('planner'), wedding.phoneOf('assistant')]
  await Promise.all([planner.hears(), phone.hears()])
  const { id: scope } = recordOf('clients')
  const vendorId = randomUUID()
  const items = Array.from({ length: 30 }, (_, nth) => recordOf('timeline_items', nth))
  const anAction = (nth: number): Sent[] => {
    const groupId = randomUUID()
    const changes = [
      phone.edits(items[nth % items.length]!, { cue: `Mine ${nth}` }),
      phone.edits(items[(nth * 7) % items.length]!, { location: `At ${nth}` }),
      phone.creates('notes', { client_id: scope, body: `Note ${nth}` }),
      phone.creates('timeline_items', { client_id: scope, title: 'Late', vendor_id: vendorId }),
    ]
    return changes.map((change) => ({ ...change, groupId }))
  }
  const changes = Array.from({ length: actionsMade }, (_, nth) => anAction(nth)).flat()
  const perRequest = changesPerBatchMax - (changesPerBatchMax % perAction)
  for (let at = 0; at < changes.length; at += perRequest) await phone.sends(changes.slice(at, at + perRequest))
  for (const item of items) await planner.sends([planner.edits(item, { cue: 'Town', location: 'Town' })])
  const ids = changes.map(({ changeId }) => changeId)
  const countOf = async (status: string) => {
    const [row] = await wedding.sql<{ count: number }>(
      'select count(*)::integer as count from public.offline_sync_queue where change_id = any ($1) and status = $2',
      [ids, status],
    )
    return row!.count
  }
  expect(await countOf('pending')).toBe(changes.length)

  // the server runs in this process: while it computes, nobody is answered
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const began = performance.now()
  await planner.sends([planner.creates('vendor_contacts', { client_id: scope, company: 'Late' }, { id: vendorId })])
  await expect.poll(() => countOf('conflict'), { timeout: 120_000, interval: 50 }).toBe(changes.length)
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  console.log(`${changes.length} kept changes: ${seconds} s, longest silence ${(delay.max / 1e6).toFixed(0)} ms`)

  const waiting = await wedding.sql<{ places: number }>(
    `select count(distinct receipt -> 'conflict' ->> 'conflictId')::integer as places from public.offline_sync_queue
      where change_id = any ($1) group by more ->> 'groupId'`,
    [ids],
  )
  expect(waiting.map(({ places }) => places)).toEqual(Array.from({ length: actionsMade }, () => 1))
})
