// Takes an admin's pool; loads the demo agency and its wedding, unless they are there already. Whatever happened to them
// since stays: a demo that was worked on is somebody's work.
import type pg from 'pg'
import { allCollections } from '@wedsync/wedding'
import { demoAgency } from '@wedsync/wedding/demo'

export const loadDemo = async (admin: pg.Pool, today: string): Promise<void> => {
  const { organization, records } = demoAgency(today)
  const session = await admin.connect()
  const load = async (table: string, rows: readonly object[]): Promise<number> => {
    const text = 'select sync.load_records($1, $2::jsonb) as loaded'
    const answer = await session.query<{ loaded: number }>(text, [table, JSON.stringify(rows)])
    return answer.rows[0]!.loaded
  }
  try {
    await session.query('begin')
    const isNew = (await load('organizations', [organization])) > 0
    if (isNew) for (const { name } of allCollections) await load(name, records[name] ?? [])
    await session.query('commit')
  } catch (error) {
    await session.query('rollback')
    throw error
  } finally {
    session.release()
  }
}
