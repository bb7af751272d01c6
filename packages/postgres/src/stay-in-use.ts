// Takes a database's address; hands back a hold on it. Everyone who uses the embedded PostgreSQL has one, and whoever
// gives up the last stops it: a command that ends never pulls it away from a server that runs, nor the other way round.
// A hold is a shared lock of a session, so a process that is killed leaves none behind.
import pg from 'pg'

export type Hold = {
  /** Gives the hold up; true when nobody else has one, and then nobody new gets one either. */
  release: () => Promise<boolean>
}

const key = `hashtext('wedsync:database in use')`

export const stayInUse = async (adminUrl: string): Promise<Hold> => {
  const session = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000, keepAlive: true })
  // the database may be killed under us; whoever asks next is told then
  session.on('error', () => undefined)
  await session.connect()
  try {
    await session.query(`select pg_advisory_lock_shared(${key})`)
  } catch (error) {
    await session.end().catch(() => undefined)
    throw error
  }
  return {
    async release() {
      try {
        await session.query(`select pg_advisory_unlock_shared(${key})`)
        const { rows } = await session.query<{ alone: boolean }>(`select pg_try_advisory_lock(${key}) as alone`)
        if (rows[0]?.alone) return true
        await session.end()
        return false
      } catch {
        // no database answers any more: nobody can be using it
        return true
      }
    },
  }
}
