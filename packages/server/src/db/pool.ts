// A pool of connections to the database, with the time-outs that bound every transaction of the server, on its side and on
// ours: whatever happens to a question, it ends. A connection that owes an answer is never used again.
import pg from 'pg'
import { answerMsMax, connectMsMax, keepAliveAfterMs, transactionTimeouts } from '../limits.ts'
import { createSockets } from './create-sockets.ts'

/** What can be asked. */
export type Asks = {
  query: <Row extends pg.QueryResultRow>(asked: string | pg.QueryConfig) => Promise<pg.QueryResult<Row>>
}

/** One connection, until it is given back. */
export type Session = Asks & { release: (broken?: Error | boolean) => void; end: () => Promise<void> }
export type Database = Asks & { connect: () => Promise<Session>; end: () => Promise<void> }
export type Pool = pg.Pool & {
  /** Gives up every connection there is: whoever waits for an answer hears at once that none comes. */
  cutOff: () => void
}

export const createPool = (url: string, onIdleError: (error: Error) => void, max: number): Pool => {
  const sockets = createSockets()
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: connectMsMax,
    query_timeout: answerMsMax,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveAfterMs,
    application_name: 'wedsync',
    stream: sockets.make,
    ...transactionTimeouts,
  })
  // an idle connection was lost: the pool replaces it, and a request that needs one hears of it by itself
  pool.on('error', onIdleError)
  // one that is in use, too: its question fails, and with nobody to hear this the process would end
  pool.on('connect', (session) => void session.on('error', () => undefined))
  return Object.assign(pool, { cutOff: sockets.destroyAll })
}
