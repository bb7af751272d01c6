// Runs a step as the server would for one person: the server's own role, one transaction, their claims, their database role.
// Nothing of it stays unless it is told to commit.
import type pg from 'pg'

export const asPerson = async <Answer>(
  server: pg.Pool,
  claims: string,
  step: (tx: pg.PoolClient, role: string) => Promise<Answer>,
  end: 'rollback' | 'commit' = 'rollback',
): Promise<Answer> => {
  const tx = await server.connect()
  try {
    await tx.query('begin')
    const { rows } = await tx.query<{ role: string }>('select sync.assume_caller($1) as role', [claims])
    const answer = await step(tx, rows[0]!.role)
    await tx.query(end)
    return answer
  } catch (error) {
    await tx.query('rollback')
    throw error
  } finally {
    tx.release()
  }
}
