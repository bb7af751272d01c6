// Hands back a fresh, migrated database of the run's cluster, with a pool for the admin and one for the server's role.
// Called at the top of a test file, or inside a test, it is dropped when that file or test ends.
import pg from 'pg'
import { randomBytes } from 'node:crypto'
import { afterAll, inject, onTestFinished, TestRunner } from 'vitest'

export type TestDatabase = {
  adminUrl: string
  serverUrl: string
  /** The superuser: row level security does not hold it. For preparing and for looking behind the curtain. */
  admin: pg.Pool
  /** The role the server connects with. */
  server: pg.Pool
  drop: () => Promise<void>
}

export const aDatabase = async ({ empty = false } = {}): Promise<TestDatabase> => {
  const cluster = inject('wedsyncPostgres')
  const name = `test_${randomBytes(8).toString('hex')}`
  await asAdmin(cluster.adminUrl, `create database ${name} ${empty ? '' : 'template wedsync_template'}`)

  const adminUrl = named(cluster.adminUrl, name)
  const serverUrl = named(cluster.serverUrl, name)
  const admin = aPool(adminUrl)
  const server = aPool(serverUrl)
  let dropped: Promise<void> | undefined
  const dropOnce = async () => {
    await Promise.all([admin.end(), server.end()])
    await asAdmin(cluster.adminUrl, `drop database if exists ${name} with (force)`)
  }
  const drop = () => (dropped ??= dropOnce())
  if (TestRunner.getCurrentTest()) onTestFinished(drop)
  else afterAll(drop)
  return { adminUrl, serverUrl, admin, server, drop }
}

const aPool = (url: string): pg.Pool => {
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  // a test that cuts connections hears of it in its queries
  pool.on('error', () => undefined)
  return pool
}

const named = (url: string, database: string): string => {
  const address = new URL(url)
  address.pathname = `/${database}`
  return address.href
}

const asAdmin = async (url: string, sql: string): Promise<void> => {
  const session = new pg.Client({ connectionString: url })
  await session.connect()
  await session.query(sql).finally(() => session.end())
}
