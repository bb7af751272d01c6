// Takes changes the ledger holds: failed, or kept for another try; puts them through the whole path once more, as their author's
// and as if they came now: locked, decided, written, one transaction. A group is tried as a whole; the author's device hears of
// it through its cursor. What is no longer there to be tried is left out of the answer.  Keeps P1, P3, P7, P11.
import { isJsonObject, schemaVersionUnsaid, type Json, type JsonObject } from '@wedsync/protocol'
import type { Caller } from '../auth/caller.ts'
import { isRefusedByDatabase, isTimedOut } from '../db/database-errors.ts'
import { inTransaction, untilNotAborted } from '../db/in-transaction.ts'
import { decideBatch } from '../push/decide-batch.ts'
import type { Decision } from '../push/decision.ts'
import { withHolders } from '../push/find-holders.ts'
import { readBases, readChanges } from '../push/read-changes.ts'
import { withoutTheSlow } from '../push/without-the-slow.ts'
import { writeDecisions, type WriteSettings } from '../push/write-decisions.ts'
import { unchanged } from '../words/words-for.ts'
import { openWithoutDevice, ranksOf, type ReviewParts } from '../review/open-without-device.ts'
import { nextTryAt } from './next-try.ts'

/** A change as the ledger keeps it. */
export type Sent = {
  changeId: string
  deviceId: string
  batchId: string
  table: string
  id: string | null
  action: string
  baseVersion: number | null
  data: Json
  base: Json
  more: JsonObject | null
}

/** `lease`: under which the server itself tries them; null: a person asked for it. */
export const tryAgain = async (
  parts: ReviewParts,
  caller: Caller,
  requestId: string,
  sent: readonly Sent[],
  lease: string | null,
): Promise<Decision[]> => {
  const run = (care: Care) =>
    untilNotAborted(
      () => tryOnce(parts, caller, requestId, sent, lease, care),
      parts.chance,
      (tries, code) => parts.events.transactionRetried(requestId, tries, code),
    )
  return run({ isCareful: false }).catch((error: unknown) => {
    if (!isRefusedByDatabase(error) && !isTimedOut(error)) throw error
    return withoutTheSlow((tooSlow) => run({ isCareful: true, tooSlow }))
  })
}

type Care = Pick<WriteSettings, 'isCareful' | 'tooSlow'>

const tryOnce = async (
  parts: ReviewParts,
  caller: Caller,
  requestId: string,
  sent: readonly Sent[],
  lease: string | null,
  care: Care,
): Promise<Decision[]> => {
  const { collections, schemas = unchanged } = parts
  const { batchId, deviceId } = sent[0]!
  const ids = sent.map(({ changeId }) => changeId)
  const all = readBases(
    readChanges(sent.map(asSent), {
      ...{ batchId, collections, schemas, version: schemaVersionUnsaid, validateChecksums: false },
    }),
  )
  return inTransaction(parts.database, async (tx) => {
    const locked = await openWithoutDevice(tx, caller, { changes: all, again: ids, ...(lease && { lease, deviceId }) })
    const opened = await withHolders(tx, locked, all, collections)
    const changes = all.filter(({ changeId }) => opened.again.some((one) => one.changeId === changeId))
    const known = Object.fromEntries(Object.entries(opened.known).filter(([id]) => !ids.includes(id)))
    const decisions = decideBatch({
      ...{ changes, collections, opened: { ...opened, known }, strategy: 'merge' },
      ...{ userId: caller.userId, deviceId },
      at: parts.clock().toISOString(),
      retryAt: parts.clock().toISOString(),
      detectionFailed: (id, thrown) => parts.events.detectionFailed(requestId, id, thrown),
    })
    return writeDecisions(tx, decisions, {
      ...{ deviceId, batchId, ...care, sessionId: `sess_${parts.newId()}`, ranks: ranksOf(collections) },
      ...{ nextTryAt: nextTryAt(parts.clock, parts.chance), again: opened.again, ...(lease && { lease }) },
    })
  })
}

// as it came; what PostgreSQL cannot hold was kept as base64
const asSent = ({ changeId, table, id, action, baseVersion, data, base, more }: Sent): JsonObject => {
  const { asBase64, sent, ...rest } = more ?? {}
  const spoken = isJsonObject(sent) ? { data: sent['data']!, base: sent['base']! } : { data, base }
  const kept =
    typeof asBase64 === 'string'
      ? (JSON.parse(Buffer.from(asBase64, 'base64').toString()) as JsonObject)
      : { data: spoken.data, ...(spoken.base !== null && { base: spoken.base }) }
  return { changeId, table, id, action, baseVersion, ...rest, ...kept }
}
