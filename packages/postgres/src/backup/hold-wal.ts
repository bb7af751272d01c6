// Takes the address of a running database; PostgreSQL gets ready for its files to be copied while they change, and hands
// back from where its log is needed. This is its documented low-level way, and one session has to last from start to end:
// when it ends in between, PostgreSQL forgets the backup and the log it kept for it.
import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { connect } from '../connect.ts'
import { PostgresProblem, reasonOf } from '../postgres-problem.ts'

export type HeldWal = {
  startLsn: string
  /** Called when every file is copied: the log up to here makes them one whole. */
  end: () => Promise<{ stopLsn: string; label: string; walFiles: string[] }>
  release: () => Promise<void>
}

export const holdWal = async (adminUrl: string): Promise<HeldWal> => {
  const session = await connect(adminUrl)
  const release = () => session.end()
  try {
    await checkCanBeBackedUp(session)
    // a slot of this session, from the last checkpoint on: no log that the copy needs is removed under it
    const slot = `wedsync_backup_${randomBytes(6).toString('hex')}`
    await session.query('select pg_create_physical_replication_slot($1, true, true)', [slot])
    const { rows } = await session.query<{ lsn: string }>(`select pg_backup_start('wedsync backup', true) as lsn`)
    const startLsn = rows[0]!.lsn
    return { startLsn, end: () => end(session, startLsn), release }
  } catch (error) {
    await release()
    throw error
  }
}

const end = async (session: pg.Client, startLsn: string) => {
  const text = 'select lsn, labelfile as label, spcmapfile as map from pg_backup_stop(false)'
  const { rows } = await session.query<{ lsn: string; label: string; map: string }>(text).catch(wasStopped)
  const { lsn: stopLsn, label, map } = rows[0]!
  if (map.trim()) throw outside()
  return { stopLsn, label, walFiles: await listWalFiles(session, startLsn, stopLsn) }
}

/** From the segment that holds the first byte to the one that holds the last: PostgreSQL finished that one at the end. */
const listWalFiles = async (session: pg.Client, startLsn: string, stopLsn: string): Promise<string[]> => {
  const { rows } = await session.query<{ file: string }>(
    `select pg_walfile_name($1::pg_lsn + at) as file
       from generate_series(0, $2::pg_lsn - 1 - $1::pg_lsn, pg_size_bytes(current_setting('wal_segment_size'))) as at
      union select pg_walfile_name($2::pg_lsn - 1) order by 1`,
    [startLsn, stopLsn],
  )
  return rows.map(({ file }) => file)
}

const checkCanBeBackedUp = async (session: pg.Client): Promise<void> => {
  const { rows } = await session.query<{ level: string; outside: number }>(
    `select current_setting('wal_level') as level,
            (select count(*)::integer from pg_tablespace where spcname not in ('pg_default', 'pg_global')) as outside`,
  )
  if (rows[0]?.level === 'minimal')
    throw new PostgresProblem(
      'The server that runs was started by an earlier WedSync, which could not be backed up: restart it once, then back up.',
    )
  if (rows[0]?.outside !== 0) throw outside()
}

const wasStopped = (error: unknown): never => {
  throw new PostgresProblem(
    `The database was stopped while it was backed up (${reasonOf(error)}), so there is no backup: take it again.`,
    { cause: error },
  )
}

const outside = (): PostgresProblem =>
  new PostgresProblem(
    'Somebody made a tablespace in this database, and its files lie outside of it: a backup would not be whole. Drop it first.',
  )
