// One batch as the database sees it, without the server above it: what goes in whole, what comes back open with nothing
// written, what waits for whom, and what is never done twice.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { JsonObject } from '@wedsync/protocol'
import { aDatabase } from '@wedsync/postgres/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { aCompany, insertRows, type Person } from '../testing/a-company.ts'
import { aRunSheet, noteOf, seenBy, sent, type RunSheet } from '../testing/a-run-sheet.ts'
import { asPerson } from '../testing/as-person.ts'
import { asSent, ledTo, type LedTo, type SentChange, type SentGroup } from '../testing/as-sent.ts'

type Answer = { settled?: LedTo[]; runs?: number[]; open?: boolean; stored?: JsonObject[]; known?: Record<string, JsonObject>; reset?: string; stranger?: boolean; order?: JsonObject } // prettier-ignore

const { admin, server } = await aDatabase()
const { versionOf, itemIs, ledger, everythingOf } = seenBy(admin)
let { company, planner, items } = {} as RunSheet

beforeEach(async () => {
  ;({ company, planner, items } = await aRunSheet(admin))
})

const updates = (table: string, ...changes: SentChange[]): SentGroup => ({
  table,
  action: 'update',
  fields: [],
  changes,
})
const creates = (table: string, ...changes: SentChange[]): SentGroup => ({ table, action: 'create', fields: Object.keys(changes[0]!.data).sort(), changes }) // prettier-ignore
const aNote = (body: string): JsonObject => noteOf(company, body)

const envelope = (groups: SentGroup[], more: object = {}) => JSON.stringify({ batchId: randomUUID(), deviceId: randomUUID(), sessionId: 's', cursor: null, device: {}, isPlain: true, groups: groups.map(asSent), ...more }) // prettier-ignore
const receive = async (db: pg.Pool | pg.PoolClient, who: Person, text: string): Promise<Answer> =>
  JSON.parse((await db.query<{ answer: string }>('select sync.receive_batch($1, $2) as answer', [who.claims, text])).rows[0]!.answer) as Answer // prettier-ignore
const process = async (groups: SentGroup[], who = planner): Promise<Answer> => {
  const { runs, ...answer } = await receive(server, who, envelope(groups))
  return runs ? { ...answer, settled: ledTo(groups, { runs })! } : answer
}

const everything = (): Promise<unknown> => everythingOf(company)
const codeOf = (error: unknown): string => String((error as { code?: unknown }).code)

