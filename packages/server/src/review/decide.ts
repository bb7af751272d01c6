// Takes what a person says about one conflict, over HTTP; hands back the record as it now stands and the conflict, or the
// reason why it cannot be decided so. The same step as in a batch: locked, planned, written, one transaction.
// Keeps P3, P4, P7.
import {
  conflictsTable,
  type DecisionRequest,
  type FailureCode,
  type JsonObject,
  type SyncErrorCode,
} from '@wedsync/protocol'
import type { Caller } from '../auth/caller.ts'
import { callReadDecided } from '../db/call-sql.ts'
import { inTransaction, RolledBack, untilNotAborted } from '../db/in-transaction.ts'
import { ApiError } from '../http/api-error.ts'
import { decideBatch } from '../push/decide-batch.ts'
import type { Decision } from '../push/decision.ts'
import { withHolders } from '../push/find-holders.ts'
import { readChanges } from '../push/read-changes.ts'
import { writeDecisions } from '../push/write-decisions.ts'
import { unchanged } from '../words/words-for.ts'
import { openWithoutDevice, ranksOf, type ReviewParts } from './open-without-device.ts'

export type DecidedAnswer = { record: JsonObject | null; conflict: JsonObject }

export const createDecide =
  (parts: ReviewParts) =>
  async (caller: Caller, requestId: string, conflictId: string, wish: DecisionRequest): Promise<DecidedAnswer> => {
    const [decision, answer] = await untilNotAborted(
      () => inTransaction(parts.database, (tx) => decideOnce(parts, tx, caller, requestId, conflictId, wish)),
      parts.chance,
      (tries, code) => parts.events.transactionRetried(requestId, tries, code),
    )
    if (decision.receipt.kind === 'failed') throw asApiError(decision.receipt.failure)
    parts.events.conflictDecided(caller.userId, conflictId, wish.choice ?? 'custom')
    return answer!
  }

const decideOnce = async (
  parts: ReviewParts,
  tx: Parameters<typeof callReadDecided>[0],
  caller: Caller,
  requestId: string,
  conflictId: string,
  { schemaVersion, ...wish }: DecisionRequest,
): Promise<[Decision, DecidedAnswer | null]> => {
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
  const { decisions } = decideBatch({
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
  // what is refused leaves no trace, but fields that turned out to be contested stay for the next look
  if (decision!.receipt.kind === 'failed' && decision!.conflictUpdates.length === 0)
    throw new RolledBack([decision!, null])
  if (decision!.receipt.kind === 'failed' || !conflict) return [decision!, null]
  const [record, seen] = JSON.parse(await callReadDecided(tx, conflict.table, conflict.id, conflictId)) as [
    JsonObject | null,
    JsonObject,
  ]
  return [decision!, { record, conflict: seen }]
}

const errorFor: Partial<Record<FailureCode, SyncErrorCode>> = {
  already_resolved: 'already_resolved',
  conflict_moved: 'conflict_moved',
  forbidden: 'forbidden',
  record_missing: 'not_found',
  too_old: 'upgrade_required',
  not_written: 'unavailable',
}

const asApiError = ({
  code,
  message,
  field,
}: {
  code: string
  message: string
  field?: string | undefined
}): ApiError => {
  const known = errorFor[code as FailureCode]
  if (known === 'not_found') return new ApiError(known, 'There is no such conflict.')
  if (known) return new ApiError(known, message)
  return new ApiError('validation_failed', message, { details: [{ path: field ?? 'choice', code, message }] })
}
