// One function for each thing that concerns who may come in and see what. Each writes its line (`audit: true`), and, where
// the person is known, queues an entry for the table: ids and codes, never a name, a token or a text.  Keeps P7.
import type { SyncErrorCode } from '@wedsync/protocol'
import type { Caller } from '../auth/caller.ts'
import type { Events } from '../events.ts'
import type { EntryQueue } from './entry-queue.ts'
import { createLineBudget } from './line-budget.ts'

type Who = Pick<Caller, 'userId' | 'organizationId'>
export type SecurityLog = {
  demoSignIn: (requestId: string, who: Who) => void
  sessionOpened: (requestId: string, who: Who) => void
  sessionEnded: (requestId: string, who: Who) => void
  changesForbidden: (requestId: string, who: Who, times: number) => void
  /** Its entry was written by the statement that read: see get_user_sync_status. */
  statusOfOtherRead: (requestId: string, who: Who, subjectId: string) => void
  /** Of somebody unknown only the line is written: a stranger must not be able to fill the database. */
  refused: (requestId: string, who: Who | null, code: SyncErrorCode, asked: string) => void
}

/** What is worth a line: refusals for who somebody is, or how often they ask. */
export const watchedRefusals: readonly SyncErrorCode[] = [
  'unauthorized',
  'forbidden',
  'other_user_status',
  'csrf_failed',
  'rate_limited',
]

/** Lines a minute about people nobody knows, and about refusals of known ones: beyond, they are counted. */
const linesPerMinute = { strangers: 60, known: 600 }

export const createSecurityLog = (events: Events, queue: EntryQueue, clock: () => Date): SecurityLog => {
  const skipped = (whose: string) => (times: number) => events.refusalsNotTold(whose, times)
  const mayTellOf = {
    strangers: createLineBudget(linesPerMinute.strangers, clock, skipped('strangers')),
    known: createLineBudget(linesPerMinute.known, clock, skipped('known people')),
  }
  const entry = (requestId: string, { userId, organizationId }: Who) => ({
    ...{ at: clock().toISOString(), userId, organizationId, requestId, code: null, times: 1 },
  })
  return {
    demoSignIn: (requestId, who) => {
      events.signedIn(requestId, 'demo', who.userId)
      queue.add({ ...entry(requestId, who), event: 'demo_sign_in' })
    },
    sessionOpened: (requestId, who) => {
      events.signedIn(requestId, 'session', who.userId)
      queue.add({ ...entry(requestId, who), event: 'session_opened' })
    },
    sessionEnded: (requestId, who) => {
      events.signedOut(requestId, who.userId)
      queue.add({ ...entry(requestId, who), event: 'session_ended' })
    },
    changesForbidden: (requestId, who, times) => {
      if (times === 0) return
      events.changesForbidden(requestId, who.userId, times)
      queue.add({ ...entry(requestId, who), event: 'changes_forbidden', times })
    },
    statusOfOtherRead: (requestId, who, subjectId) => events.statusOfOtherRead(requestId, who.userId, subjectId),
    refused: (requestId, who, code, asked) => {
      if (!watchedRefusals.includes(code)) return
      if (mayTellOf[who ? 'known' : 'strangers']()) events.refused(requestId, code, asked, who?.userId)
      if (who) queue.add({ ...entry(requestId, who), event: 'refused', code })
    },
  }
}
