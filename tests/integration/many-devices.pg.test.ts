// 20 devices that send all at once, 200 batches between them, people at psql who commit late and lock crosswise, readers who pull all the while.
import { serve, type ServerType } from '@hono/node-server'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { aDatabase } from '@wedsync/postgres/testing'
import type { JsonObject } from '@wedsync/protocol'
import { afterAll, expect, test } from 'vitest'
import {
  agency,
  aWedding,
  load,
  recordOf,
  type Answer,
  type Sent,
} from '../../packages/server/src/testing/a-wedding.ts'

const devices = 20
const batchesEach = 10
const changesEach = 4
const database = await aDatabase()
// two who wait crosswise are noticed after a second unless told otherwise: here that is most of what there is to wait for
await database.admin.query(
  `alter database ${new URL(database.adminUrl).pathname.slice(1)} set deadlock_timeout = '50ms'`,
)
await load(database, agency)
const wedding = await aWedding({ database })
const listening = await new Promise<ServerType>((open) => {
  const made = serve({ fetch: wedding.server.api.fetch, port: 0, hostname: '127.0.0.1' }, () => open(made))
})
afterAll(() => void listening.close())
const { port } = listening.address() as { port: number }
const overHttp = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init)
const phones = Array.from({ length: devices }, (_, nth) =>
  wedding.phoneOf(nth % 2 ? 'assistant' : 'planner', { fetch: overHttp }),
)
const readers = [
  wedding.phoneOf('owner', { fetch: overHttp }),
  wedding.phoneOf('assistant', { fetch: overHttp }),
  wedding.phoneOf('planner', { fetch: overHttp }),
]
const { scope } = recordOf('timeline_items')
const items = Array.from({ length: 40 }, (_, nth) => recordOf('timeline_items', nth))
const statuses: number[] = []

test(
  '[P1] [P5] many at once: no gap, no deadlock that reaches a device, one receipt each, all agree in the end',
  { timeout: 120_000 },
  async () => {
    await Promise.all(phones.map((phone) => phone.hears()))
    const work = { isOver: false }
    const reading = readers.map((phone, nth) => readsOn(phone, 7 + 20 * nth, work))
    const typing = [0, 1].map((nth) => typesOn(nth, work))
    const ordering = watchesOrder(work)

    const sent: { phone: number; batch: Sent[]; answer: Answer }[] = []
    await Promise.all(
      phones.map(async (phone, nth) => {
        for (let turn = 0; turn < batchesEach; turn += 1) {
          const batch = batchOf(phone, nth, turn)
          const answer = await untilAnswered(() => phone.sends(batch))
          sent.push({ phone: nth, batch, answer })
        }
      }),
    )
    work.isOver = true
    await Promise.all(reading)
    const typed = await Promise.all(typing)
    const { seen, gaps } = await ordering

    // every change, exactly one receipt
    for (const { batch, answer } of sent) {
      const { processed, failures, conflicts } = answer.body
      const waiting = conflicts.filter(({ status }) => status === 'pending')
      const told = [...processed, ...failures, ...waiting].map(({ changeId }) => changeId)
      expect(told.sort()).toEqual(batch.map(({ changeId }) => changeId).sort())
      expect(failures).toEqual([])
    }
    expect(sent).toHaveLength(devices * batchesEach)
    const [ledger] = await wedding.sql<{ n: string }>('select count(*) as n from public.offline_sync_queue')
    expect(Number(ledger!.n)).toBe(devices * batchesEach * changesEach)
    expect(statuses.filter((status) => status >= 500)).toEqual([])

    // positions: unique, without holes, rising as they are committed
    const [order] = await wedding.sql<{ rows: string; distinct: string; head: string }>(
      `select count(*) as rows, count(distinct position) as distinct, (select head from sync.clock) as head from sync.history`,
    )
    expect(order!.distinct).toBe(order!.rows)
    expect(gaps).toEqual([])
    expect(seen).toBeGreaterThan(5)
    expect(typed.reduce((sum, { commits }) => sum + commits, 0)).toBeGreaterThan(4)

    // whoever pulled all the while holds what stands, field by field
    const stands = await everything()
    for (const phone of [...readers, ...phones.slice(0, 4)]) {
      await phone.hears()
      for (const table of ['timeline_items', 'notes'])
        expect(
          Object.fromEntries(
            [...phone.held].filter(([, one]) => one.table === table).map(([key, { data }]) => [key, data]),
          ),
        ).toEqual(stands[table])
    }

    // everything once more: the same receipts, and nothing moves
    const before = await wedding.traces()
    await Promise.all(
      phones.map(async (phone, nth) => {
        // all of its changes at once: batches have no borders that a receipt would know
        const own = sent.filter((one) => one.phone === nth)
        const again = await untilAnswered(() => phone.sends(own.flatMap(({ batch }) => batch)))
        expect(receiptsOf([again])).toEqual(receiptsOf(own.map(({ answer }) => answer)))
      }),
    )
    expect(await wedding.traces()).toEqual(before)
  },
)

