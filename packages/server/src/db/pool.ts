// A pool of connections to the database, with the time-outs that bound every transaction of the server.
import pg from 'pg'

/** Connections: together about four a core, beyond that two cores only lose (measured). Reads have their own, so that
 * pulls do not starve behind pushes that wait for the clock. */
export const poolSizes = { writes: 6, reads: 3 } as const
/** Milliseconds until a request that gets no connection is told to come back. */
const connectTimeoutMs = 10_000
/** What the longest transaction may take: a batch needs milliseconds, a stuck one must not hold the clock. */
export const transactionTimeouts = {
  statement_timeout: 5000,
  lock_timeout: 2000,
  idle_in_transaction_session_timeout: 10_000,
} as const

export type Database = pg.Pool
export type Session = pg.PoolClient

export const createPool = (url: string, onIdleError: (error: Error) => void, max: number): Database => {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: 'wedsync',
    ...transactionTimeouts,
  })
  // an idle connection was lost: the pool replaces it, and a request that needs one hears of it by itself
  pool.on('error', onIdleError)
  return pool
}
