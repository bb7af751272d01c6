import { aDatabase } from '@wedsync/postgres/testing'
import { describe, expect, test } from 'vitest'
import { atTheEnd } from '../testing/a-wedding.ts'
import { isDatabaseAway } from './database-errors.ts'
import { inTransaction } from './in-transaction.ts'
import { createPool, type Database } from './pool.ts'

const { serverUrl, admin } = await aDatabase()

/** One connection, and little patience for answers. */
const aPool = () => {
  const pool = createPool(`${serverUrl}?query_timeout=300`, () => undefined, 1)
  atTheEnd(() => pool.end())
  return pool
}
const processOf = async (database: Pick<Database, 'query'>): Promise<number> =>
  (await database.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid
const saysLate = `select pg_sleep(1), 'late' as answer`

describe('[P14] an answer that does not come', () => {
  test('is given up, and its connection with it: no late answer meets a later question', async () => {
    const pool = aPool()
    const before = await processOf(pool)
    const late = await pool.query(saysLate).catch((thrown: unknown) => thrown)
    expect(isDatabaseAway(late)).toBe(true)
    expect((await pool.query<{ answer: string }>(`select 'mine' as answer`)).rows).toEqual([{ answer: 'mine' }])
    expect(await processOf(pool)).not.toBe(before)
  })

  test('in a transaction, too: nothing more is asked on it, not even to roll back', async () => {
    const pool = aPool()
    const asked: string[] = []
    let before = 0
    const late = inTransaction(pool, async (tx) => {
      before = await processOf(tx)
      const { query } = tx
      tx.query = (question) => {
        asked.push(question as string)
        return query.call(tx, question) as never
      }
      await tx.query(saysLate)
    })
    expect(isDatabaseAway(await late.catch((thrown: unknown) => thrown))).toBe(true)
    expect(asked).toEqual([saysLate])
    expect(await processOf(pool)).not.toBe(before)
  })
})

test('a connection that is cut while somebody holds it, and asks nothing, ends no process', async () => {
  const pool = aPool()
  const session = await pool.connect()
  await admin.query('select pg_terminate_backend($1)', [await processOf(session)])
  await new Promise((later) => setTimeout(later, 100))
  expect(isDatabaseAway(await session.query('select 1').catch((thrown: unknown) => thrown))).toBe(true)
  session.release(true)
  expect(await processOf(pool)).toBeGreaterThan(0)
})

test('all connections can be given up at once: whoever waits hears so, and the next gets a new one', async () => {
  const pool = aPool()
  const waiting = pool.query('select pg_sleep(0.2)').catch((thrown: unknown) => thrown)
  await expect.poll(() => pool.totalCount).toBe(1)
  await new Promise((later) => setTimeout(later, 50))
  pool.cutOff()
  expect(isDatabaseAway(await waiting)).toBe(true)
  expect(await processOf(pool)).toBeGreaterThan(0)
})
