import { aDatabase } from '@wedsync/postgres/testing'
import { expect, test } from 'vitest'
import { lookEveryMs, lookMsMax } from '../limits.ts'
import { atTheEnd } from '../testing/a-wedding.ts'
import { createBreaker } from './create-breaker.ts'
import { watchDatabase } from './watch-database.ts'

const { serverUrl, admin } = await aDatabase()
const watched = () => {
  const moves: string[] = []
  const breaker = createBreaker({ away: () => new Error('away'), moved: (state) => void moves.push(state) })
  const watch = watchDatabase(serverUrl, breaker)
  atTheEnd(() => watch.stop())
  return { breaker, moves }
}
const sessions = async () => {
  const text = `select pid from pg_stat_activity where application_name = 'wedsync watch' and datname = current_database()`
  return (await admin.query<{ pid: number }>(text)).rows.map(({ pid }) => pid)
}
const rounds = (count: number) => new Promise((later) => setTimeout(later, count * lookEveryMs))

test('its connection is cut: it asks on another, and nobody is told that the database is away', async () => {
  const { moves } = watched()
  await expect.poll(sessions).toHaveLength(1)
  const [first] = await sessions()
  await admin.query('select pg_terminate_backend($1)', [first])
  await expect.poll(async () => (await sessions()).filter((pid) => pid !== first)).toHaveLength(1)
  expect(moves).toEqual([])
})

test('a process that was busy with something else does not take its own silence for that of the database', async () => {
  await admin.query(`create or replace function sync.last_migration() returns text language sql
    as $$ select '20260620180000' from pg_sleep(0.4) $$`)
  const { moves } = watched()
  const isAsked = async () => {
    const text = `select 1 from pg_stat_activity where application_name = 'wedsync watch' and state = 'active'`
    return (await admin.query(`${text} and datname = current_database()`)).rows.length
  }
  await expect.poll(isAsked, { interval: 10 }).toBe(1)
  // the answer comes, and its time is over, before anybody has time to listen
  const until = performance.now() + lookMsMax + 50
  while (performance.now() < until);
  await rounds(2)
  expect(moves).toEqual([])
})
