// Takes the configuration; hands back a database that is up to date, with two addresses: the admin's, for migrations and
// demo data, and the server's, whose role owns nothing and cannot pass by row level security.  Keeps P7.
import { createHmac } from 'node:crypto'
import { realpathSync } from 'node:fs'
import path from 'node:path'
import {
  canLogIn,
  grantServerLogin,
  migrate,
  PostgresProblem,
  serverRole,
  serverUrlFor,
  startEmbeddedPostgres,
} from '@wedsync/postgres'
import type { Config } from './config.ts'

export type Database = {
  adminUrl: string
  serverUrl: string
  /** The server's own address past a transaction pooler: LISTEN needs one. */
  serverDirectUrl: string
  stop: () => Promise<void>
  stopNow: () => Promise<void>
  /** Turns an error that is about the embedded database's files into a sentence; hands back anything else. */
  explain: (error: unknown) => unknown
}

export const openDatabase = async (config: Config, migrations: string): Promise<Database> => {
  if (config.database) return openGiven(config.database, config, migrations)
  const embedded = await startEmbeddedPostgres({ home: config.home })
  try {
    const { adminUrl, folder, stop, stopNow, explain } = embedded
    if (!folder.startsWith(realpathSync(config.home)))
      console.log(`The database keeps its files in ${folder}: the user it runs as may not enter ${config.home}.`)
    await migrate(adminUrl, migrations)
    const serverUrl = await grantServerLogin(adminUrl, serverPassword(new URL(adminUrl).password))
    return { adminUrl, serverUrl, serverDirectUrl: serverUrl, stop, stopNow, explain }
  } catch (error) {
    await embedded.stop()
    throw embedded.explain(error)
  }
}

const openGiven = async (
  { url, directUrl }: NonNullable<Config['database']>,
  { tokens }: Config,
  migrations: string,
): Promise<Database> => {
  await migrate(directUrl, migrations)
  const notOurs = {
    stop: () => Promise.resolve(),
    stopNow: () => Promise.resolve(),
    explain: (error: unknown) => error,
  }
  // whoever gave the role its password and hands us its address keeps us from the admin's rights altogether
  if (isServerRole(url))
    return {
      adminUrl: directUrl,
      serverUrl: url,
      serverDirectUrl: isServerRole(directUrl) ? directUrl : url,
      ...notOurs,
    }

  const key = decodeURIComponent(new URL(url).password) || tokens.secret
  if (!key)
    throw new PostgresProblem(
      `DATABASE_URL carries no password to derive the one of ${serverRole} from: name a user with a password, or set JWT_SECRET.`,
    )
  const password = serverPassword(key)
  const serverUrl = serverUrlFor(url, password)
  if (!(await canLogIn(serverUrl))) await grantServerLogin(directUrl, password)
  return { adminUrl: directUrl, serverUrl, serverDirectUrl: serverUrlFor(directUrl, password), ...notOurs }
}

/** Derived, not made up: every server that shares a database comes to the same one, and none has to keep it. */
const serverPassword = (key: string): string =>
  createHmac('sha256', key).update(`login of ${serverRole}`).digest('base64url')

const isServerRole = (url: string): boolean => decodeURIComponent(new URL(url).username).split('.')[0] === serverRole

export const migrationsFolder = path.resolve(import.meta.dirname, '../../../supabase/migrations')
