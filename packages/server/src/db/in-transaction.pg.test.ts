import { aDatabase } from '@wedsync/postgres/testing'
import { expect, test } from 'vitest'
import { atTheEnd } from '../testing/a-wedding.ts'
import { isDatabaseAway } from './database-errors.ts'
import { inSnapshot, inTransaction } from './in-transaction.ts'
import { createPool } from './pool.ts'

const { serverUrl } = await aDatabase()
const pool = createPool(serverUrl, () => undefined, 1)
atTheEnd(() => pool.end())

test('[P14] a transaction that takes too long is ended, leaves nothing locked, and its place is free again', async () => {
  const lingers = (wait: () => Promise<unknown>) =>
    inTransaction(pool, async (tx) => {
      await tx.query('select pg_advisory_xact_lock(4711)')
      await wait()
      await tx.query('select 1')
    }, 'begin', 150) // prettier-ignore
  const asleep = await lingers(() => new Promise((later) => setTimeout(later, 400))).catch((thrown: unknown) => thrown)
  expect(isDatabaseAway(asleep)).toBe(true)
  const free = await inTransaction(pool, async (tx) => {
    const { rows } = await tx.query<{ free: boolean }>('select pg_try_advisory_xact_lock(4711) as free')
    return rows[0]!.free
  })
  expect(free).toBe(true)
})

test('a snapshot sees nothing of what commits meanwhile, and writes nothing', async () => {
  const wide = createPool(serverUrl, () => undefined, 2)
  atTheEnd(() => wide.end())
  await expect(inSnapshot(wide, (tx) => tx.query('create temporary table t ()'))).rejects.toThrow('read-only')
  const [isolation] = await inSnapshot(wide, async (tx) => (await tx.query<object>('show transaction_isolation')).rows)
  expect(isolation).toEqual({ transaction_isolation: 'repeatable read' })
})