describe('a batch of which nothing is contested', () => {
  test('goes in whole, over several tables, with a receipt and a ledger row for each change', async () => {
    const [one, two] = items as [string, string]
    const moved = sent(one, { title: 'Cake at last' }, { baseVersion: await versionOf(one), base: { title: 'Cake' } })
    const still = sent(two, { title: 'Cake' }, { baseVersion: await versionOf(two) })
    const made = sent(randomUUID(), aNote('rain'))
    const { settled } = await process([updates('timeline_items', moved, still), creates('notes', made)])

    expect(new Map(settled!.map(([id, version, hasMoved]) => [id, { version, hasMoved }]))).toEqual(
      new Map([
        [moved.changeId, { version: await versionOf(one), hasMoved: true }],
        [still.changeId, { version: await versionOf(two), hasMoved: false }],
        [made.changeId, { version: await versionOf(made.id), hasMoved: true }],
      ]),
    )
    expect(await itemIs(one)).toMatchObject({ title: 'Cake at last' })
    const rows = await ledger(moved.changeId, still.changeId, made.changeId)
    expect(rows.map(({ outcome, status }) => [outcome, status]).sort()).toEqual([['already_applied', 'completed'], ['applied', 'completed'], ['applied', 'completed']]) // prettier-ignore
    expect(new Set(rows.map((row) => row['user_id']))).toEqual(new Set([planner.userId]))
  })

  test('leaves who, from where and by which change in history', async () => {
    const [id] = items as [string]
    const change = sent(id, { location: 'garden' }, { baseVersion: await versionOf(id) })
    const deviceId = randomUUID()
    await receive(server, planner, envelope([updates('timeline_items', change)], { deviceId }))
    const { rows } = await admin.query('select user_id, role, device_id, change_id from sync.history where record_id = $1 order by position desc limit 1', [id]) // prettier-ignore
    expect(rows).toEqual([{ user_id: planner.userId, role: 'app_planner', device_id: deviceId, change_id: change.changeId }]) // prettier-ignore
  })

  // found by the simulation, seed 103981
  test('[P9] is behind a mark also where everything stood there already: a server that lost the answer is noticed', async () => {
    const [id] = items as [string]
    const order = async () => (await admin.query<{ head: string; marks: string }>('select c.head, (select count(*) from sync.marks m where m.organization_id = $1 and m.position = c.head) as marks from sync.clock c where c.organization_id = $1', [company.id])).rows[0]! // prettier-ignore
    const before = await order()
    const version = await versionOf(id)
    const { settled, order: told } = await process([updates('timeline_items', sent(id, { title: 'Cake' }, { baseVersion: version }))]) // prettier-ignore
    expect(settled).toEqual([[expect.any(String), version, false]])
    expect(await order()).toEqual({ head: String(Number(before.head) + 1), marks: '1' })
    expect(told).toMatchObject({ head: Number(before.head) + 1, mark_at: Number(before.head) + 1 })
    expect(await versionOf(id)).toBe(version)
  })

  test('[P3] of changes that find their values in place, each is told where its own record stands, however it is planned', async () => {
    const placed = await Promise.all(items.map(async (id) => ({ id, version: await versionOf(id) })))
    const orders = [placed, placed.toReversed(), [3, 0, 5, 1, 4, 2].map((nth) => placed[nth]!)]
    for (const without of ['nestloop', 'nestloop, mergejoin', 'nestloop, hashjoin', 'hashjoin, mergejoin'])
      for (const order of orders) {
        const changes = order.map(({ id, version }) => sent(id, { title: 'Cake' }, { baseVersion: version }))
        const session = await server.connect()
        for (const kind of without.split(', ')) await session.query(`set enable_${kind} = off`)
        const { settled } = await receive(session, planner, envelope([updates('timeline_items', ...changes)]))
        session.release(true)

        const own = new Map(changes.map(({ changeId }, nth) => [changeId, order[nth]!.version]))
        expect(new Map(settled!.map(([changeId, version]) => [changeId, version]))).toEqual(own)
        const rows = await ledger(...own.keys())
        expect(new Map(rows.map((row) => [row['change_id'], row['version']]))).toEqual(own)
      }
  })
})

