// One function per thing worth knowing (H32). Each writes its log line; ids and counts only, never a patch or a name.
import type { Logger } from 'pino'

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
  signedIn: (userId: string) => void
  statusOfOtherRead: (userId: string, otherUserId: string) => void
  conflictDecided: (userId: string, conflictId: string, choice: string) => void
  changeTriedAgain: (userId: string, changeId: string, outcome: string) => void
  changeDiscarded: (userId: string, changeId: string) => void
}

export const createEvents = (log: Logger): Events => ({
  batchReceived: (facts) => log.info(facts, 'batch received'),
  transactionRetried: (requestId, tries, code) => log.warn({ requestId, tries, code }, 'transaction tried again'),
  requestFailed: (requestId, code, thrown) => log.error({ requestId, code, fault: faultOf(thrown) }, 'request failed'),
  cursorReset: (requestId, why) => log.warn({ requestId, why }, 'cursor reset'),
  detectionFailed: (requestId, changeId, thrown) =>
    log.error({ requestId, changeId, fault: faultOf(thrown) }, 'change held: detection failed'),
  streamEnded: (why) => log.debug({ why }, 'stream ended'),
  streamFailed: (thrown) => log.warn({ fault: faultOf(thrown) }, 'stream ended by a fault'),
  signedIn: (userId) => log.info({ userId, audit: true }, 'signed in'),
  statusOfOtherRead: (userId, otherUserId) =>
    log.info({ userId, otherUserId, audit: true }, 'status of another person read'),
  conflictDecided: (userId, conflictId, choice) =>
    log.info({ userId, conflictId, choice, audit: true }, 'conflict decided'),
  changeTriedAgain: (userId, changeId, outcome) =>
    log.info({ userId, changeId, outcome, audit: true }, 'failed change tried again'),
  changeDiscarded: (userId, changeId) => log.info({ userId, changeId, audit: true }, 'change discarded'),
})

// A driver's error carries values of rows in `detail`: only what names the fault is kept.
const faultOf = (thrown: unknown) => {
  if (!(thrown instanceof Error)) return { name: 'not an error' }
  const { name, stack } = thrown
  const { code, routine, where } = thrown as { code?: unknown; routine?: unknown; where?: unknown }
  const isFromDatabase = typeof routine === 'string'
  return isFromDatabase ? { name, code, routine, where } : { name, code, stack }
}
