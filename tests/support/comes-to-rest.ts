// When faults are over and everybody has put the phone down: each sends and fetches until there is nothing left to do but for a
// person, or for a record that nobody made. What does not come to rest in time is stuck, and the account says so.
import { setTimeout as sleep } from 'node:timers/promises'
import type { NotedDevice } from './a-noted-device.ts'
import type { Sql } from './account-of.ts'

/** Rounds without an end are a failure; each is some tries of everybody. */
const roundsMax = 150
const pauseMs = 150

export const comesToRest = async (sql: Sql, devices: readonly NotedDevice[]): Promise<boolean> => {
  let head = ''
  for (let round = 0; round < roundsMax; round += 1) {
    await Promise.all(devices.map(({ engine }) => engine.syncNow()))
    const [kept] = await sql<{ head: string; underWay: number }>(
      `select (select coalesce(string_agg(head::text, ' ' order by organization_id), '') from sync.clock) as head,
              (select count(*)::integer from public.offline_sync_queue q
                where status = 'processing' or status = 'pending' and (sync.is_due(q) or awaits_id is null and awaits_change is null)) as "underWay"`,
    )
    const isQuiet = devices.every(({ engine }) => {
      const { waiting, isLoading, network, error } = engine.status()
      return waiting === 0 && !isLoading && network === 'online' && error === null
    })
    if (isQuiet && kept!.underWay === 0 && kept!.head === head) return true
    head = kept!.head
    await sleep(pauseMs)
  }
  return false
}
