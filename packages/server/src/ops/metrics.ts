// What whoever is on call counts: batches, changes, faults, connections. Takes the two pools; hands back events that count as
// well as log, and the text Prometheus reads. Counts and codes only: nobody's id is ever a label.
import type pg from 'pg'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Events } from '../events.ts'

export type Metrics = {
  /** The same events, counted on their way to the log. */
  counted: (events: Events) => Events
  requestAnswered: (asked: string, status: number, seconds: number) => void
  /** In Prometheus' text format. */
  text: () => Promise<string>
  contentType: string
}

/** Seconds: a batch takes milliseconds, a full queue seconds. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export const createMetrics = (pools: Readonly<Record<string, pg.Pool>>): Metrics => {
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
  new Gauge({
    ...{
      name: 'wedsync_connections',
      help: 'Connections to the database by pool and state',
      labelNames: ['pool', 'state'],
    },
    registers,
    collect() {
      for (const [pool, { totalCount, idleCount, waitingCount }] of Object.entries(pools)) {
        this.set({ pool, state: 'busy' }, totalCount - idleCount)
        this.set({ pool, state: 'idle' }, idleCount)
        this.set({ pool, state: 'waited for' }, waitingCount)
      }
    },
  })

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
  })
  return {
    counted,
    requestAnswered: (route, status, seconds) => requests.observe({ route, status: String(status) }, seconds),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
