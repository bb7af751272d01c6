// Joins the engine to the wedding: the one place that knows both. Takes configuration and database; hands back the API.
import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { createServer } from '@wedsync/server'
import { allCollections, weddingSchemas } from '@wedsync/wedding'
import { demoAccounts } from '@wedsync/wedding/demo'
import type { Config } from './config.ts'
import { migrationsFolder, type Database } from './open-database.ts'

/** A query that does not come back must not keep us: the database ends it when it stops. */
const closeMs = 1000

export const createJoinedApi = async (config: Config, database: Database) => {
  const { tokens, isDemo, rateLimitPerMinute, metricsToken, logLevel } = config
  const server = await createServer({
    databaseUrl: database.serverUrl,
    collections: allCollections,
    schemas: weddingSchemas,
    tokens,
    demoPeople: isDemo ? demoAccounts() : null,
    rateLimitPerMinute,
    lastMigration: lastMigrationHere(),
    metricsToken: metricsToken ?? null,
    logLevel,
  })
  const { api, endStreams } = server
  return { api, endStreams, close: () => Promise.race([server.close(), sleep(closeMs)]) }
}

const lastMigrationHere = (): string =>
  readdirSync(migrationsFolder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .at(-1)!
    .slice(0, 14)
