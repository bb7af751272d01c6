// A small honest server in memory, for tests of the device only. It speaks the real wire and keeps the first rules of
// the ledger: every commit has a mark, a replay gets the receipt as it stands, late receipts ride with the page whose
// window they fall into, and a cursor from another history is told so. What is contested in a field of `asks` waits for
// a person; in any other field the later writer wins.
import { createHash } from 'node:crypto'
import {
  contentDigestHeader,
  contentDigestOf,
  queryTextOf,
  requestIdHeader,
  SyncRequest,
  type Change,
  type Conflict,
  type Failure,
  type Json,
  type JsonObject,
  type Processed,
  type Settled,
  type SyncResponse,
} from '@wedsync/protocol'

type Stored = {
  table: string
  id: string
  scope: string
  version: number
  data: JsonObject | null
  movedAt: Record<string, number>
}
type Row = { change: Change; device: string; receipt: Settled; settledAt: number; isLate: boolean; open: string[] }
type Db = { head: number; marks: Map<number, string>; records: Map<string, Stored>; ledger: Map<string, Row> }
type Cursor = { markAt: number; mark: string; read: number }

export type TestServer = ReturnType<typeof createTestServer>

/** A server with one organization. `asks`: fields that a person decides. */
export const createTestServer = ({ asks = [] as string[], pageSize = 500 } = {}) => {
  let db: Db = { head: 0, marks: new Map([[0, 'first']]), records: new Map(), ledger: new Map() }
  let marks = 0
  const applied: string[] = []
  const kept = new Map<string, { change: Change; device: string; receipt: Failure }>()
  const answers = new Map<string, (change: Change) => Failure | null>()

  // an answer that writes nothing, as to a replay, is no commit
  const commit = () => {
    if (!db.marks.has(db.head)) db.marks.set(db.head, `mark-${(marks += 1)}`)
  }
  const settle = (change: Change, device: string, receipt: Settled, open: string[] = []) => {
    const before = db.ledger.get(change.changeId)
    db.ledger.set(change.changeId, { change, device, receipt, settledAt: db.head, isLate: before !== undefined, open })
  }

  const write = (record: Stored, data: JsonObject) => {
    for (const name of Object.keys(data)) record.movedAt[name] = db.head
    record.data = { ...record.data, ...data }
    record.version = db.head
  }

  const judge = (change: Change, device: string): Settled | Failure => {
    const known = db.ledger.get(change.changeId)
    if (known) return known.receipt
    const refusal = [...answers.values()].map((refuse) => refuse(change)).find((one) => one !== null)
    if (refusal?.kept) kept.set(change.changeId, { change, device, receipt: failureOf(change, 'given_up', false) })
    if (refusal?.retryable) return refusal
    if (change.after !== undefined && !db.ledger.has(change.after)) return failureOf(change, 'unknown_after', true)
    db.head += 1
    if (refusal) {
      settle(change, device, refusal)
      return refusal
    }
    const receipt = decide(change, device)
    const open = 'status' in receipt ? receipt.fields.map(({ field }) => field) : []
    settle(change, device, receipt, open)
    return receipt
  }

  const decide = (change: Change, device: string): Settled => {
    const key = `${change.table}/${change.id}`
    const record = db.records.get(key)
    applied.push(change.changeId)
    if (change.action === 'create') {
      const scope = typeof change.data['client_id'] === 'string' ? change.data['client_id'] : change.id
      const made: Stored = { table: change.table, id: change.id, scope, version: db.head, data: {}, movedAt: {} }
      db.records.set(key, made)
      write(made, change.data)
      return processedOf(change, 'applied')
    }
    if (!record?.data) return failureOf(change, 'record_missing', false)
    if (change.action === 'delete') {
      record.data = null
      record.version = db.head
      return processedOf(change, 'applied')
    }
    const contested = Object.keys(change.data).filter((name) => isContested(change, record, name, device))
    const open = contested.filter((name) => asks.includes(name))
    write(record, Object.fromEntries(Object.entries(change.data).filter(([name]) => !open.includes(name))))
    return open.length > 0
      ? pendingOf(change, record, open)
      : processedOf(change, contested.length > 0 ? 'merged' : 'applied')
  }

  const isContested = (change: Change, record: Stored, name: string, device: string): boolean => {
    if (JSON.stringify(record.data?.[name]) === JSON.stringify(change.data[name])) return false
    const stands = JSON.stringify(record.data?.[name]) === JSON.stringify(change.base?.[name])
    const isOfChain = chainOf(change, device).has(name)
    if (isOfChain || change.fromBefore) return !stands
    return !stands || (record.movedAt[name] ?? 0) > (change.baseVersion ?? 0)
  }

  const chainOf = (change: Change, device: string): Set<string> => {
    const fields = new Set<string>()
    for (let id = change.after; id !== undefined; id = db.ledger.get(id)?.change.after) {
      const before = db.ledger.get(id)
      if (!before || before.device !== device) break
      Object.keys(before.change.data).forEach((name) => fields.add(name))
    }
    return fields
  }

  const processedOf = (change: Change, outcome: Processed['outcome']): Processed => ({
    changeId: change.changeId,
    serverId: change.id,
    action: change.action,
    version: db.head,
    outcome,
  })

  const pendingOf = (change: Change, record: Stored, open: string[]): Conflict => ({
    conflictId: idFrom(change.changeId),
    changeId: change.changeId,
    table: change.table,
    id: change.id,
    kind: 'fields',
    severity: 'high',
    score: 0.5,
    because: 'Two of you changed this.',
    status: 'pending',
    version: 1,
    recordVersion: db.head,
    fields: open.map((field) => ({
      field,
      base: change.base?.[field] ?? null,
      client: change.data[field] ?? null,
      server: record.data?.[field] ?? null,
      rule: 'ask@1',
      reason: 'A person decides.',
    })),
  })

  const page = (device: string, from: number, limit: number) => {
    const rows = [...db.records.values()]
      .filter(({ version }) => version > from)
      .sort((one, other) => one.version - other.version)
    const hasMore = limit === 0 || rows.length > limit
    const shown = rows.slice(0, limit)
    const read = hasMore ? (shown.at(-1)?.version ?? from) : db.head
    const settled = [...db.ledger.values()].filter(
      (row) => row.isLate && row.device === device && row.settledAt > from && row.settledAt <= read,
    )
    return {
      shown,
      hasMore,
      read,
      remaining: rows.length - shown.length,
      settled: settled.map(({ receipt }) => receipt),
    }
  }

  const sync = (request: SyncRequest): { status: number; body: Json } => {
    const cursor = request.cursor == null ? null : (JSON.parse(request.cursor) as Cursor)
    if (cursor && db.marks.get(cursor.markAt) !== cursor.mark) return errorOf(409, 'Cursor reset', 'cursor_reset')
    const device = request.deviceId ?? ''
    const receipts = request.changes.map((change) => judge(change as Change, device))
    if (receipts.length > 0) commit()
    const { shown, hasMore, read, remaining, settled } = page(
      device,
      cursor?.read ?? 0,
      Math.min(pageSize, request.options?.pullLimit ?? 500),
    )
    const markAt = Math.max(...[...db.marks.keys()].filter((at) => at <= db.head))
    const next: Cursor = { markAt, mark: db.marks.get(markAt)!, read }
    const response: SyncResponse = {
      success: true,
      sessionId: `sess_${request.batchId}`,
      processed: receipts.filter((one): one is Processed => 'serverId' in one),
      failures: receipts.filter((one): one is Failure => 'retryable' in one),
      conflicts: receipts.filter((one): one is Conflict => 'status' in one),
      settled,
      serverChanges: shown.map(({ table, id, scope, version, data }) => ({
        table,
        id,
        scope,
        version,
        action: data ? 'update' : 'delete',
        ...(data && { data }),
      })),
      cursor: JSON.stringify(next),
      position: read,
      hasMore,
      remaining,
      revokedScopes: [],
      metrics: { itemsProcessed: receipts.length, conflictCount: 0, errorCount: 0, throughput: 1 },
      nextSyncTime: '2026-06-20T12:00:10.000Z',
      processingTime: 1,
    }
    return { status: 200, body: response as unknown as Json }
  }

  const hears = (url: string, text: string | null): { status: number; body: Json } => {
    const { pathname, searchParams } = new URL(url, 'http://server')
    if (pathname !== '/api/offline/sync') return errorOf(404, 'Not found', 'not_found')
    const [deviceId, cursor] = [searchParams.get('deviceId'), searchParams.get('cursor')]
    const read = SyncRequest.safeParse(
      text === null ? { batchId: idFrom(url), deviceId, cursor, changes: [] } : JSON.parse(text),
    )
    return read.success ? sync(read.data) : errorOf(400, 'Validation failed', 'validation_failed')
  }

  return {
    /** Changes in the order they were applied, once each. */
    applied,
    /** Answers a request as the wire does. */
    answer: async (url: string, init: RequestInit = {}): Promise<Response> => {
      const text = init.method === 'POST' ? await textOf(init) : null
      const digest = new Headers(init.headers).get(contentDigestHeader)
      const isDamaged = digest !== null && digest !== contentDigestOf(text ?? queryTextOf(url))
      const { status, body } = isDamaged ? errorOf(400, 'Damaged request', 'damaged_request') : hears(url, text)
      return answering(init, respond(status, body))
    },
    /** The same for who has the body as text, in no time and with nothing of the platform's in between. */
    hears,
    /** Somebody else writes. */
    writes: (table: string, id: string, data: JsonObject | null, scope = idFrom('scope')): number => {
      db.head += 1
      const key = `${table}/${id}`
      const record = db.records.get(key) ?? { table, id, scope, version: 0, data: {}, movedAt: {} }
      db.records.set(key, record)
      if (data) write(record, data)
      else Object.assign(record, { data: null, version: db.head })
      commit()
      return db.head
    },
    /** A person decides a pending change of a device: its own value, or what stands. */
    decides: (changeId: string, choice: 'client' | 'server'): void => {
      const row = db.ledger.get(changeId)!
      db.head += 1
      const record = db.records.get(`${row.change.table}/${row.change.id}`)!
      if (choice === 'client') write(record, Object.fromEntries(row.open.map((name) => [name, row.change.data[name]!])))
      settle(row.change, row.device, processedOf(row.change, choice === 'client' ? 'client_won' : 'server_won'))
      commit()
    },
    /** What the server kept for a device and cannot write, it gives up: its last word comes late. */
    givesUp: (device: string): void => {
      db.head += 1
      for (const { change, ...row } of [...kept.values()].filter((one) => one.device === device)) {
        kept.delete(change.changeId)
        db.ledger.set(change.changeId, { change, ...row, settledAt: db.head, isLate: true, open: [] })
      }
      commit()
    },
    /** Refuses changes by a rule of the test's. */
    refuses: (name: string, refuse: ((change: Change) => Failure | null) | null): void => {
      if (refuse) answers.set(name, refuse)
      else answers.delete(name)
    },
    failureOf,
    backup: (): Db => structuredClone(db),
    restore: (backup: Db): void => {
      db = structuredClone(backup)
    },
    record: (table: string, id: string): JsonObject | null => db.records.get(`${table}/${id}`)?.data ?? null,
    ledgerSize: (): number => db.ledger.size,
  }
}