const receiptsOf = (answers: Answer[]) => ({
  processed: answers.flatMap(({ body }) => body.processed),
  conflicts: answers.flatMap(({ body }) => body.conflicts),
  failures: answers.flatMap(({ body }) => body.failures),
})

/** One or two edits of what everybody edits, each from what the phone saw at the start, and new notes. */
const batchOf = (phone: (typeof phones)[number], nth: number, turn: number): Sent[] => {
  const word = `${nth}/${turn}`
  const [one, other] = [items[(nth * 7 + turn * 3) % items.length]!, items[(nth * 5 + turn * 11 + 1) % items.length]!]
  const edits = [
    phone.edits(one, { title: `title ${word}`, location: `place ${word}` }),
    phone.edits(other, { internal_note: `note ${word}` }),
  ]
  const notes = Array.from({ length: changesEach - edits.length }, (_, n) =>
    phone.creates('notes', { client_id: scope, body: `${word}/${n}` }),
  )
  return turn % 2 ? [...notes, ...edits] : [...edits, ...notes]
}

/** As a device does: an answer to come back later is not an error, but it is counted. */
const untilAnswered = async (send: () => Promise<Answer>): Promise<Answer> => {
  for (let tries = 1; ; tries += 1) {
    const answer = await send()
    statuses.push(answer.status)
    if (answer.status === 200 || tries === 10) return answer
    await sleep(200)
  }
}

const readsOn = async (phone: (typeof phones)[number], pullLimit: number, work: { isOver: boolean }) => {
  while (!work.isOver) {
    statuses.push((await phone.hears(pullLimit)).status)
    await sleep(60)
  }
}

/** Somebody at psql: a long transaction over the same rows as everybody's, forwards and backwards, committed late. */
const typesOn = async (nth: number, work: { isOver: boolean }) => {
  const session = new pg.Client({ connectionString: wedding.database.adminUrl })
  await session.connect()
  let [commits, aborts] = [0, 0]
  for (let turn = 0; !work.isOver; turn += 1) {
    const some = [0, 1, 2].map((step) => items[(turn * 3 + step * 5) % items.length]!.id).sort()
    const ids = (nth + turn) % 2 ? some : [...some].reverse()
    try {
      await session.query('begin')
      for (const id of ids) {
        await session.query('update public.timeline_items set cue = $2 where id = $1', [id, `psql ${nth}/${turn}`])
        await sleep(10)
      }
      await session.query('insert into public.notes (id, organization_id, client_id, body) values ($1, $2, $3, $4)', [
        ...[randomUUID(), agency.organization.id, scope, `psql ${nth}/${turn}`],
      ])
      await sleep(50 + ((turn * 67 + nth * 31) % 250))
      await session.query('commit')
      commits += 1
    } catch (error) {
      // PostgreSQL gave up on one of two who waited crosswise: psql is told
      expect((error as { code?: string }).code).toBe('40P01')
      aborts += 1
      await session.query('rollback')
    }
    await sleep(1200)
  }
  await session.end()
  return { commits, aborts }
}

/** Looks at history again and again: what was there stays, and nothing turns up below what was seen. */
const watchesOrder = async (work: { isOver: boolean }) => {
  let [last, seen] = [0, 0]
  const gaps: string[] = []
  while (!work.isOver) {
    const [now] = await wedding.sql<{ head: string; rows: string; highest: string; earlier: string }>(
      `select (select head from sync.clock) as head, count(*) as rows, coalesce(max(position), 0) as highest,
              count(*) filter (where position <= $1) as earlier from sync.history`,
      [last],
    )
    if (known.has(last) && Number(now!.earlier) !== known.get(last))
      gaps.push(`${now!.earlier} up to ${last}, were ${known.get(last)!}`)
    if (Number(now!.highest) > last) seen += 1
    last = Number(now!.highest)
    known.set(last, Number(now!.rows))
    await sleep(40)
  }
  return { seen, gaps }
}
const known = new Map<number, number>()

const everything = async (): Promise<Record<string, Record<string, JsonObject>>> => {
  const found: Record<string, Record<string, JsonObject>> = {}
  for (const table of ['timeline_items', 'notes']) {
    const [query] = await wedding.sql<{ row_query: string }>(
      `select row_query from sync.role_tables where role = 'owner' and table_name = $1`,
      [table],
    )
    const rows = await wedding.sql<{ id: string; row: JsonObject }>(
      `select n.record_id as id, ${query!.row_query} as row from (select id as record_id from public.${table}) n`,
    )
    found[table] = Object.fromEntries(rows.map(({ id, row }) => [`${table}/${id}`, row]))
  }
  return found
}
