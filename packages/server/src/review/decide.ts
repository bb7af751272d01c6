// Takes what a person says about one conflict, over HTTP; hands back the record as it now stands and the conflict, or the
// reason why it cannot be decided so. The same step as in a batch: locked, planned, written, one transaction.
// Keeps P3, P4, P7.
import {
  conflictsTable,
  type DecisionRequest,
  type Failure,
  type FailureCode,
  type JsonObject,
  type ListedConflict,
  type SyncErrorCode,
} from '@wedsync/protocol'
import type { Caller } from '../auth/caller.ts'
import { callReadDecided } from '../db/call-sql.ts'
import { inTransaction, RolledBack, untilNotAborted } from '../db/in-transaction.ts'
import type { Session } from '../db/pool.ts'
import { ApiError } from '../http/api-error.ts'
import { decideBatch } from '../push/decide-batch.ts'
import { withHolders } from '../push/find-holders.ts'
import type { DecidedConflict } from '../push/opened-batch.ts'
import { readChanges } from '../push/read-changes.ts'
import { writeDecisions } from '../push/write-decisions.ts'
import { unchanged } from '../words/words-for.ts'
import { openWithoutDevice, ranksOf, type ReviewParts } from './open-without-device.ts'

export type DecidedAnswer = { record: JsonObject | null; conflict: JsonObject }

export type Refused = Pick<Failure, 'code' | 'message' | 'field'>

/** What became of it: how both now stand, or why it cannot be decided so. */
export type Attempt = { decided: DecidedAnswer } | { refused: Refused }

/** What speaks against deciding it so, by the conflict as the caller reads it, locked; null: nothing. */
export type Fence = (conflict: ListedConflict, wish: DecisionRequest) => Refused | null

export const createDecide = (parts: ReviewParts) => {
  const tryToDecide = createTryToDecide(parts)
  return async (...asked: Parameters<typeof tryToDecide>): Promise<DecidedAnswer> => {
    const attempt = await tryToDecide(...asked)
    if ('refused' in attempt) throw asApiError(attempt.refused)
    return attempt.decided
  }
}

/** The same, where a refusal is an answer like any other. */
export const createTryToDecide =
  (parts: ReviewParts, fence: Fence | null = null) =>
  async (caller: Caller, requestId: string, conflictId: string, wish: DecisionRequest): Promise<Attempt> => {
    const attempt = await untilNotAborted(
      () => inTransaction(parts.database, (tx) => decideOnce(parts, fence, tx, caller, requestId, conflictId, wish)),
      parts.chance,
      (tries, code) => parts.events.transactionRetried(requestId, tries, code),
    )
    if ('decided' in attempt) parts.events.conflictDecided(caller.userId, conflictId, wish.choice ?? 'custom')
    return attempt
  }

const decideOnce = async (
  parts: ReviewParts,
  fence: Fence | null,
  tx: Session,
  caller: Caller,
  requestId: string,
  conflictId: string,
  { schemaVersion, ...wish }: DecisionRequest,
): Promise<Attempt> => {
  const { collections, newId, schemas = unchanged } = parts
  const version = schemaVersion ?? schemas.current
  const changeId = newId()
  const change = { changeId, action: 'update', table: conflictsTable, id: conflictId, data: wish }
  const changes = readChanges([change], {
    ...{ batchId: changeId, collections, schemas, version, validateChecksums: false },
  })
  const locked = await openWithoutDevice(tx, caller, { changes, again: null })
  const opened = await withHolders(tx, locked, changes, collections)
  const conflict = opened.decided[0]
  if (fence && conflict) {
    const seen = (await readDecided(tx, conflict)).conflict as unknown as ListedConflict
    const against = fence(seen, wish)
    if (against) throw new RolledBack<Attempt>({ refused: against })
  }
  const decisions = decideBatch({
    ...{ changes, collections, opened, strategy: 'manual', userId: caller.userId, deviceId: null },
    // nothing comes behind it, and it is not tried again
    ...{ at: parts.clock().toISOString(), retryAt: '' },
    detectionFailed: (id, thrown) => parts.events.detectionFailed(requestId, id, thrown),
  })
  const settings = {
    deviceId: null,
    sessionId: '',
    batchId: changeId,
    nextTryAt: () => '',
    ranks: ranksOf(collections),
  }
  const [decision] = await writeDecisions(tx, decisions, { ...settings, isCareful: true })
  const { receipt, conflictUpdates } = decision!
  if (receipt.kind !== 'failed') return { decided: await readDecided(tx, conflict!) }
  const attempt: Attempt = { refused: receipt.failure }
  // what is refused leaves no trace, but fields that turned out to be contested stay for the next look
  if (conflictUpdates.length === 0) throw new RolledBack(attempt)
  return attempt
}

const readDecided = async (tx: Session, { table, id, conflictId }: DecidedConflict): Promise<DecidedAnswer> => {
  const [record, conflict] = JSON.parse(await callReadDecided(tx, table, id, conflictId)) as [
    JsonObject | null,
    JsonObject,
  ]
  return { record, conflict }
}

const errorFor: Partial<Record<FailureCode, SyncErrorCode>> = {
  already_resolved: 'already_resolved',
  conflict_moved: 'conflict_moved',
  forbidden: 'forbidden',
  record_missing: 'not_found',
  too_old: 'upgrade_required',
  not_written: 'unavailable',
}

const asApiError = ({ code, message, field }: Refused): ApiError => {
  const known = errorFor[code as FailureCode]
  if (known === 'not_found') return new ApiError(known, noSuchConflict)
  if (known) return new ApiError(known, message)
  return new ApiError('validation_failed', message, { details: [{ path: field ?? 'choice', code, message }] })
}

/** Unknown, or none of theirs: the same words. */
export const noSuchConflict = 'There is no such conflict.'
