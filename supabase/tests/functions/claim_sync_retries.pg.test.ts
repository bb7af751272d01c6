// What a look for changes to try again costs as the ledger grows: every server looks every few seconds, and nearly always nothing
// is kept. The plan is made with the first looks, while there is next to nothing in the ledger, and stays.
import { randomUUID } from 'node:crypto'
import { aDatabase } from '@wedsync/postgres/testing'
import { expect, test } from 'vitest'
import { aCompany } from '../testing/a-company.ts'

const { admin, server } = await aDatabase()

const rowsRead = async (): Promise<number> => {
  const text = `select (seq_tup_read + idx_tup_fetch)::integer as read from pg_stat_all_tables where relname = 'offline_sync_queue'`
  const { rows } = await admin.query<{ read: number }>(text)
  return rows[0]!.read
}

test('looking for what is due reads what is kept and nothing else of the ledger, however young the plan', async () => {
  const company = await aCompany(admin)
  const user = company.people.planner.userId
  const put = (count: number, status: 'completed' | 'pending') =>
    admin.query(
      `insert into public.offline_sync_queue (organization_id, change_id, user_id, device_id, batch_id, table_name, record_id, action,
                                              data, payload_hash, status, version, arrival, next_attempt_at)
       select $1, gen_random_uuid(), $2, $3, $3, 'timeline_items', gen_random_uuid(), 'update', '{}', '\\x00', $4, 0, n, now()
         from generate_series(1, $5) n`,
      [company.id, user, randomUUID(), status, count],
    )
  const session = await server.connect()
  try {
    const look = async (): Promise<{ changes: unknown[] }[]> => {
      const text = 'select public.claim_sync_retries($1, 60, 10)::text as answer'
      const { rows } = await session.query<{ answer: string }>(text, [randomUUID()])
      await session.query('select pg_stat_force_next_flush()')
      return JSON.parse(rows[0]!.answer) as { changes: unknown[] }[]
    }
    await admin.query('vacuum analyze')
    // after five of them a session keeps its plan
    for (let nth = 0; nth < 8; nth += 1) expect(await look()).toEqual([])
    await put(2_000, 'completed')
    const before = await rowsRead()
    expect(await look()).toEqual([])
    expect((await rowsRead()) - before).toBe(0)

    await put(3, 'pending')
    const claimed = await look()
    expect(claimed).toHaveLength(1)
    expect(claimed[0]!.changes).toHaveLength(3)
    // each of them is looked at, locked and taken
    expect((await rowsRead()) - before).toBeLessThan(20)
  } finally {
    session.release()
  }
})
