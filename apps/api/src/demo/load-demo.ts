// Takes an admin's pool; loads the demo companies and their weddings. Whatever happened to them since stays: a demo that was
// worked on is somebody's work. One that an earlier version loaded gets what was never there, around the day it was loaded for.
import type pg from 'pg'
import { allCollections } from '@wedsync/wedding'
import { demoAgencies, demoFirstWeddingId, demoMembershipIds, type DemoAgency } from '@wedsync/wedding/demo'

export const loadDemo = async (admin: pg.Pool, today: string): Promise<void> => {
  const session = await admin.connect()
  try {
    if (await isLoaded(session)) return
    const day = (await findFirstDay(session)) ?? today
    for (const agency of demoAgencies(day)) await loadWhole(session, agency)
  } finally {
    session.release()
  }
}

/** Everybody who signs in on this version's demo was there once, whatever became of them: that is quick to tell. */
const isLoaded = async (session: pg.PoolClient): Promise<boolean> => {
  const ids = demoMembershipIds()
  const text = 'select count(distinct record_id)::integer as known from sync.records where record_id = any ($1)'
  const { rows } = await session.query<{ known: number }>(text, [ids])
  return rows[0]!.known === ids.length
}

const findFirstDay = async (session: pg.PoolClient): Promise<string | undefined> => {
  const text = 'select wedding_date::text as day from public.clients where id = $1'
  return (await session.query<{ day: string }>(text, [demoFirstWeddingId])).rows[0]?.day
}

const loadWhole = async (session: pg.PoolClient, agency: DemoAgency): Promise<void> => {
  let isNew = true
  await session.query('begin')
  try {
    // two servers that start at once: the second waits here, and finds everything done
    isNew = (await load(session, 'organizations', [agency.organization])) > 0
    await loadMissing(session, agency)
    await session.query('commit')
  } catch (error) {
    await session.query('rollback')
    // what people made of an older demo may leave no room for the rest of it: then it stays as they have it
    if (isNew || !(error as pg.DatabaseError).code?.startsWith('23')) throw error
  }
}

/** What was never there, and whose parents are: a record that somebody deleted does not come back. */
const loadMissing = async (session: pg.PoolClient, { organization, records }: DemoAgency): Promise<void> => {
  const text = 'select record_id as id, bool_and(gone is not null) as "isGone" from sync.records where organization_id = $1 group by 1' // prettier-ignore
  const known = (await session.query<{ id: string; isGone: boolean }>(text, [organization.id])).rows
  const ever = new Set(known.map(({ id }) => id))
  const here = new Set(known.flatMap(({ id, isGone }) => (isGone ? [] : [id])))
  for (const { name, refersTo } of allCollections) {
    const missing = (records[name] ?? []).filter(
      (record) =>
        !ever.has(record['id'] as string) &&
        Object.keys(refersTo).every((field) => record[field] === null || here.has(record[field] as string)),
    )
    if (missing.length > 0) await load(session, name, missing)
    for (const { id } of missing) here.add(id as string)
  }
}

const load = async (session: pg.PoolClient, table: string, rows: readonly object[]): Promise<number> => {
  const text = 'select sync.load_records($1, $2::jsonb) as loaded'
  return (await session.query<{ loaded: number }>(text, [table, JSON.stringify(rows)])).rows[0]!.loaded
}
