// What a batch costs as the ledger grows: plans are made once a connection, often while there is next to nothing in a table, and
// stay. None of them may read from end to end what grows with every batch.
import { randomUUID } from 'node:crypto'
import { aDatabase } from '@wedsync/postgres/testing'
import { expect, test } from 'vitest'
import { aCompany, insertRows } from '../testing/a-company.ts'
import { asSent } from '../testing/as-sent.ts'

const { admin, server } = await aDatabase()

type Answer = { runs: number[]; order: { epoch: string; mark_at: number; mark: string } }

/** What everybody writes to, all the time. */
const growing = ['offline_sync_queue', 'history', 'records', 'marks', 'timeline_items']

const scans = async (): Promise<Record<string, number>> => {
  const text = `select relname as name, seq_scan::integer as count from pg_stat_all_tables where relname = any ($1) and schemaname in ('public', 'sync')`
  const { rows } = await admin.query<{ name: string; count: number }>(text, [growing])
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]))
}

test('a batch reads no table from end to end that grows with every batch, however young the plan', async () => {
  const company = await aCompany(admin)
  const id = randomUUID()
  await insertRows(admin, 'timeline_items', [{ id, organization_id: company.id, client_id: company.weddings[0], title: 'Cake', kind: 'meal', duration_min: 5, anchor: 'soft', compressible: false, participant_ids: [], guest_visible: false, key_moment: false, locked: false, status: 'planned' }]) // prettier-ignore
  await admin.query('vacuum analyze')
  const deviceId = randomUUID()
  const batchOf = (title: string, baseVersion: number, cursor: object | null) => {
    const change = { changeId: randomUUID(), id, hash: '00'.repeat(32), baseVersion, data: { title }, base: null }
    const group = asSent({ table: 'timeline_items', action: 'update', fields: [], changes: [change] })
    return JSON.stringify({ batchId: randomUUID(), deviceId, sessionId: 's', cursor, device: {}, isPlain: true, groups: [group] }) // prettier-ignore
  }
  const session = await server.connect()
  try {
    let cursor: object | null = null
    const receive = async (title: string, version: number): Promise<number> => {
      const text = 'select sync.receive_batch($1, $2) as answer'
      const { rows } = await session.query<{ answer: string }>(text, [company.people.planner.claims, batchOf(title, version, cursor)]) // prettier-ignore
      const { runs, order } = JSON.parse(rows[0]!.answer) as Answer
      cursor = { epoch: order.epoch, markAt: order.mark_at, mark: order.mark, read: 0, scopes: {} }
      return runs[0]! + 1
    }
    const said = async () => {
      await session.query('select pg_stat_force_next_flush()')
      return await scans()
    }
    // these two also make the plans, while there is next to nothing in the ledger
    const { rows } = await admin.query<{ head: string }>('select head from sync.clock where organization_id = $1', [company.id]) // prettier-ignore
    let version = await receive('Cake, cut', Number(rows[0]!.head))
    version = await receive('Cake, served', version)
    const before = await said()
    for (let nth = 1; nth <= 3; nth += 1) version = await receive(`Cake ${nth}`, version)
    expect(await said()).toEqual(before)
  } finally {
    session.release()
  }
})
