// One pass over what the server keeps for another try: takes what is due under a lease, and tries it, device by device, as its
// author's, no more in one transaction than a phone may send at once. Any number of nodes may do so; a node that dies gives its
// changes back when the lease runs out. What took its node down, all the time there is, or waits for a row that somebody holds, is
// tried by itself, so that it harms no other, and given up in the end.  Keeps P1, P3, P8, P14.
import { attemptsMax, changesPerBatchMax, failureCodes } from '@wedsync/protocol'
import { callerFor } from '../auth/caller.ts'
import { callClaimRetries, callCloseRetries, callReleaseRetries } from '../db/call-sql.ts'
import { isAborted, isTimedOut, tooSlowUnit } from '../db/database-errors.ts'
import { ApiError } from '../http/api-error.ts'
import type { Decision } from '../push/decision.ts'
import type { ReviewParts } from '../review/open-without-device.ts'
import { nextTryInMs } from './next-try.ts'
import { tryAgain, type Sent } from './try-again.ts'

/** Seconds of a lease: longer than the longest transaction, and short enough that a crash delays nobody for a minute. */
const leaseSeconds = 30
/** Devices of one pass, so few that their lease lasts though very much is kept of each; what is left over is due in the next. */
const devicesMax = 5

type Kept = Sent & { attempts: number }
type KeptSet = { organizationId: string; userId: string; deviceId: string; wasLost: boolean; changes: Kept[] }

/** Answers whether there may be more than one pass takes. */
export const createRetryKept = (parts: ReviewParts) => async (): Promise<boolean> => {
  const lease = parts.newId()
  const claimed = JSON.parse(await callClaimRetries(parts.database, lease, leaseSeconds, devicesMax)) as KeptSet[]
  for (const set of claimed) await trySet(parts, lease, set)
  return claimed.length === devicesMax
}

const trySet = async (parts: ReviewParts, lease: string, set: KeptSet): Promise<void> => {
  const units = unitsOf(set.changes)
  const hopeless = units.filter((unit) => unit.some(({ attempts }) => attempts > attemptsMax))
  if (hopeless.length > 0) await close(parts, lease, set, hopeless.flat(), 'given_up')
  const left = units.filter((unit) => !hopeless.includes(unit))
  for (const units of piecesOf(left, set.wasLost ? 1 : changesPerBatchMax)) await tryUnits(parts, lease, set, units)
}

// in their order; of more changes than `most` only where one action has more
const piecesOf = (units: Kept[][], most: number): Kept[][][] => {
  const pieces: Kept[][][] = []
  for (const unit of units) {
    const last = pieces.at(-1)
    if (last && last.flat().length + unit.length <= most) last.push(unit)
    else pieces.push([unit])
  }
  return pieces
}

// a group goes in together or not at all
const unitsOf = (changes: readonly Kept[]): Kept[][] => [
  ...Map.groupBy(changes, ({ changeId, more }) => more?.['groupId'] ?? changeId).values(),
]

const tryUnits = async (parts: ReviewParts, lease: string, set: KeptSet, units: Kept[][]): Promise<void> => {
  const { events } = parts
  const changes = units.flat()
  if (changes.length === 0) return
  const requestId = parts.newId()
  try {
    const decisions = await tryAgain(parts, callerFor(set.userId, set.organizationId), requestId, changes, lease)
    events.keptTried(requestId, decisions.length, decisions.filter(isThrough).length)
  } catch (thrown) {
    if (thrown instanceof ApiError && thrown.code === 'not_found') {
      await close(parts, lease, set, changes, 'forbidden')
      return
    }
    if (units.length > 1 && isTheDoingOfSome(thrown)) {
      for (const unit of units) await tryUnits(parts, lease, set, [unit])
      return
    }
    // given back at once where that is possible; else the lease runs out
    events.requestFailed(requestId, 'retry', thrown)
    const ids = changes.map(({ changeId }) => changeId)
    const seconds = nextTryInMs(changes[0]!.attempts, parts.chance) / 1000
    await callReleaseRetries(parts.database, lease, ids, seconds).catch((error: unknown) =>
      events.requestFailed(requestId, 'retry', error),
    )
  }
}

// slow, or in somebody's way: most of the others would go in
const isTheDoingOfSome = (thrown: unknown): boolean =>
  isTimedOut(thrown) || tooSlowUnit(thrown) !== null || isAborted(thrown)

const isThrough = ({ receipt }: Decision): boolean => receipt.kind !== 'failed' || receipt.failure.kept !== true

const close = async (
  { database, events }: ReviewParts,
  lease: string,
  { organizationId }: KeptSet,
  changes: readonly Kept[],
  code: 'given_up' | 'forbidden',
): Promise<void> => {
  const changeIds = changes.map(({ changeId }) => changeId)
  await callCloseRetries(database, { organizationId, lease, changeIds, code, message: failureCodes[code].says })
  events.keptClosed(changeIds.length, code)
}
