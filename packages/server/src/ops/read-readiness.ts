// Whether this server can serve: it reaches its database, and the database has every migration this server knows. Whoever asks
// while somebody's question is under way gets the same answer: anybody may ask, as often as they like.
import { SentHome } from '../admission/sent-home.ts'
import { callLastMigration } from '../db/call-sql.ts'
import type { Database } from '../db/pool.ts'

export type Readiness = {
  isReady: boolean
  database: 'reachable' | 'away'
  migrations: 'current' | 'behind' | 'unknown'
  /** What is wrong, for whoever is on call; null while nothing is. */
  reason: string | null
}

export const createReadReadiness = (
  database: Database,
  lastMigration: string,
  breaker: { openForSeconds: () => number },
): (() => Promise<Readiness>) => {
  const read = async (): Promise<Readiness> => {
    try {
      const seen = await callLastMigration(database)
      if (seen === '') return { isReady: true, database: 'reachable', migrations: 'unknown', reason: null }
      if (seen >= lastMigration) return { isReady: true, database: 'reachable', migrations: 'current', reason: null }
      return { isReady: false, database: 'reachable', migrations: 'behind', reason: 'Migrations have to be applied.' }
    } catch (thrown) {
      const reason =
        thrown instanceof SentHome
          ? `The database has not answered for ${Math.ceil(breaker.openForSeconds())} seconds; the breaker is open.`
          : 'The database did not answer this question.'
      return { isReady: false, database: 'away', migrations: 'unknown', reason }
    }
  }
  let underWay: Promise<Readiness> | null = null
  return () => (underWay ??= read().finally(() => (underWay = null)))
}
