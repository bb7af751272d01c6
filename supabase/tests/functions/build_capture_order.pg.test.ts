// The order under load: many writers, some that change their mind, some that commit late, and a reader who polls.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { aDatabase } from '@wedsync/postgres/testing'
import { expect, test } from 'vitest'
import { aCompany, insertRows } from '../testing/a-company.ts'

const { admin, adminUrl } = await aDatabase()

test('positions rise in commit order without a gap, and a reader who polls them misses nothing', async () => {
  const { id: organization, weddings } = await aCompany(admin)
  const items = Array.from({ length: 40 }, () => randomUUID())
  await insertRows(admin, 'timeline_items', items.map((id) => ({ id, organization_id: organization, client_id: weddings[0], title: 'x', kind: 'music', duration_min: 1, anchor: 'soft', compressible: false, participant_ids: [], guest_visible: false, key_moment: false, locked: false, status: 'planned' }))) // prettier-ignore
  const start = await headOf(organization)

  let isWriting = true
  const seen: number[] = []
  const reader = (async () => {
    for (let last = start, isLast = false; !isLast;) {
      isLast = !isWriting
      const { rows } = await admin.query<{ position: string }>(
        'select position from sync.history where organization_id = $1 and position > $2 order by position',
        [organization, last],
      )
      seen.push(...rows.map(({ position }) => Number(position)))
      last = seen.at(-1) ?? start
      await sleep(1)
    }
  })()

  let rolledBack = 0
  const writer = async (nth: number) => {
    const tx = await admin.connect()
    for (let round = 0; round < 12; round++) {
      await tx.query('begin')
      // each writer keeps to its own items: they meet at the clock alone
      const mine = items.filter((_, index) => index % 8 === nth)
      await tx.query('update timeline_items set title = $2 where id = any ($1)', [mine.slice(0, 1 + (round % 5)), `${nth}.${round}`]) // prettier-ignore
      if (round % 3 === 0) await sleep((nth * 7 + round) % 11)
      if (round % 4 === 1) await tx.query('insert into notes (id, organization_id, client_id, body) values ($1, $2, $3, $4)', [randomUUID(), organization, weddings[0], 'x']) // prettier-ignore
      const isGood = round % 5 !== 4
      if (!isGood) rolledBack += 1
      await tx.query(isGood ? 'commit' : 'rollback')
    }
    tx.release()
  }
  await Promise.all(Array.from({ length: 8 }, (_, nth) => writer(nth)))
  isWriting = false
  await reader

  const head = await headOf(organization)
  expect(rolledBack).toBe(16)
  expect(head - start).toBeGreaterThan(150)
  expect(seen).toEqual(Array.from({ length: head - start }, (_, nth) => start + nth + 1))
  const { rows } = await admin.query<{ position: string }>('select max(position) as position from sync.marks where organization_id = $1', [organization]) // prettier-ignore
  expect(Number(rows[0]!.position)).toBe(head)
})

test('two transactions in psql that wait for each other: one is told, the other goes on', async () => {
  const { id: organization, weddings } = await aCompany(admin)
  const [one, two] = [await admin.connect(), await admin.connect()]
  const rename = (wedding: string, names: string) => ({ text: 'update clients set names = $2 where id = $1', values: [wedding, names] }) // prettier-ignore
  await one.query('begin')
  await two.query('begin')
  const heldBefore = await headOf(organization)
  await one.query(rename(weddings[0], 'one'))
  // has its row, waits for the clock that the first one holds
  const waiting = two.query(rename(weddings[1], 'two')).then(() => 'done', codeOf)
  await untilWaiting()
  const crossing = one.query(rename(weddings[1], 'one')).then(() => 'done', codeOf)
  expect([await waiting, await crossing].sort()).toEqual(['40P01', 'done'])
  await Promise.all([one.query('commit'), two.query('commit')])
  one.release()
  two.release()
  expect(await headOf(organization)).toBeGreaterThan(heldBefore)
})

test('statements on one record each, from many sides, never wait crosswise', async () => {
  const { id: organization, weddings } = await aCompany(admin)
  const before = await headOf(organization)
  const outcomes = await Promise.allSettled(
    Array.from({ length: 60 }, (_, nth) =>
      admin.query('update clients set notes = $2 where id = $1', [weddings[nth % 2], String(nth)]),
    ),
  )
  expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([])
  expect(await headOf(organization)).toBe(before + 60)
})

const headOf = async (id: string): Promise<number> =>
  Number((await admin.query<{ head: string }>('select head from sync.clock where organization_id = $1', [id])).rows[0]!.head) // prettier-ignore

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code)

const untilWaiting = async () => {
  const database = new URL(adminUrl).pathname.slice(1)
  for (let tries = 0; tries < 400; tries++) {
    const { rowCount } = await admin.query(`select from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'`, [database]) // prettier-ignore
    if (rowCount) return
    await sleep(5)
  }
  throw new Error('nobody waits')
}
