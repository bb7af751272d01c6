import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { aDatabase, type TestDatabase } from '@wedsync/postgres/testing'
import type { JsonObject, Role } from '@wedsync/protocol'
import { allCollections } from '@wedsync/wedding'
import { describe, expect, test } from 'vitest'
import {
  accountOf,
  agency,
  aPhone,
  aServerOn,
  atTheEnd,
  aWedding,
  load,
  recordOf,
  type Phone,
} from '../testing/a-wedding.ts'

const wedding = await aWedding()
const { scope } = recordOf('timeline_items')

/** What the person's own select gives, field by field, spelled as on the wire. */
const selectAs = async (role: Role): Promise<Map<string, JsonObject>> => {
  const { userId, organizationId } = accountOf(role)
  const claims = JSON.stringify({
    sub: userId,
    role: 'authenticated',
    app_metadata: { organization_id: organizationId },
  })
  const session = await wedding.database.server.connect()
  const seen = new Map<string, JsonObject>()
  try {
    await session.query('begin')
    await session.query('select sync.assume_caller($1)', [claims])
    for (const { name } of allCollections) {
      const [readable] = (
        await session.query<{ row_query: string }>(
          'select row_query from sync.role_tables where role = $1 and table_name = $2 and cardinality(slots) > 0',
          [role, name],
        )
      ).rows
      if (!readable) continue
      const { rows } = await session.query<{ id: string; row: JsonObject }>(
        `select n.record_id as id, ${readable.row_query} as row from (select id as record_id from public.${name}) n`,
      )
      for (const { id, row } of rows) seen.set(`${name}/${id}`, row)
    }
  } finally {
    await session.query('rollback')
    session.release()
  }
  return seen
}
const heldBy = (phone: Phone) => new Map([...phone.held].map(([key, { data }]) => [key, data]))
const sorted = (map: Map<string, JsonObject>) =>
  Object.fromEntries([...map].sort(([one], [other]) => (one < other ? -1 : 1)))

describe('a first load', () => {
  test.for(['owner', 'planner', 'assistant', 'vendor'] as const)(
    '[P5] in small pages gives the %s what their own select gives, field by field',
    async (role) => {
      const phone = wedding.phoneOf(role)
      const answer = await phone.hears(role === 'vendor' ? 5 : 23)
      expect(answer.body.remaining).toBe(0)
      expect(phone.view.pages).toBeGreaterThan(3)
      expect(sorted(heldBy(phone))).toEqual(sorted(await selectAs(role)))
    },
  )

  test('says how much is left, never more on a page than asked for, in the order of positions', async () => {
    const phone = wedding.phoneOf('planner')
    let last = 0
    let left = Infinity
    for (;;) {
      const { body } = await phone.asks(
        `/api/offline/sync?pullLimit=40${phone.view.cursor ? `&cursor=${phone.view.cursor}` : ''}`,
      )
      expect(body.serverChanges.length).toBeLessThanOrEqual(40)
      for (const { version } of body.serverChanges) expect(version).toBeGreaterThan(last)
      last = body.position
      expect(body.remaining).toBeLessThan(left)
      left = body.remaining
      phone.takeIn(body)
      if (!body.hasMore) break
    }
    expect(sorted(heldBy(phone))).toEqual(sorted(await selectAs('planner')))
  })
})

