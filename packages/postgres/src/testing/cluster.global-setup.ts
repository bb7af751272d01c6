// Once per run of vitest: a throw-away cluster with one migrated database, from which test files take their copies.
import pg from 'pg'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { grantServerLogin } from '../grant-server-login.ts'
import { migrate } from '../migrate.ts'
import { startThrowAwayCluster } from './throw-away-cluster.ts'

export const templateName = 'wedsync_template'
const migrations = path.resolve(import.meta.dirname, '../../../../supabase/migrations')

declare module 'vitest' {
  export interface ProvidedContext {
    wedsyncPostgres: { adminUrl: string; serverUrl: string }
  }
}

export default async function setUpCluster(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await startThrowAwayCluster()
  try {
    await runSql(cluster.adminUrl, `create database ${templateName}`)
    const template = new URL(cluster.adminUrl)
    template.pathname = `/${templateName}`
    await migrate(template.href, migrations)
    const serverUrl = await grantServerLogin(cluster.adminUrl, 'only-for-tests')
    // nobody may be connected to what others copy
    await runSql(cluster.adminUrl, `alter database ${templateName} with allow_connections false is_template true`)
    project.provide('wedsyncPostgres', { adminUrl: cluster.adminUrl, serverUrl })
  } catch (error) {
    await cluster.stop()
    throw error
  }
  return cluster.stop
}

const runSql = async (url: string, sql: string): Promise<void> => {
  const session = new pg.Client({ connectionString: url })
  await session.connect()
  await session.query(sql).finally(() => session.end())
}
