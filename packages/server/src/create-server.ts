// Joins the steps to the routes: takes a database, the collections and the settings; hands back an API to listen with.
import { randomUUID } from 'node:crypto'
import type { Collection } from '@wedsync/merge'
import type { DemoPerson } from '@wedsync/protocol'
import { pino } from 'pino'
import { createIssueToken } from './auth/issue-token.ts'
import { createIdentify } from './auth/identify.ts'
import { createReadToken, type TokenSettings } from './auth/read-token.ts'
import { createSessionCookies } from './auth/session-cookie.ts'
import { createSessions } from './auth/sessions.ts'
import { callReadCursorKey, callReadHeads, callRecordSecurity } from './db/call-sql.ts'
import { createPool, poolSizes } from './db/pool.ts'
import { createEvents } from './events.ts'
import type { Api } from './http/api.ts'
import { serveRoutes } from './http/serve-routes.ts'
import { createRateLimit } from './http/rate-limit.ts'
import { allRoutes } from './http/routes/all-routes.ts'
import type { Steps } from './http/steps.ts'
import { createEntryQueue } from './ops/entry-queue.ts'
import { createMetrics } from './ops/metrics.ts'
import { createReadHistory } from './ops/read-history.ts'
import { createReadReadiness } from './ops/read-readiness.ts'
import { createReadStatus } from './ops/read-status.ts'
import { createSecurityLog } from './ops/security-log.ts'
import { createVerifyScope } from './ops/verify-scope.ts'
import { createCursors } from './pull/cursor.ts'
import { createReadPage, readCursor } from './pull/read-page.ts'
import { receiptsOnlyPage } from './pull/receipts-only-page.ts'
import { createReceiveBatch } from './push/receive-batch.ts'
import { createStreams } from './stream/open-streams.ts'
import { createHeads } from './stream/watch-heads.ts'
import { nextSyncTime } from './http/routes/next-sync-time.ts'
import { createTurns, turnsOfDevice, turnsOfOrganization } from './push/take-turns.ts'
import { createRetryKept } from './retry/retry-kept.ts'
import { startRetries } from './retry/start-retries.ts'
import { createDecide } from './review/decide.ts'
import { createDiscard, createTryAgain } from './review/handle-failed.ts'
import { createReadConflict, createReadConflicts } from './review/read-conflicts.ts'

export type ServerOptions = {
  /** As the role `wedsync_server`. */
  databaseUrl: string
  /** Parents before children. */
  collections: readonly Collection[]
  tokens: TokenSettings
  /** Null: there is no demo, and its addresses answer 404. */
  demoPeople: readonly DemoPerson[] | null
  /** Batches with changes a minute and person; 0 switches every limit off. */
  rateLimitPerMinute: number
  /** The newest migration this server was written for. */
  lastMigration: string
  /** Who may read `GET /metrics`; without one it is not there. */
  metricsToken?: string | null
  logLevel?: string
  /** How many streams one person may have open, and this process in all, and milliseconds between their signs of life. */
  streams?: { perPerson: number; inAll: number; heartbeatMs: number }
  clock?: () => Date
}

export type SyncServer = {
  api: Api
  /** Ends every stream, which would never end by itself; the rest goes on. */
  endStreams: () => Promise<void>
  close: () => Promise<void>
}

