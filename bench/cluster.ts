// Takes a folder, or makes one of its own; hands back an embedded PostgreSQL with durable settings (fsync and
// synchronous_commit on, as at a customer's) and empty databases on it. A folder of its own is removed at the end.
import { chmodSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres } from '@wedsync/postgres'

export type Cluster = {
  adminUrl: string
  /** An empty database of that name; hands back its address, as the admin. */
  createDatabase: (name: string) => Promise<string>
  /** Leaves nobody's unwritten pages for the next one to write. */
  settle: () => Promise<void>
  /** The postmaster: the root of everything the database does. */
  pid: () => number
  stop: () => Promise<void>
}

/** What statfs calls a file system that lives in memory: a flush to it costs nothing and proves nothing. */
const tmpfs = 0x01021994

/**
 * As on the machine whose figures we compare with: room for the data in memory, and no checkpoint in the middle of a lap,
 * after which every page touched is written twice. The log's files are used again, as by a database that has run for a
 * day; a young one stops everybody for each new file, to fill it with noughts.
 */
const room = { shared_buffers: '1GB', max_wal_size: '8GB', min_wal_size: '4GB', checkpoint_timeout: '1h' } as const

export const openCluster = async (given?: string): Promise<Cluster> => {
  const home = given ?? mkdtempSync(path.join(os.tmpdir(), 'wedsync-bench-'))
  // the user that runs PostgreSQL for root has to reach it
  if (!given) chmodSync(home, 0o755)
  if (statfsSync(home).type === tmpfs)
    throw new Error(`${home} is in memory, where a commit costs nothing: name a folder on a disk with --home.`)

  await giveRoom(home)
  const postgres = await startEmbeddedPostgres({ home, port: 0, durability: 'durable' })
  const admin = new pg.Client({ connectionString: postgres.adminUrl })
  admin.on('error', () => undefined)
  await admin.connect()
  return {
    adminUrl: postgres.adminUrl,
    async createDatabase(name) {
      await admin.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`)
      await admin.query(`create database ${pg.escapeIdentifier(name)}`)
      const url = new URL(postgres.adminUrl)
      url.pathname = `/${name}`
      return url.href
    },
    async settle() {
      await admin.query('checkpoint')
    },
    pid: () => Number(readFileSync(path.join(postgres.folder, 'data/postmaster.pid'), 'utf8').split('\n')[0]),
    async stop() {
      await admin.end()
      await postgres.stop()
      if (!given) rmSync(home, { recursive: true, force: true })
    },
  }
}

const giveRoom = async (home: string): Promise<void> => {
  const first = await startEmbeddedPostgres({ home, port: 0, durability: 'durable' })
  const admin = new pg.Client({ connectionString: first.adminUrl })
  await admin.connect()
  for (const [name, value] of Object.entries(room)) await admin.query(`alter system set ${name} = '${value}'`)
  await admin.end()
  await first.stop()
}
