// Takes the id of a change that failed, is kept for another try, or waits for a person; tries it once more as if it came now, or gives it up. Its own
// author may, and whoever plans the wedding. A group is handled as a whole; the author's device hears of it through its
// cursor.  Keeps P3, P7, P11.
import { failureCodes } from '@wedsync/protocol'
import type { Caller } from '../auth/caller.ts'
import { callDiscardFor, callHandledFor } from '../db/call-sql.ts'
import { ApiError } from '../http/api-error.ts'
import type { Decision } from '../push/decision.ts'
import { tryAgain, type Sent } from '../retry/try-again.ts'
import type { createDecide } from './decide.ts'
import type { ReviewParts } from './open-without-device.ts'

type Handled = { status: string; conflictIds: string[]; changes: Sent[] | null }

export const createTryAgain =
  (parts: ReviewParts) =>
  async (caller: Caller, requestId: string, changeId: string): Promise<Decision[]> => {
    const sent = triableOf(await readHandled(parts, caller, changeId))
    const decisions = await tryAgain(parts, caller, requestId, sent, null)
    if (decisions.length !== sent.length) throw settledAlready()
    for (const { changeId: id, receipt } of decisions)
      parts.events.changeTriedAgain(caller.userId, id, receipt.kind === 'failed' ? receipt.failure.code : receipt.kind)
    return decisions
  }

/** A failed change, or a kept one, is given up; one that waits for a person is withdrawn, and the record stays as it stands. */
export const createDiscard =
  (parts: ReviewParts, decide: ReturnType<typeof createDecide>) =>
  async (caller: Caller, requestId: string, changeId: string): Promise<number> => {
    const { status, conflictIds } = await readHandled(parts, caller, changeId)
    if (status === 'conflict') {
      for (const conflictId of conflictIds) await decide(caller, requestId, conflictId, { choice: 'server' })
    } else if (!isTriable(status)) throw settledAlready()
    const given = isTriable(status)
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

const triableOf = ({ status, changes }: Handled): Sent[] => {
  if (!isTriable(status) || !changes) throw settledAlready()
  return changes
}

// failed, or kept for another try that a person does not want to wait for
const isTriable = (status: string): boolean => status === 'failed' || status === 'pending'

const settledAlready = () => new ApiError('already_resolved', 'This change has its outcome already.')
