// One function per thing worth knowing (H32). Each writes its log line; ids and counts only, never a patch or a name.
import type { Logger } from 'pino'
import { shedLinesPerMinute } from './limits.ts'
import { createLineBudget } from './ops/line-budget.ts'

export type Events = {
  batchReceived: (facts: {
    requestId: string
    deviceId: string
    changes: number
    waiting: number
    failed: number
    ms: number
  }) => void
  transactionRetried: (requestId: string, tries: number, code: string) => void
  requestFailed: (requestId: string, code: string, thrown: unknown) => void
  cursorReset: (requestId: string, why: string) => void
  detectionFailed: (requestId: string, changeId: string, thrown: unknown) => void
  streamEnded: (why: string) => void
  streamFailed: (thrown: unknown) => void
  conflictDecided: (userId: string, conflictId: string, choice: string) => void
  changeTriedAgain: (userId: string, changeId: string, outcome: string) => void
  changeDiscarded: (userId: string, changeId: string) => void
  takenIntoEscrow: (requestId: string, userId: string, changes: number) => void
  oldForgotten: (forgotten: Record<string, number>) => void
  keptTried: (requestId: string, changes: number, through: number) => void
  keptClosed: (changes: number, code: string) => void
  signedIn: (requestId: string, how: 'demo' | 'session', userId: string) => void
  signedOut: (requestId: string, userId: string) => void
  refused: (requestId: string, code: string, asked: string, userId?: string) => void
  refusalsNotTold: (whose: string, times: number) => void
  changesForbidden: (requestId: string, userId: string, times: number) => void
  statusOfOtherRead: (requestId: string, userId: string, otherUserId: string) => void
  entriesNotWritten: (entries: number, thrown: unknown) => void
  entriesLost: (entries: number) => void
  /** A request was not let in; `line` is where it would have waited. */
  sentHome: (requestId: string, line: string, why: string) => void
  breakerMoved: (state: string, openForSeconds: number) => void
}

export const createEvents = (log: Logger, clock = () => new Date()): Events => ({
  batchReceived: (facts) => log.info(facts, 'batch received'),
  transactionRetried: (requestId, tries, code) => log.warn({ requestId, tries, code }, 'transaction tried again'),
  requestFailed: (requestId, code, thrown) => log.error({ requestId, code, fault: faultOf(thrown) }, 'request failed'),
  cursorReset: (requestId, why) => log.warn({ requestId, why }, 'cursor reset'),
  detectionFailed: (requestId, changeId, thrown) =>
    log.error({ requestId, changeId, fault: faultOf(thrown) }, 'change held: detection failed'),
  streamEnded: (why) => log.debug({ why }, 'stream ended'),
  streamFailed: (thrown) => log.warn({ fault: faultOf(thrown) }, 'stream ended by a fault'),
  conflictDecided: (userId, conflictId, choice) =>
    log.info({ userId, conflictId, choice, audit: true }, 'conflict decided'),
  changeTriedAgain: (userId, changeId, outcome) =>
    log.info({ userId, changeId, outcome, audit: true }, 'failed change tried again'),
  takenIntoEscrow: (requestId, userId, changes) =>
    log.warn({ requestId, userId, changes, audit: true }, 'changes of a former member taken into escrow'),
  oldForgotten: (forgotten) => log.info(forgotten, 'what is old was forgotten'),
  keptTried: (requestId, changes, through) => log.info({ requestId, changes, through }, 'kept changes tried again'),
  keptClosed: (changes, code) => log.warn({ changes, code }, 'kept changes came to their end untried'),
  changeDiscarded: (userId, changeId) => log.info({ userId, changeId, audit: true }, 'change discarded'),
  signedIn: (requestId, how, userId) => log.info({ requestId, how, userId, audit: true }, 'signed in'),
  signedOut: (requestId, userId) => log.info({ requestId, userId, audit: true }, 'signed out'),
  refused: (requestId, code, asked, userId) => log.warn({ requestId, code, asked, userId, audit: true }, 'refused'),
  refusalsNotTold: (whose, times) => log.warn({ whose, times, audit: true }, 'refused as well in the minute before'),
  changesForbidden: (requestId, userId, times) =>
    log.warn({ requestId, userId, times, audit: true }, 'changes forbidden'),
  statusOfOtherRead: (requestId, userId, otherUserId) =>
    log.info({ requestId, userId, otherUserId, audit: true }, 'status of another person read'),
  entriesNotWritten: (entries, thrown) =>
    log.error({ entries, fault: faultOf(thrown), audit: true }, 'security log cannot be written; kept and tried again'),
  entriesLost: (entries) =>
    log.error({ entries, audit: true }, 'security log: more than it can keep, only in these lines'),
  sentHome: sentHomeLine(log, clock),
  breakerMoved: (state, openForSeconds) => {
    const facts = { openForSeconds: Math.round(openForSeconds * 10) / 10 }
    if (state === 'closed') log.warn(facts, 'the database answers again')
    else if (state === 'open' && openForSeconds === 0) log.error('the database does not answer: nobody is sent there')
    // an outage of a night is two lines, not a hundred thousand
    else log.debug({ state, ...facts }, 'the database was tried out')
  },
})

// a crowd that is sent home must not fill the disk: a few lines a minute, and how many there were
const sentHomeLine = (log: Logger, clock: () => Date): Events['sentHome'] => {
  const budgets = new Map<string, () => boolean>()
  return (requestId, line, why) => {
    const mayTell =
      budgets.get(line) ??
      createLineBudget(shedLinesPerMinute, clock, (times) =>
        log.warn({ line, times }, 'sent home in the minute before'),
      )
    budgets.set(line, mayTell)
    if (mayTell()) log.warn({ requestId, line, why }, 'request sent home')
  }
}

// A driver's error carries values of rows in `detail`: only what names the fault is kept.
const faultOf = (thrown: unknown) => {
  if (!(thrown instanceof Error)) return { name: 'not an error' }
  const { name, stack } = thrown
  const { code, routine, where } = thrown as { code?: unknown; routine?: unknown; where?: unknown }
  const isFromDatabase = typeof routine === 'string'
  return isFromDatabase ? { name, code, routine, where } : { name, code, stack }
}