export const createServer = async (options: ServerOptions): Promise<SyncServer> => {
  const clock = options.clock ?? (() => new Date())
  const log = createEvents(pino({ level: options.logLevel ?? 'info', base: { app: 'wedsync' } }))
  const lost = (error: Error) => events.requestFailed('idle', 'unavailable', error)
  const writes = createPool(options.databaseUrl, lost, poolSizes.writes)
  const reads = createPool(options.databaseUrl, lost, poolSizes.reads)
  const metrics = createMetrics({ writes, reads })
  const events = metrics.counted(log)
  const takeTurnOfDevice = createTurns(turnsOfDevice)
  const takeTurnOfOrganization = createTurns(turnsOfOrganization)
  const keptKey = Buffer.from(await callReadCursorKey(reads), 'hex')
  const cursors = createCursors(keptKey)
  const sessions = createSessions(reads, createSessionCookies(keptKey), clock)
  const entries = createEntryQueue((texts) => callRecordSecurity(reads, texts), events)
  const seen = createSecurityLog(events, entries, clock)
  const collections = new Map(options.collections.map((collection) => [collection.name, collection]))
  const issueToken = createIssueToken(options.tokens, clock)

  const receiveBatch = createReceiveBatch({ database: writes, collections, events, clock, chance: Math.random })

  const review = { database: writes, collections, events, clock, chance: Math.random, newId: randomUUID }
  const decideConflict = createDecide(review)
  const retries = startRetries(createRetryKept(review), (thrown) => events.requestFailed('retries', 'retry', thrown))
  const readPage = createReadPage(reads, cursors, (why) => events.cursorReset('page', why))
  const readHeads = async (organizations: readonly string[]) =>
    JSON.parse(await callReadHeads(reads, organizations)) as Record<string, number>
  const streams = createStreams({
    ...{ readPage, events, clock, nextSyncTime },
    readCursor: (text, caller) => cursors.read(text, caller),
    heads: createHeads(readHeads, (thrown) => {
      events.streamFailed(thrown)
      streams.cut()
    }),
    ...(options.streams && { limits: options.streams, heartbeatMs: options.streams.heartbeatMs }),
  })

  const steps: Steps = {
    receiveBatch: (caller, batch) =>
      takeTurnOfDevice(`${caller.organizationId}/${caller.userId}/${batch.deviceId}`, () =>
        takeTurnOfOrganization(caller.organizationId, async () => {
          const received = await receiveBatch(caller, batch)
          // others may have waited for what it made
          if (received.decisions.some(({ read }) => read.action === 'create' || read.action === 'restore'))
            retries.soon()
          return received
        }),
      ),
    readPage,
    openStream: streams.open,
    receiptsOnlyPage: (caller, cursor, order) => receiptsOnlyPage(caller, cursor, order, cursors),
    readCursor: (text, caller) => readCursor(text, caller, cursors, (why) => events.cursorReset('cursor', why)),
    readStatus: createReadStatus(reads, clock),
    readHistory: createReadHistory(reads),
    verifyScope: createVerifyScope(reads),
    readConflicts: createReadConflicts(reads),
    readConflict: createReadConflict(reads),
    decideConflict,
    tryAgain: createTryAgain(review),
    discardChange: createDiscard(review, decideConflict),
    readReadiness: createReadReadiness(reads, options.lastMigration),
    demo: options.demoPeople && issueToken ? { people: options.demoPeople, issueToken } : null,
    clock,
    newId: randomUUID,
    batchReceived: ({ requestId, deviceId, decisions, ms }) =>
      events.batchReceived({
        ...{ requestId, deviceId, changes: decisions.length, ms: Math.round(ms * 10) / 10 },
        waiting: decisions.filter(({ receipt }) => receipt.kind === 'waiting').length,
        failed: decisions.filter(({ receipt }) => receipt.kind === 'failed').length,
      }),
    ...{ sessions, seen },
  }
  const api = serveRoutes({
    ...{ routes: allRoutes, steps, seen, events, clock },
    identify: createIdentify(createReadToken(options.tokens, clock), sessions),
    limitRate: createRateLimit(options.rateLimitPerMinute),
    ...{ metrics, metricsToken: options.metricsToken ?? null },
  })
  const closeOnce = async () => {
    await streams.end()
    await retries.stop()
    await entries.close()
    await Promise.all([writes.end(), reads.end()])
  }
  let closed: Promise<void> | undefined
  return { api, endStreams: streams.end, close: () => (closed ??= closeOnce()) }
}
