// A PostgreSQL of its own, with the demo in it, to be killed, stopped where it stands, and started again.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll } from 'vitest'
import pg from 'pg'
import { grantServerLogin, migrate } from '@wedsync/postgres'
import { startThrowAwayCluster, type TestDatabase } from '@wedsync/postgres/testing'
import { agency, load } from '../../packages/server/src/testing/a-wedding.ts'

const migrations = path.resolve(import.meta.dirname, '../../supabase/migrations')

export const aClusterOfItsOwn = async () => {
  const { adminUrl, folder, startAgain, stop } = await startThrowAwayCluster()
  await migrate(adminUrl, migrations)
  const serverUrl = await grantServerLogin(adminUrl, 'only-for-tests')
  const [admin, server] = [adminUrl, serverUrl].map((url) => {
    const pool = new pg.Pool({ connectionString: url, max: 4 })
    pool.on('error', () => undefined)
    return pool
  }) as [pg.Pool, pg.Pool]
  const end = async () => {
    await Promise.all([admin.end(), server.end()])
    await stop()
  }
  afterAll(end)
  const database: TestDatabase = { adminUrl, serverUrl, admin, server, drop: end }
  // what is acknowledged has to outlive the process, if not the machine
  await admin.query('alter system set synchronous_commit = on')
  await admin.query('select pg_reload_conf()')
  await load(database, agency)

  const postmaster = () => Number.parseInt(readFileSync(path.join(folder, 'data/postmaster.pid'), 'utf8'))
  const processes = () => [postmaster(), ...childrenOf(postmaster())]
  const send = (signal: NodeJS.Signals) => {
    for (const pid of processes())
      try {
        process.kill(pid, signal)
      } catch {
        // it went by itself
      }
  }
  return {
    database,
    /** As a machine that loses power, but for the disk. */
    kill: () => send('SIGKILL'),
    startAgain,
    /** It answers nobody, and lets go of nothing: connections stay open, new ones are taken by the system alone. */
    freeze: () => send('SIGSTOP'),
    thaw: () => send('SIGCONT'),
  }
}

const childrenOf = (parent: number): number[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, ppid]) => ppid === parent)
    .map(([pid]) => pid!)
