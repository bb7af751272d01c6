// What the routes may ask for: each step by itself, so that no route knows more than it uses (H8).
import type { DemoPerson, StatusResponse } from '@wedsync/protocol'
import type { Caller } from '../auth/caller.ts'
import type { Sessions } from '../auth/sessions.ts'
import type { SecurityLog } from '../ops/security-log.ts'
import type { Cursor } from '../pull/cursor.ts'
import type { NewsPage, PageWish } from '../pull/read-page.ts'
import type { Decision } from '../push/decide-batch.ts'
import type { Order } from '../push/opened-batch.ts'
import type { Batch, Received } from '../push/receive-batch.ts'
import type { Readiness } from '../ops/read-readiness.ts'

export type Steps = {
  receiveBatch: (caller: Caller, batch: Batch) => Promise<Received>
  receiptsOnlyPage: (caller: Caller, cursor: Cursor, order: Order) => NewsPage
  readPage: (caller: Caller, wish: PageWish) => Promise<NewsPage>
  readCursor: (text: string | null | undefined, caller: Caller) => Cursor | null
  readStatus: (caller: Caller, userId: string, hours: number) => Promise<StatusResponse | null>
  readReadiness: () => Promise<Readiness>
  demo: {
    people: readonly DemoPerson[]
    issueToken: (userId: string, organizationId: string) => Promise<string>
  } | null
  clock: () => Date
  newId: () => string
  batchReceived: (facts: { requestId: string; deviceId: string; decisions: readonly Decision[]; ms: number }) => void
  sessions: Sessions
  seen: SecurityLog
}
