// Takes the id of a change that failed, or waits for a person; tries it once more as if it came now, or gives it up. Its own
// author may, and whoever plans the wedding. A group is handled as a whole; the author's device hears of it through its
// cursor.  Keeps P3, P7, P11.
import { failureCodes, type Json, type JsonObject } from '@wedsync/protocol'
import type { Caller } from '../auth/caller.ts'
import { callDiscardFor, callHandledFor } from '../db/call-sql.ts'
import { isRefusedByDatabase } from '../db/database-errors.ts'
import { inTransaction, untilNotAborted } from '../db/in-transaction.ts'
import { ApiError } from '../http/api-error.ts'
import { decideBatch, type Decision } from '../push/decide-batch.ts'
import { readBases, readChanges } from '../push/read-changes.ts'
import { decideGroups } from '../push/settle-groups.ts'
import { writeDecisions } from '../push/write-decisions.ts'
import type { createDecide } from './decide.ts'
import { openWithoutDevice, ranksOf, type ReviewParts } from './open-without-device.ts'

type Sent = {
  changeId: string
  userId: string
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

type Handled = { status: string; conflictIds: string[]; changes: Sent[] | null }

export const createTryAgain =
  (parts: ReviewParts) =>
  async (caller: Caller, requestId: string, changeId: string): Promise<Decision[]> => {
    const sent = failedOf(await readHandled(parts, caller, changeId))
    const attempt = (isCareful: boolean) => () => tryOnce(parts, caller, requestId, sent, isCareful)
    const run = (isCareful: boolean) =>
      untilNotAborted(attempt(isCareful), parts.chance, (tries, code) =>
        parts.events.transactionRetried(requestId, tries, code),
      )
    const decisions = await run(false).catch((error: unknown) => {
      if (!isRefusedByDatabase(error)) throw error
      return run(true)
    })
    for (const { changeId: id, receipt } of decisions)
      parts.events.changeTriedAgain(caller.userId, id, receipt.kind === 'failed' ? receipt.failure.code : receipt.kind)
    return decisions
  }

/** A failed change is given up; one that waits for a person is withdrawn, and the record stays as it stands. */
export const createDiscard =
  (parts: ReviewParts, decide: ReturnType<typeof createDecide>) =>
  async (caller: Caller, requestId: string, changeId: string): Promise<number> => {
    const { status, conflictIds } = await readHandled(parts, caller, changeId)
    if (status === 'conflict') {
      for (const conflictId of conflictIds) await decide(caller, requestId, conflictId, { choice: 'server' })
    } else if (status !== 'failed') throw settledAlready()
    const given =
      status === 'failed'
        ? Number(await callDiscardFor(parts.database, caller.claims, changeId, failureCodes.discarded.says))
        : conflictIds.length
    if (given === 0) throw settledAlready()
    parts.events.changeDiscarded(caller.userId, changeId)
    return given
  }

const readHandled = async ({ database }: ReviewParts, { claims }: Caller, changeId: string): Promise<Handled> => {
  const found = JSON.parse(await callHandledFor(database, claims, changeId)) as Handled | null
  if (!found) throw new ApiError('not_found', 'There is nothing of yours under this id.')
  return found
}

const failedOf = ({ status, changes }: Handled): Sent[] => {
  if (status !== 'failed' || !changes) throw settledAlready()
  return changes
}

const settledAlready = () => new ApiError('already_resolved', 'This change has its outcome already.')

const tryOnce = async (
  parts: ReviewParts,
  caller: Caller,
  requestId: string,
  sent: readonly Sent[],
  isCareful: boolean,
): Promise<Decision[]> => {
  const { collections } = parts
  const { batchId, deviceId } = sent[0]!
  const again = sent.map(({ changeId }) => changeId)
  const changes = readBases(readChanges(sent.map(asSent), { batchId, collections, validateChecksums: false }))
  return inTransaction(parts.database, async (tx) => {
    const opened = await openWithoutDevice(tx, caller, { changes, again })
    if (opened.again.length !== sent.length) throw settledAlready()
    const known = Object.fromEntries(Object.entries(opened.known).filter(([id]) => !again.includes(id)))
    const retryAt = parts.clock().toISOString()
    const decisions = decideGroups((undone) =>
      decideBatch({
        ...{
          undone,
          changes,
          collections,
          opened: { ...opened, known },
          strategy: 'merge',
          userId: caller.userId,
          retryAt,
        },
        detectionFailed: (id, thrown) => parts.events.detectionFailed(requestId, id, thrown),
      }),
    )
    const settings = { deviceId, sessionId: `sess_${parts.newId()}`, batchId, retryAt, ranks: ranksOf(collections) }
    return writeDecisions(tx, decisions, { ...settings, isCareful, isAgain: true })
  })
}

// as it came; what PostgreSQL cannot hold was kept as base64
const asSent = ({ changeId, table, id, action, baseVersion, data, base, more }: Sent): JsonObject => {
  const { asBase64, ...rest } = more ?? {}
  const kept =
    typeof asBase64 === 'string'
      ? (JSON.parse(Buffer.from(asBase64, 'base64').toString()) as JsonObject)
      : { data, ...(base !== null && { base }) }
  return { changeId, table, id, action, baseVersion, ...rest, ...kept }
}