describe('a batch that somebody has to decide about comes back open, and nothing is written', () => {
  const clean = async () => updates('timeline_items', sent(items[0]!, { location: 'hall' }, { baseVersion: await versionOf(items[0]!) })) // prettier-ignore

  test.each<[string, () => Promise<SentGroup[]>]>([
    [
      'a field that moved since',
      async () => {
        const base = await versionOf(items[1]!)
        await admin.query(`update timeline_items set title = 'Pie' where id = $1`, [items[1]])
        return [await clean(), updates('timeline_items', sent(items[1]!, { title: 'Tart' }, { baseVersion: base }))]
      },
    ],
    [
      'a field of its group that moved since',
      async () => {
        const base = await versionOf(items[1]!)
        await admin.query(`update timeline_items set duration_min = 90 where id = $1`, [items[1]])
        return [await clean(), updates('timeline_items', sent(items[1]!, { planned_start: '2026-06-20T12:00' }, { baseVersion: base }))] // prettier-ignore
      },
    ],
    ['a base that does not stand', async () => [await clean(), updates('timeline_items', sent(items[1]!, { title: 'Tart' }, { baseVersion: await versionOf(items[1]!), base: { title: 'Pie' } }))]], // prettier-ignore
    ['a version the record has not reached', async () => [await clean(), updates('timeline_items', sent(items[1]!, { title: 'Tart' }, { baseVersion: 9999 }))]], // prettier-ignore
    ['no base version', async () => [await clean(), updates('timeline_items', sent(items[1]!, { title: 'Tart' }))]],
    ['a record nobody knows', async () => [await clean(), updates('timeline_items', sent(randomUUID(), { title: 'x' }, { baseVersion: 1 }))]], // prettier-ignore
    ['a field that is given once', async () => [updates('timeline_items', sent(items[1]!, { client_id: company.weddings[1] }, { baseVersion: await versionOf(items[1]!) }))]], // prettier-ignore
    ['a field nobody knows', async () => [updates('timeline_items', sent(items[1]!, { organization_id: company.id }, { baseVersion: await versionOf(items[1]!) }))]], // prettier-ignore
    ['a wedding that is not theirs', async () => [await clean(), updates('clients', sent(company.weddings[1], { names: 'x' }, { baseVersion: await versionOf(company.weddings[1]) }))]], // prettier-ignore
    ['a create of what is there', async () => [await clean(), creates('notes', sent(items[0]!, aNote('x'))), creates('timeline_items', sent(items[0]!, { client_id: company.weddings[0], title: 'x' }))]], // prettier-ignore
    ['a create of what has been there', async () => {
      await admin.query('delete from timeline_items where id = $1', [items[5]])
      return [await clean(), creates('timeline_items', sent(items[5]!, { client_id: company.weddings[0], title: 'x' }))]
    }], // prettier-ignore
    ['a create this role may not make', async () => [await clean(), creates('memberships', sent(randomUUID(), { user_id: planner.userId, person_id: planner.personId, role: 'owner' }))]], // prettier-ignore
  ])('%s', async (_, make) => {
    const groups = await make()
    const before = await everything()
    expect(await process(groups)).toEqual({ open: true })
    expect(await everything()).toEqual(before)
  })

  test('a change of another organization', async () => {
    const foreign = await aCompany(admin)
    const before = await everything()
    expect(await process([updates('clients', sent(foreign.weddings[0], { names: 'x' }, { baseVersion: await versionOf(foreign.weddings[0]) }))])).toEqual({ open: true }) // prettier-ignore
    expect(await everything()).toEqual(before)
  })

  test.each(['venue', 'vendor', 'couple', 'viewer'] as const)('anything of the %s, whose rows and columns are their own', async (role) => {
    const before = await everything()
    expect(await process([await clean()], company.people[role])).toEqual({ open: true })
    expect(await everything()).toEqual(before)
  }) // prettier-ignore

  test('and a stranger hears that they are one', async () => {
    await admin.query('delete from memberships where user_id = $1', [planner.userId])
    expect(await process([await clean()])).toEqual({ stranger: true })
  })

  test('[P9] and a cursor of another history is told before anything is written', async () => {
    const before = await everything()
    const groups = [await clean()]
    expect(await receive(server, planner, envelope(groups, { cursor: { epoch: randomUUID(), markAt: 1, mark: randomUUID() } }))).toHaveProperty('reset') // prettier-ignore
    expect(await everything()).toEqual(before)
  })
})