const failureOf = (change: Change, code: string, retryable: boolean): Failure => ({
  changeId: change.changeId,
  code,
  message: 'This is not yours to change.',
  retryable,
})

const errorOf = (status: number, error: string, code: string): { status: number; body: Json } => ({
  status,
  body: { success: false, error, code, message: error, timestamp: '2026-06-20T12:00:00Z', requestId: 'r' },
})

/** A JSON answer as our server gives it; whose it is, is said by `answering`. */
export const respond = (status: number, body: Json, headers: Record<string, string> = {}): Response => {
  const text = JSON.stringify(body)
  return new Response(text, { status, headers: { ...headersOf(text), ...headers } })
}

/** The headers of a JSON answer. */
export const headersOf = (text: string): Record<string, string> => ({
  'Content-Type': 'application/json',
  [contentDigestHeader]: contentDigestOf(text),
})

/** What `respond` made, as the answer to this request. */
export const answering = (init: RequestInit, answer: Response): Response => {
  const requestId = new Headers(init.headers).get(requestIdHeader)
  if (requestId !== null && answer.headers.has(contentDigestHeader) && !answer.headers.has(requestIdHeader))
    answer.headers.set(requestIdHeader, requestId)
  return answer
}

/** An error as our server words it. */
export const respondError = (status: number, code: string, headers: Record<string, string> = {}): Response =>
  respond(status, errorOf(status, code, code).body, headers)

const textOf = async (init: RequestInit): Promise<string> => {
  if (typeof init.body === 'string') return init.body
  const stream = new Response(init.body).body!.pipeThrough(new DecompressionStream('gzip'))
  return new Response(stream).text()
}

/** A UUID that is always the same for the same text. */
export const idFrom = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
