// Joins the steps to the routes: takes a database, the collections and the settings; hands back an API to listen with.
import { randomUUID } from 'node:crypto'
import type { Collection, SchemaHistory } from '@wedsync/merge'
import type { DemoPerson } from '@wedsync/protocol'
import { pino } from 'pino'
import { createLines } from './admission/create-lines.ts'
import { SentHome } from './admission/sent-home.ts'
import { createIssueToken } from './auth/issue-token.ts'
import { createIdentify } from './auth/identify.ts'
import { createReadToken, type TokenSettings } from './auth/read-token.ts'
import { createSessionCookies } from './auth/session-cookie.ts'
import { createSessions } from './auth/sessions.ts'
import { callReadCursorKey, callReadHeads, callRecordSecurity } from './db/call-sql.ts'
import { connectDatabase } from './db/connect-database.ts'
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
import { createReadPageOfPush } from './pull/read-page-of-push.ts'
import { receiptsOnlyPage } from './pull/receipts-only-page.ts'
import { createReceiveBatch } from './push/receive-batch.ts'
import { createStreams } from './stream/open-streams.ts'
import { createHeads } from './stream/watch-heads.ts'
import { nextSyncTime } from './http/routes/next-sync-time.ts'
import { createRetryKept } from './retry/retry-kept.ts'
import { retentionPace, retryPace, startRounds, type Pace } from './rounds/start-rounds.ts'
import { createForgetOld } from './retention/forget-old.ts'
import { createDecide } from './review/decide.ts'
import { createDecideTogether } from './review/decide-together.ts'
import { createDiscard, createTryAgain } from './review/handle-failed.ts'
import { createReadConflict, createReadConflicts } from './review/read-conflicts.ts'
import { unchanged } from './words/words-for.ts'

export type ServerOptions = {
  /** As the role `wedsync_server`. */
  databaseUrl: string
  /** Parents before children. */
  collections: readonly Collection[]
  /** What earlier versions of the tables said otherwise; left out: they are what they always were. */
  schemas?: SchemaHistory
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
  /** When what is kept is tried again; every second when left out. */
  retries?: Pace
  /** When what is old is forgotten; once a day when left out. */
  retention?: Pace
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
  const chance = Math.random
  const log = createEvents(pino({ level: options.logLevel ?? 'info', base: { app: 'wedsync' } }), clock)
  const metrics = createMetrics()
  const events = metrics.counted(log)
  const database = connectDatabase({
    ...{ url: options.databaseUrl, events, chance },
    onAway: () => {
      lines.disperse()
      streams.cut()
    },
  })
  const { writes, reads, rest, breaker, pools } = database
  const lines = createLines({ breaker, clock, chance })
  const { inner } = lines
  metrics.gauge({ pools, lines, breaker })
  const keptKey = Buffer.from(await callReadCursorKey(rest), 'hex')
  const cursors = createCursors(keptKey)
  const sessions = createSessions(rest, createSessionCookies(keptKey), clock)
  const entries = createEntryQueue((texts) => callRecordSecurity(rest, texts), events)
  const seen = createSecurityLog(events, entries, clock)
  const collections = new Map(options.collections.map((collection) => [collection.name, collection]))
  const issueToken = createIssueToken(options.tokens, clock)

  const { schemas = unchanged } = options
  const receiveBatch = createReceiveBatch({ database: writes, lines, collections, schemas, events, clock, chance })

  const review = { database: writes, collections, schemas, events, clock, chance, newId: randomUUID }
  const decideConflict = createDecide(review)
  const decideTogether = createDecideTogether(review)
  const tryAgain = createTryAgain(review)
  const discardChange = createDiscard(review, decideConflict)
  const receiptsOnly: Steps['receiptsOnlyPage'] = (caller, cursor, order) =>
    receiptsOnlyPage(caller, cursor, order, cursors)
  // while the database is away everybody knows
  const failed = (round: string) => (thrown: unknown) => {
    if (!(thrown instanceof SentHome)) events.requestFailed(round, round, thrown)
  }
  const retryKept = createRetryKept(review)
  const retryPass = async () => {
    if (await inner.writes.run(retryKept)) retries.soon()
  }
  const retries = startRounds(retryPass, failed('retry'), options.retries ?? retryPace)
  const retention = startRounds(
    createForgetOld(rest, events.oldForgotten),
    failed('retention'),
    options.retention ?? retentionPace,
  )
  const readPage = createReadPage(
    ...([reads, cursors] as const),
    (why) => events.cursorReset('page', why),
    (version) => events.oldWords(version, 'page', 1),
  )
  const readHeads = async (organizations: readonly string[]) =>
    JSON.parse(await callReadHeads(rest, organizations)) as Record<string, number>
  const streams = createStreams({
    ...{ readPage, events, clock, nextSyncTime, line: inner.pagesOfStreams },
    readCursor: (text, caller) => cursors.read(text, caller),
    heads: createHeads(readHeads, (thrown) => {
      events.streamFailed(thrown)
      streams.cut()
    }),
    ...(options.streams && { limits: options.streams, heartbeatMs: options.streams.heartbeatMs }),
  })

  const steps: Steps = {
    schemas,
    receiveBatch: async (caller, batch, patience) => {
      const received = await receiveBatch(caller, batch, patience)
      // others may have waited for what it made
      if (received.decisions.some(({ read }) => read.action === 'create' || read.action === 'restore')) retries.soon()
      return received
    },
    readPage,
    readPageOfPush: createReadPageOfPush({ line: inner.pagesOfPushes, readPage, receiptsOnlyPage: receiptsOnly }),
    openStream: streams.open,
    receiptsOnlyPage: receiptsOnly,
    readCursor: (text, caller) => readCursor(text, caller, cursors, (why) => events.cursorReset('cursor', why)),
    readStatus: createReadStatus(rest, clock, lines.isShedding),
    readHistory: createReadHistory(rest),
    verifyScope: createVerifyScope(rest),
    readConflicts: createReadConflicts(rest),
    readConflict: createReadConflict(rest, collections),
    decideConflict: (caller, requestId, conflictId, wish, patience) =>
      inner.writes.run(() => decideConflict(caller, requestId, conflictId, wish), patience),
    decideTogether: (caller, requestId, wish, patience) =>
      decideTogether(caller, requestId, wish, (one) => inner.writes.run(one, patience)),
    tryAgain: (caller, requestId, changeId, patience) =>
      inner.writes.run(() => tryAgain(caller, requestId, changeId), patience),
    discardChange: (caller, requestId, changeId, patience) =>
      inner.writes.run(() => discardChange(caller, requestId, changeId), patience),
    readReadiness: createReadReadiness(rest, options.lastMigration, breaker),
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
    ...{ routes: allRoutes, steps, seen, lines, events, clock, chance },
    identify: createIdentify(createReadToken(options.tokens, clock), {
      find: (cookie) => inner.sessions.run(() => sessions.find(cookie)),
    }),
    limitRate: createRateLimit(options.rateLimitPerMinute),
    ...{ metrics, metricsToken: options.metricsToken ?? null },
  })
  const closeOnce = async () => {
    await streams.end()
    await Promise.all([retries.stop(), retention.stop()])
    await entries.close()
    await database.close()
  }
  let closed: Promise<void> | undefined
  database.watch()
  return { api, endStreams: streams.end, close: () => (closed ??= closeOnce()) }
}
