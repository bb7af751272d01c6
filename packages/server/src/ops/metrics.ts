// What whoever is on call counts: batches, changes, faults, connections, lines. Hands back events that count as well as log, and
// the text Prometheus reads. Counts and codes only: nobody's id is ever a label.
import type pg from 'pg'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Lines } from '../admission/create-lines.ts'
import type { Breaker } from '../db/create-breaker.ts'
import type { Events } from '../events.ts'

export type Metrics = {
  /** The same events, counted on their way to the log. */
  counted: (events: Events) => Events
  /** What is looked at whenever somebody reads. */
  gauge: (what: Gauged) => void
  requestAnswered: (asked: string, status: number, seconds: number) => void
  /** In Prometheus' text format. */
  text: () => Promise<string>
  contentType: string
}

export type Gauged = {
  pools: Readonly<Record<string, Pick<pg.Pool, 'totalCount' | 'idleCount' | 'waitingCount'>>>
  lines: Pick<Lines, 'lengths'>
  breaker: Pick<Breaker, 'isClosed'>
}

/** Seconds: a batch takes milliseconds, a full queue seconds. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export const createMetrics = (): Metrics => {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name: `wedsync_${name}`, help, labelNames, registers })
  const batches = new Histogram({
    name: 'wedsync_batch_seconds',
    help: 'Batches of changes, and how long each took',
    buckets,
    registers,
  })
  const requests = new Histogram({ name: 'wedsync_request_seconds', help: 'Requests by route and status', labelNames: ['route', 'status'], buckets, registers }) // prettier-ignore
  const changes = counter('changes_total', 'Changes by what became of them at once', ['outcome'])
  const retried = counter('transactions_retried_total', 'Transactions the database aborted, tried again', ['code'])
  const failed = counter('requests_failed_total', 'Requests that ended in a fault of ours', ['code'])
  const resets = counter('cursor_resets_total', 'Devices told to load again, because history does not continue theirs')
  const held = counter('detections_failed_total', 'Changes held because detection failed')
  const decided = counter('conflicts_decided_total', 'Conflicts that a person decided')
  const tried = counter('kept_changes_tried_total', 'Tries of changes the server keeps, by what came of them', [
    'outcome',
  ])
  const entries = counter('security_entries_lost_total', 'Entries of the security log that only stand in the log lines')
  const sentHome = counter('sent_home_total', 'Requests that were not let in, by line and why', ['line', 'why'])
  const moved = counter('breaker_moves_total', 'Moves of the breaker around the database', ['state'])

  const counted = (events: Events): Events => ({
    ...events,
    batchReceived(facts) {
      batches.observe(facts.ms / 1000)
      changes.inc({ outcome: 'waiting' }, facts.waiting)
      changes.inc({ outcome: 'failed' }, facts.failed)
      changes.inc({ outcome: 'processed' }, facts.changes - facts.waiting - facts.failed)
      events.batchReceived(facts)
    },
    transactionRetried(requestId, tries, code) {
      retried.inc({ code })
      events.transactionRetried(requestId, tries, code)
    },
    requestFailed(requestId, code, thrown) {
      failed.inc({ code })
      events.requestFailed(requestId, code, thrown)
    },
    cursorReset(requestId, why) {
      resets.inc()
      events.cursorReset(requestId, why)
    },
    detectionFailed(requestId, changeId, thrown) {
      held.inc()
      events.detectionFailed(requestId, changeId, thrown)
    },
    conflictDecided(userId, conflictId, choice) {
      decided.inc()
      events.conflictDecided(userId, conflictId, choice)
    },
    keptTried(requestId, count, through) {
      tried.inc({ outcome: 'through' }, through)
      tried.inc({ outcome: 'kept' }, count - through)
      events.keptTried(requestId, count, through)
    },
    keptClosed(count, code) {
      tried.inc({ outcome: 'closed' }, count)
      events.keptClosed(count, code)
    },
    entriesLost(lost) {
      entries.inc(lost)
      events.entriesLost(lost)
    },
    sentHome(requestId, line, why) {
      sentHome.inc({ line, why })
      events.sentHome(requestId, line, why)
    },
    breakerMoved(state, openForSeconds) {
      moved.inc({ state })
      events.breakerMoved(state, openForSeconds)
    },
  })
  return {
    counted,
    gauge: (what) => addGauges(registers, what),
    requestAnswered: (route, status, seconds) => requests.observe({ route, status: String(status) }, seconds),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

const addGauges = (registers: Registry[], { pools, lines, breaker }: Gauged): void => {
  const gauge = (name: string, help: string, labelNames: string[], read: (gauge: Gauge) => void) =>
    new Gauge({
      ...{ name: `wedsync_${name}`, help, labelNames, registers },
      collect() {
        read(this)
      },
    })
  gauge('connections', 'Connections to the database by pool and state', ['pool', 'state'], (one) => {
    for (const [pool, { totalCount, idleCount, waitingCount }] of Object.entries(pools)) {
      one.set({ pool, state: 'busy' }, totalCount - idleCount)
      one.set({ pool, state: 'idle' }, idleCount)
      one.set({ pool, state: 'waited for' }, waitingCount)
    }
  })
  gauge('line', 'Requests that wait for the database and that are at it, by line', ['line', 'state'], (one) => {
    for (const { line, waiting, underWay } of lines.lengths()) {
      one.set({ line, state: 'waiting' }, waiting)
      one.set({ line, state: 'under way' }, underWay)
    }
  })
  gauge('breaker_open', 'Whether the breaker around the database keeps everybody away', [], (one) =>
    one.set(breaker.isClosed() ? 0 : 1),
  )
}
