// A demo wedding on a real PostgreSQL behind a real server, and phones that speak the wire to it. For tests only.
import { createHash, randomUUID } from 'node:crypto'
import { checksumOf, SyncResponse, type JsonObject, type Role, type WireChange } from '@wedsync/protocol'
import { aDatabase, type TestDatabase } from '@wedsync/postgres/testing'
import { allCollections } from '@wedsync/wedding'
import { demoAgency, type DemoAgency } from '@wedsync/wedding/demo'
import { SignJWT, type JWTPayload } from 'jose'
import { afterAll, expect, onTestFinished, TestRunner } from 'vitest'
import { createServer, type ServerOptions } from '../create-server.ts'
import { noteCodes, noteCodesOf } from './note-codes.ts'

export const secret = 'a secret of tests that is long enough for HS256'
export const tokens = { secret, issuer: 'wedsync', audience: 'authenticated' }
export const agency = demoAgency('2026-06-20')

export type Sent = WireChange & { changeId: string }
type More = Partial<Omit<WireChange, 'changeId'>>
export type Answer = { status: number; headers: Headers; text: string; body: SyncResponse }
export type Wedding = Awaited<ReturnType<typeof aWedding>>
export type Phone = ReturnType<typeof aPhone>
type Fetch = (path: string, init?: RequestInit) => Response | Promise<Response>

/** A record as a phone holds it, or as a test names it. */
export type Held = { table: string; id: string; scope: string; version: number; data: JsonObject }

export const aWedding = async (
  options: Partial<ServerOptions> & { database?: TestDatabase; isEmpty?: boolean } = {},
) => {
  const { database: given, isEmpty, ...settings } = options
  const database = given ?? (await aDatabase())
  if (!given && !isEmpty) await load(database, agency)
  const server = await aServerOn(database.serverUrl, settings)
  const fetch: Fetch = async (path, init) =>
    noteCodesOf(await server.api.fetch(new Request(new URL(path, 'http://wedsync.test'), init)))

  const sql = async <Row extends object = Record<string, unknown>>(text: string, values: unknown[] = []) =>
    (await database.admin.query<Row>(text, values)).rows
  return {
    ...{ database, server, fetch, sql },
    phoneOf: (role: Role, more: { organization?: DemoAgency; fetch?: Fetch } = {}) => {
      const { userId, organizationId } = accountOf(role, more.organization ?? agency)
      return aPhone({ fetch: more.fetch ?? fetch, userId, organizationId })
    },
    /** Somebody of a role the demo has no account for, who works on its first wedding. */
    phoneOfPerson: async (role: Role) => {
      const [id, userId, organization] = [randomUUID(), randomUUID(), agency.organization.id]
      const text = 'select sync.load_records($1, $2::jsonb)'
      const all = { organization_id: organization }
      for (const [table, record] of [
        ['people', { ...all, id, name: `A ${role}`, role, contact_kind: 'other' }],
        ['memberships', { ...all, id: randomUUID(), user_id: userId, person_id: id, role }],
        ['assignments', { ...all, id: randomUUID(), person_id: id, client_id: recordOf('clients').id, is_lead: false }],
      ] as const)
        await database.admin.query(text, [table, JSON.stringify([record])])
      return aPhone({ fetch, userId, organizationId: organization })
    },
    /** Another company in the same database, whose every text says so. */
    rival: async () => {
      const other = rivalOf(agency)
      await load(database, other)
      return other
    },
    /** Everything a refused request must leave as it was. */
    traces: async () => {
      const [traces] = await sql(`select
        (select json_object_agg(organization_id, head order by organization_id) from sync.clock) as heads,
        (select count(*) from sync.marks) as marks, (select count(*) from sync.records) as records,
        (select count(*) from sync.history) as history, (select count(*) from public.offline_sync_queue) as ledger,
        (select count(*) from public.sync_conflict_log) as conflicts,
        (select count(*) from public.sync_performance_metrics) as metrics`)
      return traces
    },
    stored: async (table: string, id: string) =>
      (await sql<{ row: JsonObject }>(`select to_jsonb(t) as row from public.${table} t where id = $1`, [id]))[0]?.row,
    conflictLog: (recordId: string) =>
      sql<ConflictRow>('select * from public.sync_conflict_log where record_id = $1 order by detected_at', [recordId]),
    /** Until the server's own tries have brought a kept change to this end. */
    ends: async (changeId: string, status: string) => {
      const asked = 'select status from public.offline_sync_queue where change_id = $1'
      await expect
        .poll(async () => (await sql<{ status: string }>(asked, [changeId]))[0]?.status, {
          timeout: 20_000,
          interval: 100,
        })
        .toBe(status)
    },
    ledger: (changeId: string) =>
      sql<{ status: string; error_code: string | null; receipt: JsonObject }>(
        'select status, error_code, receipt from public.offline_sync_queue where change_id = $1',
        [changeId],
      ),
  }
}

export type ConflictRow = {
  conflict_id: string
  status: string
  version: number
  kind: string
  severity: string
  change_id: string
  fields: {
    field: string
    base?: unknown
    client?: unknown
    server?: unknown
    resolved?: unknown
    rule: string
    serverBy?: unknown
  }[]
}

export const aServerOn = async (databaseUrl: string, settings: Partial<ServerOptions> = {}) => {
  const server = await createServer({
    ...{ databaseUrl, collections: allCollections, tokens, demoPeople: null, rateLimitPerMinute: 0 },
    ...{ lastMigration: '20261123090400', logLevel: 'silent' },
    ...settings,
  })
  atTheEnd(() => server.close())
  return server
}

export const atTheEnd = (clean: () => Promise<void>) =>
  TestRunner.getCurrentTest() ? onTestFinished(clean) : afterAll(clean)