describe('news', () => {
  test('holds what the device wrote itself, as the whole record and valid as a create', async () => {
    const phone = wedding.phoneOf('planner')
    await phone.hears()
    const note = phone.creates('notes', { client_id: scope, body: 'My own' })
    const { body } = await phone.sends([note], { cursor: phone.view.cursor })
    expect(body.serverChanges).toMatchObject([
      {
        table: 'notes',
        id: note.id,
        action: 'create',
        scope,
        data: { body: 'My own', client_id: scope, location: null },
      },
    ])
    expect(body.serverChanges[0]!.data).not.toHaveProperty('organization_id')
    expect(body.position).toBeGreaterThanOrEqual(body.processed[0]!.version)
  })

  test('is what changed since, and nothing else', async () => {
    const [phone, other] = [wedding.phoneOf('planner'), wedding.phoneOf('assistant')]
    await Promise.all([phone.hears(), other.hears()])
    const item = recordOf('timeline_items', 1)
    await other.sends([other.edits(item, { location: 'Only this' })])
    const { body } = await phone.hears()
    expect(body.serverChanges.map(({ id, action }) => [id, action])).toEqual([[item.id, 'update']])
    expect((await phone.hears()).body.serverChanges).toEqual([])
  })

  test('tells of a delete, and of a wedding that went whole', async () => {
    const phone = wedding.phoneOf('owner')
    const made = phone.creates('clients', {
      names: 'Short & Sweet',
      wedding_date: '2027-01-01',
      time_zone: 'Europe/London',
    })
    const item = phone.creates('timeline_items', { client_id: made.id, title: 'Goes' })
    const kept = phone.creates('notes', { client_id: scope, body: 'Goes too' })
    await phone.sends([made, item, kept])
    await phone.hears()
    expect(phone.shows(item)).toBeDefined()
    await phone.sends([phone.deletes(kept)])
    const { body } = await phone.hears()
    expect(body.serverChanges).toMatchObject([{ id: kept.id, action: 'delete' }])

    await wedding.sql('delete from public.clients where id = $1', [made.id])
    const answer = await phone.hears()
    expect(answer.body.revokedScopes).toEqual([made.id])
  })

  test('[P5] holds what somebody changed in plain SQL, like anything else', async () => {
    const phone = wedding.phoneOf('assistant')
    await phone.hears()
    const [item, gone] = [recordOf('timeline_items', 2), recordOf('timeline_items', 3)]
    await wedding.sql(`update public.timeline_items set cue = 'typed in psql' where id = $1`, [item.id])
    await wedding.sql('delete from public.timeline_items where id = $1', [gone.id])
    await wedding.sql(`insert into public.notes (id, organization_id, client_id, body) values ($1, $2, $3, 'psql')`, [
      ...[randomUUID(), agency.organization.id, scope],
    ])
    await phone.hears(1)
    expect(phone.shows(item).data['cue']).toBe('typed in psql')
    expect(sorted(heldBy(phone))).toEqual(sorted(await selectAs('assistant')))
  })

  test('[P5] loses no record that moves, comes or goes while pages are read', async () => {
    const phone = wedding.phoneOf('assistant')
    const other = wedding.phoneOf('planner')
    await other.hears()
    let nth = 5
    for (;;) {
      const { body } = await phone.posts({
        ...{
          batchId: randomUUID(),
          deviceId: phone.deviceId,
          cursor: phone.view.cursor,
          changes: [],
          options: { pullLimit: 20 },
        },
      })
      phone.takeIn(body)
      if (!body.hasMore) break
      if (nth > 14) continue
      // one that was read already, one that was not, a new one and one that goes
      await other.sends([
        other.edits(recordOf('timeline_items', nth), { cue: `moved ${nth}` }),
        other.edits(recordOf('notes', 40 - nth), { location: `moved ${nth}` }),
        other.creates('notes', { client_id: scope, body: `new ${nth}` }),
        other.deletes(recordOf('timeline_items', 30 + nth)),
      ])
      nth += 1
    }
    expect(nth).toBeGreaterThan(7)
    expect(sorted(heldBy(phone))).toEqual(sorted(await selectAs('assistant')))
  })

  test('is not asked for by who wants receipts only; nothing of it is lost', async () => {
    const [phone, other] = [wedding.phoneOf('planner'), wedding.phoneOf('assistant')]
    await Promise.all([phone.hears(), other.hears()])
    await other.sends([other.edits(recordOf('timeline_items', 16), { location: 'Waits for its turn' })])
    const note = phone.creates('notes', { client_id: scope, body: 'Receipt only' })
    const { body } = await phone.sends([note], { cursor: phone.view.cursor, options: { pullLimit: 0 } })
    expect([body.processed.length, body.serverChanges, body.hasMore]).toEqual([1, [], true])
    phone.takeIn(body)
    await phone.hears()
    expect(phone.shows(recordOf('timeline_items', 16)).data['location']).toBe('Waits for its turn')
    expect(sorted(heldBy(phone))).toEqual(sorted(await selectAs('planner')))

    const blank = wedding.phoneOf('planner')
    blank.takeIn(
      (
        await blank.sends([blank.creates('notes', { client_id: scope, body: 'First word' })], {
          options: { pullLimit: 0 },
        })
      ).body,
    )
    await blank.hears(60)
    expect(sorted(heldBy(blank))).toEqual(sorted(await selectAs('planner')))
  })

  test('goes on from any cursor, also an old one, and says the same twice', async () => {
    const phone = wedding.phoneOf('planner')
    await phone.hears()
    const { cursor } = phone.view
    await wedding.sql(`update public.timeline_items set cue = 'later' where id = $1`, [
      recordOf('timeline_items', 4).id,
    ])
    const once = await phone.asks(`/api/offline/sync?cursor=${cursor!}`)
    const twice = await phone.asks(`/api/offline/sync?cursor=${cursor!}`)
    expect(twice.body.serverChanges).toEqual(once.body.serverChanges)
    expect(once.body.serverChanges).toHaveLength(1)
  })

  test('[P8] of somebody whose assignment ended: the wedding is revoked, the rest stays', async () => {
    const phone = wedding.phoneOf('assistant')
    await phone.hears()
    const [assignment] = await wedding.sql<{ id: string }>(
      'delete from public.assignments where person_id = (select person_id from public.memberships where user_id = $1) returning *',
      [phone.userId],
    )
    const { body } = await phone.hears()
    expect(body.revokedScopes).toContain(scope)
    expect(body.serverChanges.filter((change) => change.scope === scope)).toEqual([])
    await wedding.sql('select sync.load_records($1, $2::jsonb)', ['assignments', JSON.stringify([assignment])])
    await phone.hears()
    expect(sorted(heldBy(phone))).toEqual(sorted(await selectAs('assistant')))
  })
})

