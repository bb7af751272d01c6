// Whether this server can serve: it reaches its database, and the database has every migration this server knows.
import { callLastMigration } from '../db/call-sql.ts'
import type { Database } from '../db/pool.ts'

export type Readiness = {
  isReady: boolean
  database: 'reachable' | 'away'
  migrations: 'current' | 'behind' | 'unknown'
}

export const createReadReadiness = (database: Database, lastMigration: string) => async (): Promise<Readiness> => {
  try {
    const seen = await callLastMigration(database)
    if (seen === '') return { isReady: true, database: 'reachable', migrations: 'unknown' }
    const isCurrent = seen >= lastMigration
    return { isReady: isCurrent, database: 'reachable', migrations: isCurrent ? 'current' : 'behind' }
  } catch {
    return { isReady: false, database: 'away', migrations: 'unknown' }
  }
}
