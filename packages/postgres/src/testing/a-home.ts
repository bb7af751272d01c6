// Hands back a home whose database is started and stopped by a test, with a table of notes in it, and room beside it for
// backups. For tests of what becomes of a database between two starts. Nothing is flushed that nobody pulls the plug on.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, onTestFinished, TestRunner } from 'vitest'
import { findPostmaster } from '../find-postmaster.ts'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../start-embedded-postgres.ts'

export const aHome = () => {
  const shelter = mkdtempSync(path.join(os.tmpdir(), 'wedsync-home-'))
  // the user that runs PostgreSQL for root has to get through
  chmodSync(shelter, 0o711)
  const home = path.join(shelter, 'home')
  afterAll(() => {
    // a test that failed half-way may have left it running
    const left = findPostmaster({ dataFolder: path.join(home, 'postgres/data') })
    if (left && left.pid > 0) process.kill(left.pid, 'SIGQUIT')
    rmSync(shelter, { recursive: true, force: true, maxRetries: 5 })
  })
  const visit = async <Row extends pg.QueryResultRow>(sql: string) => {
    const { adminUrl, stop } = await startEmbeddedPostgres({ home, port: 0, durability: 'throw-away' })
    return ask<Row>(adminUrl, sql).finally(stop)
  }
  return {
    ...{ shelter, home },
    folder: path.join(home, 'postgres'),
    data: path.join(home, 'postgres/data'),
    started: () => startedIn(home),
    note: async (text: string): Promise<void> => {
      await visit(`create table if not exists notes (note text); insert into notes values (${pg.escapeLiteral(text)})`)
    },
    notes: async () => (await visit<{ note: string }>('select note from notes order by ctid')).map(({ note }) => note),
  }
}

/** Stopped at the end, unless a test did that before. */
export const startedIn = async (home: string): Promise<EmbeddedPostgres> => {
  const postgres = await startEmbeddedPostgres({ home, port: 0, durability: 'throw-away' })
  if (TestRunner.getCurrentTest()) onTestFinished(postgres.stop)
  return postgres
}

export const ask = async <Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> => {
  const session = new pg.Client({ connectionString: url })
  await session.connect()
  return (await session.query<Row>(sql).finally(() => session.end())).rows
}
