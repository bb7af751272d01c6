// A PostgreSQL of its own, with the demo in it, to be killed, stopped where it stands, and started again.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll } from 'vitest'
import pg from 'pg'
import { grantServerLogin, migrate, type Durability } from '@wedsync/postgres'
import { startThrowAwayCluster, type TestDatabase } from '@wedsync/postgres/testing'
import { agency, load } from '../../packages/server/src/testing/a-wedding.ts'
import { processesBelow } from './processes-below.ts'

const migrations = path.resolve(import.meta.dirname, '../../supabase/migrations')

/** `durable`: it flushes what it acknowledges and guards its pages, as the one of `npm start` does. */
export const aClusterOfItsOwn = async (durability: Durability = 'throw-away') => {
  const { adminUrl, folder, startAgain, stop } = await startThrowAwayCluster(durability)
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
  const processes = () => [postmaster(), ...processesBelow(postmaster())]
  const send = (signal: NodeJS.Signals | 0, to = processes()): number[] =>
    to.filter((pid) => {
      try {
        return process.kill(pid, signal)
      } catch {
        // it went by itself
        return false
      }
    })
  return {
    database,
    /** As a machine that loses power, but for the disk. Resolves when nothing of it is left: whoever starts it again would find it. */
    kill: async (): Promise<void> => {
      let left = send('SIGKILL')
      while ((left = send(0, left)).length > 0) await sleep(10)
    },
    startAgain,
    /** It answers nobody, and lets go of nothing: connections stay open, new ones are taken by the system alone. */
    freeze: () => void send('SIGSTOP'),
    thaw: () => void send('SIGCONT'),
  }
}