describe('[P9] a cursor that does not fit this history', () => {
  const isReset = async (phone: Phone, cursor: string) => {
    const before = await wedding.traces()
    const note = phone.creates('notes', { client_id: scope, body: 'Not now' })
    const pushed = await phone.sends([note], { cursor })
    const pulled = await phone.asks(`/api/offline/sync?cursor=${encodeURIComponent(cursor)}`)
    for (const { status, body } of [pushed, pulled]) {
      expect(status).toBe(409)
      expect(body).toMatchObject({ success: false, error: 'Cursor reset', code: 'cursor_reset' })
    }
    expect(await wedding.traces()).toEqual(before)
    expect((await phone.sends([note], { cursor: null })).body.processed).toHaveLength(1)
  }

  test('because somebody tampered with it', async () => {
    const phone = wedding.phoneOf('planner')
    await phone.hears()
    const [body, signature] = phone.view.cursor!.split('.') as [string, string]
    const read = JSON.parse(Buffer.from(body, 'base64url').toString()) as object
    const forged = Buffer.from(JSON.stringify({ ...read, read: 1 })).toString('base64url')
    await isReset(phone, `${forged}.${signature}`)
    for (const cursor of ['x', 'x.y', '.', `${body}.`, `${body}.${signature}x`, '\u0000', 'ü.ü'])
      expect((await phone.asks(`/api/offline/sync?cursor=${encodeURIComponent(cursor)}`)).status).toBe(409)
  })

  test('because it is another person’s', async () => {
    const other = wedding.phoneOf('owner')
    await other.hears()
    await isReset(wedding.phoneOf('planner'), other.view.cursor!)
  })

  test('because it is of another database, or of another epoch of this one', async () => {
    const elsewhere = await aWedding()
    const phone = elsewhere.phoneOf('planner')
    await phone.hears()
    await isReset(wedding.phoneOf('planner'), phone.view.cursor!)

    await elsewhere.sql('update sync.epoch set id = gen_random_uuid()')
    expect((await phone.hears()).status).toBe(409)
  })

  test('because the server was put back to an older copy and went on from there', async () => {
    const database = await aDatabase()
    await load(database, agency)
    const copy = await aCopyOf(database)
    const before = await aWedding({ database })
    const phone = before.phoneOf('planner')
    await phone.hears()
    const forgotten = phone.creates('notes', { client_id: scope, body: 'Acknowledged and forgotten' })
    expect((await phone.sends([forgotten], { cursor: phone.view.cursor })).body.processed).toHaveLength(1)
    await phone.hears()

    // same epoch, same key; other people write on, past the position the phone knows
    const server = await aServerOn(copy)
    const fetch = (path: string, init?: RequestInit) =>
      server.api.fetch(new Request(new URL(path, 'http://restored.test'), init))
    const other = before.phoneOf('assistant', { fetch })
    await other.hears()
    for (const title of ['a', 'b', 'c'])
      await other.sends([other.edits(recordOf('timeline_items', 9), { title }, { baseVersion: null })])
    for (const body of ['d', 'e']) await other.sends([other.creates('notes', { client_id: scope, body })])

    const same = Object.assign(aPhone({ fetch, userId: phone.userId, organizationId: agency.organization.id }), {})
    Object.assign(same.view, phone.view)
    expect((await same.hears()).status).toBe(409)
    const answer = await same.sends([{ ...forgotten, fromBefore: true }], { cursor: phone.view.cursor })
    expect(answer.status).toBe(409)
    Object.assign(same.view, { cursor: null })
    await same.hears()
    expect(
      (await same.sends([{ ...forgotten, fromBefore: true }], { cursor: same.view.cursor })).body.processed,
    ).toMatchObject([{ outcome: 'applied' }])
  })
})

const aCopyOf = async ({ adminUrl, serverUrl }: TestDatabase) => {
  const name = `copy_${randomUUID().replaceAll('-', '')}`
  const original = new URL(adminUrl).pathname.slice(1)
  const at = (url: string, database: string) => Object.assign(new URL(url), { pathname: `/${database}` }).href
  const session = new pg.Client({ connectionString: at(adminUrl, 'postgres') })
  await session.connect()
  // nobody may be connected to what is copied
  await session.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = $1`, [original])
  await session.query(`create database ${name} template ${original}`)
  atTheEnd(async () => {
    await session.query(`drop database if exists ${name} with (force)`)
    await session.end()
  })
  return at(serverUrl, name)
}