describe('a batch that is held open for deciding', () => {
  const locks = (ids: string[], more: object = {}) => envelope([], { isPlain: false, changeIds: [], locks: [{ table: 'timeline_items', ids, toDelete: false }], parents: [], ...more }) // prettier-ignore
  const tryLock = (id: string, how: string) => admin.query(`select from timeline_items where id = $1 for ${how} nowait`, [id]).then(() => 'free', codeOf) // prettier-ignore

  test('has its records locked and told, the clock free, and nothing written', async () => {
    const before = await everything()
    const [mine, other] = items as [string, string]
    await asPerson(server, planner.claims, async (tx) => {
      await tx.query('reset role')
      const { open, stored } = await receive(tx, planner, locks([mine]))
      expect(open).toBe(true)
      expect(stored).toMatchObject([{ table: 'timeline_items', id: mine, isVisible: true, isDeleted: false, version: await versionOf(mine), fields: { title: 'Cake' } }]) // prettier-ignore
      expect(await tryLock(mine, 'no key update')).toBe('55P03')
      expect(await tryLock(mine, 'key share')).toBe('free')
      expect(await tryLock(other, 'update')).toBe('free')
      // psql writes another record meanwhile and is not held up
      await admin.query(`update timeline_items set location = 'roof' where id = $1`, [other])
    })
    await admin.query(`update timeline_items set location = null where id = $1`, [other])
    expect(await everything()).toMatchObject({
      items: (before as { items: unknown }).items,
      ledger: '0',
      conflicts: '0',
    })
  })

  test('locks for a delete so that nothing can refer to the record meanwhile', async () => {
    await asPerson(server, planner.claims, async (tx) => {
      await tx.query('reset role')
      await receive(tx, planner, envelope([], { isPlain: false, changeIds: [], locks: [{ table: 'timeline_items', ids: [items[0]], toDelete: true }], parents: [] })) // prettier-ignore
      expect(await tryLock(items[0]!, 'key share')).toBe('55P03')
    })
  })

  test('[P7] tells of what the caller may not see only that it is there', async () => {
    const foreign = await aCompany(admin)
    const hidden = randomUUID()
    await insertRows(admin, 'notes', [{ id: hidden, organization_id: company.id, client_id: company.weddings[0], body: 'CANARY', category: 'idea', priority: 'low', visibility: 'team' }]) // prettier-ignore
    await asPerson(server, company.people.vendor.claims, async (tx) => {
      await tx.query('reset role')
      const { stored } = await receive(tx, company.people.vendor, envelope([], { isPlain: false, changeIds: [], parents: [], locks: [
        { table: 'notes', ids: [hidden], toDelete: false },
        { table: 'timeline_items', ids: [items[0]], toDelete: false },
        { table: 'clients', ids: [foreign.weddings[0], company.weddings[1]], toDelete: false },
        { table: 'vendor_contacts', ids: [company.vendorContact], toDelete: false },
      ] })) // prettier-ignore
      const told = new Map(stored!.map((row) => [row['id'], row]))
      for (const id of [hidden, items[0], foreign.weddings[0], company.weddings[1]])
        expect(Object.keys(told.get(id) ?? {}).sort()).toEqual(['id', 'isDeleted', 'isForeign', 'isVisible', 'scope', 'table', 'version']) // prettier-ignore
      expect(JSON.stringify(stored)).not.toContain('CANARY')
      expect(Object.keys(told.get(company.vendorContact)!['fields'] as object)).not.toContain('replaced_by')
    })
  })

  test("[P1] finds what the ledger knows, and of another person's change only that the id is taken", async () => {
    const change = sent(items[0]!, { title: 'Pie' }, { baseVersion: await versionOf(items[0]!) })
    await process([updates('timeline_items', change)])
    const known = async (who: Person) =>
      await asPerson(server, who.claims, async (tx) => {
        await tx.query('reset role')
        return (await receive(tx, who, locks([items[0]!], { changeIds: [change.changeId] }))).known!
      })
    expect(await known(planner)).toMatchObject({ [change.changeId]: { isOwn: true, hash: change.hash, receipt: { kind: 'processed', processed: { outcome: 'applied', version: await versionOf(items[0]!) } } } }) // prettier-ignore
    expect(await known(company.people.assistant)).toEqual({ [change.changeId]: { isOwn: false } })
  })
})

describe('[P1] a change that is sent twice', () => {
  test('is not clean the second time, once it moved something', async () => {
    const change = sent(items[0]!, { title: 'Pie' }, { baseVersion: await versionOf(items[0]!) })
    const made = sent(randomUUID(), aNote('once'))
    const groups = [updates('timeline_items', change), creates('notes', made)]
    await process(groups)
    const before = await everything()
    expect(await process(groups)).toEqual({ open: true })
    expect(await process([groups[1]!])).toEqual({ open: true })
    expect(await everything()).toEqual(before)
  })

  test("ends at the ledger's key where it moved nothing", async () => {
    const change = sent(items[0]!, { title: 'Cake' }, { baseVersion: await versionOf(items[0]!) })
    await process([updates('timeline_items', change)])
    const before = await everything()
    await expect(process([updates('timeline_items', change)])).rejects.toMatchObject({ code: '23505', constraint: 'offline_sync_queue_pkey' }) // prettier-ignore
    expect(await everything()).toEqual(before)
  })

  test('from eight devices in the same instant is written once', async () => {
    const made = sent(randomUUID(), aNote('once'))
    const change = sent(items[0]!, { title: 'Pie' }, { baseVersion: await versionOf(items[0]!) })
    const text = () => envelope([updates('timeline_items', change), creates('notes', made)])
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => receive(server, planner, text()).then((answer) => (answer.runs ? 'settled' : 'open'), codeOf)), // prettier-ignore
    )
    expect(answers.filter((answer) => answer === 'settled')).toHaveLength(1)
    expect(answers.every((answer) => ['settled', 'open', '23505', '40001', '40P01'].includes(answer)), answers.join()).toBe(true) // prettier-ignore
    expect(await ledger(change.changeId, made.changeId)).toHaveLength(2)
    expect((await admin.query('select from sync.history where record_id = any ($1) and change_id is not null', [[made.id, items[0]]])).rowCount).toBe(2) // prettier-ignore
  })

  test('of which one record is made by somebody else while it waits leaves nothing behind', async () => {
    const made = sent(randomUUID(), aNote('mine'))
    const change = sent(items[0]!, { title: 'Pie' }, { baseVersion: await versionOf(items[0]!) })
    const tx = await admin.connect()
    await tx.query('begin')
    await tx.query(`insert into notes (id, organization_id, client_id, body) values ($1, $2, $3, 'theirs')`, [made.id, company.id, company.weddings[0]]) // prettier-ignore
    // has looked at both groups, wrote the first, and waits for the record's key
    const waiting = process([updates('timeline_items', change), creates('notes', made)]).then((answer) => (answer.open ? 'open' : 'settled'), codeOf) // prettier-ignore
    await sleep(150)
    await tx.query('commit')
    tx.release()
    expect(await waiting).toBe('23505')
    expect(await itemIs(items[0]!)).toMatchObject({ title: 'Cake' })
    expect(await ledger(change.changeId, made.changeId)).toEqual([])
  })
})