/** As apps/api loads the demo. */
export const load = async ({ admin }: TestDatabase, { organization, records }: DemoAgency) => {
  const text = 'select sync.load_records($1, $2::jsonb)'
  await admin.query(text, ['organizations', JSON.stringify([organization])])
  for (const { name } of allCollections) await admin.query(text, [name, JSON.stringify(records[name] ?? [])])
}

/** The nth record of the demo, as a whole. */
export const recordOf = (table: string, nth = 0, from: DemoAgency = agency): Held => {
  const { id, organization_id: _, ...data } = from.records[table]![nth]!
  const scope = (data['client_id'] ?? (table === 'clients' ? id : from.organization.id)) as string
  return { table, id: id as string, scope, version: 0, data }
}

export const accountOf = (role: Role, from: DemoAgency = agency) => from.accounts.find((one) => one.role === role)!

export const aToken = (claims: JWTPayload, key: string = secret): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt()
    .setIssuer(claims.iss ?? tokens.issuer)
    .setAudience(claims.aud ?? tokens.audience)
    .setExpirationTime(claims.exp ?? '1h')
    .sign(new TextEncoder().encode(key))

export const aPhone = (of: { fetch: Fetch; userId: string; organizationId: string }) => {
  const deviceId: string = randomUUID()
  const held = new Map<string, Held>()
  const view = { cursor: null as string | null, read: 0, pages: 0 }
  let token: Promise<string> | undefined

  const asks = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    token ??= aToken({ sub: of.userId, role: 'authenticated', app_metadata: { organization_id: of.organizationId } })
    const headers = new Headers({ 'content-type': 'application/json', authorization: `Bearer ${await token}` })
    new Headers(init.headers).forEach((value, name) => headers.set(name, value))
    const response = await of.fetch(path, { ...init, headers })
    const text = await response.text()
    const body = (response.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : {}) as never
    noteCodes(body)
    return { status: response.status, headers: response.headers, text, body }
  }
  const posts = (body: object) => asks('/api/offline/sync', { method: 'POST', body: JSON.stringify(body) })

  const takeIn = (answer: SyncResponse) => {
    for (const { table, id, scope, version, action, data } of answer.serverChanges) {
      if (action === 'delete' || action === 'remove') held.delete(`${table}/${id}`)
      else held.set(`${table}/${id}`, { table, id, scope, version, data: data! })
    }
    Object.assign(view, { cursor: answer.cursor, read: answer.position, pages: view.pages + 1 })
  }

  const phone = {
    ...{ deviceId, userId: of.userId, held, view, asks, posts },
    /** One request with changes; the answer has the shape of the wire, and its page is not taken in. */
    sends: async (changes: readonly unknown[], more: object = {}): Promise<Answer> => {
      const answer = await posts({ batchId: randomUUID(), deviceId, changes, ...more })
      if (answer.status === 200 && 'cursor' in answer.body) SyncResponse.parse(answer.body)
      return answer
    },
    /** Pulls until nothing is left, and holds what it heard. */
    hears: async (pullLimit = 500): Promise<Answer> => {
      for (;;) {
        const answer = await posts({
          ...{ batchId: randomUUID(), deviceId, cursor: view.cursor, changes: [], options: { pullLimit } },
        })
        if (answer.status !== 200) return answer
        takeIn(SyncResponse.parse(answer.body))
        if (!answer.body.hasMore) return answer
      }
    },
    takeIn,
    shows: ({ table, id }: { table: string; id: string }): Held => held.get(`${table}/${id}`)!,
    /** An edit made on what the phone shows now. */
    edits: (record: { table: string; id: string }, data: JsonObject, more: More = {}): Sent => {
      const seen = held.get(`${record.table}/${record.id}`)
      const base = seen && Object.fromEntries(Object.keys(data).map((name) => [name, seen.data[name] ?? null]))
      return {
        ...{ changeId: randomUUID(), action: 'update', table: record.table, id: record.id, data },
        ...(seen && { baseVersion: seen.version, base: base! }),
        ...more,
      }
    },
    creates: (table: string, data: JsonObject, more: More = {}): Sent => ({
      ...{ changeId: randomUUID(), action: 'create', table, id: randomUUID(), baseVersion: null, data },
      ...more,
    }),
    deletes: (record: { table: string; id: string }, more: More = {}): Sent => {
      const seen = held.get(`${record.table}/${record.id}`)
      return {
        ...{ changeId: randomUUID(), action: 'delete', table: record.table, id: record.id, data: {} },
        ...(seen && { baseVersion: seen.version, base: seen.data }),
        ...more,
      }
    },
  }
  return phone
}

export const sealed = (change: Sent): Sent => ({ ...change, checksum: checksumOf(change) })

/** What became of each change of a batch: its outcome, `waiting`, or the code of its failure. */
export const endings = ({ body }: Answer, changes: readonly { changeId: string }[]): string[] =>
  changes.map(({ changeId }) => {
    const processed = body.processed.find((one) => one.changeId === changeId)
    const failed = body.failures.find((one) => one.changeId === changeId)
    const waiting = body.conflicts.find((one) => one.changeId === changeId && one.status === 'pending')
    const found = [processed?.outcome, failed?.code, waiting && 'waiting'].filter((one) => one !== undefined)
    return found.join('+') || 'no receipt'
  })

export const canary = 'RIVAL-CANARY'

const rivalOf = (from: DemoAgency): DemoAgency => {
  const otherId = (id: string) => {
    const hex = createHash('sha256').update(`rival ${id}`).digest('hex')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  }
  const text = JSON.stringify(from)
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, otherId)
    .replaceAll(/"(title|company|names|body|contact_name|internal_note|notes)":"/g, `"$1":"${canary} `)
  return JSON.parse(text) as DemoAgency
}
