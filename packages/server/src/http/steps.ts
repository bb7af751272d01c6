// What the routes may ask for: each step by itself, so that no route knows more than it uses (H8).
import type { SchemaHistory } from '@wedsync/merge'
import type {
  DecisionRequest,
  DecisionsRequest,
  DemoPerson,
  HistoryResponse,
  StatusResponse,
  VerifyResponse,
} from '@wedsync/protocol'
import type { Patience } from '../admission/patience.ts'
import type { Caller } from '../auth/caller.ts'
import type { Sessions } from '../auth/sessions.ts'
import type { SecurityLog } from '../ops/security-log.ts'
import type { Cursor } from '../pull/cursor.ts'
import type { NewsPage, PageWish } from '../pull/read-page.ts'
import type { Decision } from '../push/decision.ts'
import type { Order } from '../push/opened-batch.ts'
import type { Batch, Received } from '../push/batch.ts'
import type { HistoryWish } from '../ops/read-history.ts'
import type { StreamWish } from '../stream/open-streams.ts'
import type { Readiness } from '../ops/read-readiness.ts'
import type { DecidedAnswer } from '../review/decide.ts'
import type { DecidedTogether } from '../review/decide-together.ts'
import type { Words } from '../words/words-for.ts'
import type { ConflictsPage, ConflictsWish, ConflictTold } from '../review/read-conflicts.ts'

export type Steps = {
  /** Left out: the tables are what they always were. */
  schemas?: SchemaHistory
  receiveBatch: (caller: Caller, batch: Batch, patience: Patience) => Promise<Received>
  /** The news that goes home with receipts, or none where there is none to be had. */
  readPageOfPush: (caller: Caller, wish: PageWish, order: Order | null, patience: Patience) => Promise<NewsPage>
  receiptsOnlyPage: (caller: Caller, cursor: Cursor, order: Order) => NewsPage
  readPage: (caller: Caller, wish: PageWish) => Promise<NewsPage>
  readCursor: (text: string | null | undefined, caller: Caller) => Cursor | null
  openStream: (caller: Caller, requestId: string, wish: StreamWish) => Promise<ReadableStream<Uint8Array>>
  readStatus: (caller: Caller, userId: string, hours: number) => Promise<StatusResponse | null>
  readHistory: (caller: Caller, wish: HistoryWish, words: Words) => Promise<HistoryResponse | null>
  verifyScope: (caller: Caller, scope: string, words: Words) => Promise<VerifyResponse | null>
  readConflicts: (caller: Caller, wish: ConflictsWish, words: Words) => Promise<ConflictsPage>
  readConflict: (caller: Caller, conflictId: string, words: Words) => Promise<ConflictTold>
  decideConflict: (
    caller: Caller,
    requestId: string,
    conflictId: string,
    wish: DecisionRequest,
    patience: Patience,
  ) => Promise<DecidedAnswer>
  decideTogether: (
    caller: Caller,
    requestId: string,
    wish: DecisionsRequest,
    patience: Patience,
  ) => Promise<DecidedTogether>
  tryAgain: (caller: Caller, requestId: string, changeId: string, patience: Patience) => Promise<Decision[]>
  discardChange: (caller: Caller, requestId: string, changeId: string, patience: Patience) => Promise<number>
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