describe('many at once', () => {
  test('batches that touch the same records in opposite order never wait crosswise', async () => {
    const bases = new Map(await Promise.all(items.map(async (id) => [id, await versionOf(id)] as const)))
    const batch = (nth: number) => updates('timeline_items', ...items.map((id) => sent(id, { [nth % 2 ? 'cue' : 'location']: `${nth}` }, { baseVersion: bases.get(id)! }))) // prettier-ignore
    const outcomes = await Promise.all(
      Array.from({ length: 24 }, async (_, nth) => {
        const group = batch(nth)
        if (nth % 3 === 0) group.changes.reverse()
        return await process([group], nth % 2 ? planner : company.people.owner).then((answer) => (answer.settled ? 'settled' : 'open'), codeOf) // prettier-ignore
      }),
    )
    expect(new Set(outcomes)).toEqual(new Set(['settled', 'open']))
    // the first of each field goes in; who came later finds it moved
    expect(outcomes.filter((outcome) => outcome === 'settled')).toHaveLength(2)
  })

  test('batches and plain statements share the clock without a gap', async () => {
    const before = Number(((await everything()) as { head: string }).head)
    // statements over many rows lock them as they find them: PostgreSQL may tell one of two to try again
    const untilDone = async (sql: string, values: unknown[]): Promise<unknown> =>
      await admin.query(sql, values).catch((error: unknown) => {
        if (codeOf(error) !== '40P01') throw error
        return untilDone(sql, values)
      })
    await Promise.all([
      ...Array.from({ length: 20 }, () => process([creates('notes', sent(randomUUID(), aNote('x')))])),
      ...Array.from({ length: 20 }, (_, nth) => untilDone(`update timeline_items set location = $2 where id = $1`, [items[nth % 6], `${nth}`])), // prettier-ignore
      ...Array.from({ length: 4 }, (_, nth) => untilDone(`update timeline_items set cue = $2 where organization_id = $1`, [company.id, `${nth}`])), // prettier-ignore
    ])
    const { head } = (await everything()) as { head: string }
    expect(Number(head)).toBe(before + 20 + 20 + 4 * items.length)
    const { rows } = await admin.query<{ n: string }>('select count(distinct position) as n from sync.history where organization_id = $1', [company.id]) // prettier-ignore
    expect(rows[0]!.n).toBe(head)
  })

  test('a record that somebody in psql holds is waited for, and what they wrote is seen', async () => {
    const base = await versionOf(items[0]!)
    const tx = await admin.connect()
    await tx.query('begin')
    await tx.query(`update timeline_items set title = 'Pie' where id = $1`, [items[0]])
    const waiting = process([updates('timeline_items', sent(items[0]!, { title: 'Tart' }, { baseVersion: base }))])
    await sleep(100)
    await tx.query('commit')
    tx.release()
    expect(await waiting).toEqual({ open: true })
    expect(await itemIs(items[0]!)).toMatchObject({ title: 'Pie' })
  })
})
