// Takes the address of a database; hands back one session on it, or says in one sentence why there is none. The sentence
// names machine and database, never the password.
import pg from 'pg'
import { PostgresProblem, reasonOf } from './postgres-problem.ts'

export const connect = async (url: string): Promise<pg.Client> => {
  let session: pg.Client
  try {
    session = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  } catch {
    throw new PostgresProblem(
      'The address of the database is no address: it looks like postgres://user:password@host/name.',
    )
  }
  // a session that is cut while nothing runs on it: the next query says so
  session.on('error', () => undefined)
  try {
    await session.connect()
    return session
  } catch (error) {
    const where = `${session.host}:${session.port}/${session.database ?? ''}`
    throw new PostgresProblem(
      `The database at ${where} lets nobody in (${reasonOf(error)}): is it running, and is its address right?`,
      { cause: error },
    )
  }
}
