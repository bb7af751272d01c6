// The conductor of a batch: steps 6 to 10. A plain batch is one call to the database, together with others of its organization that wait
// at that moment; one that has to be decided is locked, decided here and written by a second call in one transaction; one the database
// refuses as a whole is written carefully, group by group. Hands back one decision per change, in the order they were sent.  Keeps P1, P3, P4.
import type { Collection } from '@wedsync/merge'
import { createGather } from '../admission/gather.ts'
import type { Patience } from '../admission/patience.ts'
import type { Caller } from '../auth/caller.ts'
import { callReceiveBatch } from '../db/call-sql.ts'
import { isAborted, isKnownChange, isRefusedByDatabase, isTimedOut } from '../db/database-errors.ts'
import { inTransaction, RolledBack, untilNotAborted } from '../db/in-transaction.ts'
import { batchesTogetherMax } from '../limits.ts'
import { nextTryAt } from '../retry/next-try.ts'
import { withOldBases } from './base-of-old-request.ts'
import {
  envelopeOf,
  notReset,
  readBatch,
  retried,
  Stranger,
  type Batch,
  type BatchParts,
  type Parts,
  type Received,
} from './batch.ts'
import { decideBatch } from './decide-batch.ts'
import type { Decision } from './decision.ts'
import { withHolders } from './find-holders.ts'
import { lockedBatch } from './first-look.ts'
import { inPieces } from './in-pieces.ts'
import { lookTogether, type Asked } from './look-together.ts'
import type { FirstAnswer, OpenedBatch } from './opened-batch.ts'
import { readBases, type ReadChange } from './read-changes.ts'
import { rollBackAll } from './roll-back-all.ts'
import { takeIntoEscrow } from './take-into-escrow.ts'
import { withoutTheSlow } from './without-the-slow.ts'
import { writeAndHear } from './write-decisions.ts'

/** Milliseconds after which a change that may pass later is worth sending again. */
const retryAfterMs = 30_000

export const createReceiveBatch = (given: BatchParts) => {
  const parts: Parts = { ...given, ranks: ranksOf(given.collections) }
  const { lines, database, events } = parts
  const firstLook = createGather({
    turns: lines.turnsOfOrganization,
    most: batchesTogetherMax,
    settle: (asked: Asked[], patience) => lines.inner.writes.run(() => lookTogether(parts, asked), patience),
  })

  const receive = async (caller: Caller, batch: Batch, patience: Patience): Promise<Received> => {
    const inTurn = <Answer>(step: () => Promise<Answer>) =>
      lines.turnsOfOrganization.run(caller.organizationId, () => lines.inner.writes.run(step, patience), patience)
    const isWhole = batch.options.atomic || batch.options.dryRun
    const look = isWhole ? null : await firstLook(caller.organizationId, { caller, batch }, patience)
    if (look?.received) return look.received
    return await inTurn(async () => {
      const changes = look?.changes ?? readBatch(parts, batch)
      try {
        if (look?.isStranger) throw new Stranger()
        return { decisions: await decide(parts, caller, batch, changes, look?.isSlow ?? false), order: null }
      } catch (thrown) {
        if (!(thrown instanceof Stranger) || isWhole) throw thrown
        const decisions = await takeIntoEscrow(database, caller, batch, changes)
        if (!decisions) throw thrown
        events.takenIntoEscrow(batch.requestId, caller.userId, decisions.length)
        return { decisions, order: null }
      }
    })
  }
  return (caller: Caller, batch: Batch, patience: Patience): Promise<Received> => {
    const device = `${caller.organizationId}/${caller.userId}/${batch.deviceId}`
    return lines.turnsOfDevice.run(device, () => receive(caller, batch, patience), patience)
  }
}

// -- what is not plain: each in a transaction of its own

const decide = async (
  parts: Parts,
  caller: Caller,
  batch: Batch,
  changes: ReadChange[],
  isSlow: boolean,
): Promise<Decision[]> => {
  const write = (piece: ReadChange[], pieceIsSlow: boolean) =>
    decideAndWrite(parts, caller, batch, piece, parts.clock(), pieceIsSlow)
  const whole = readBases(changes)
  const isWhole = batch.options.atomic || batch.options.dryRun
  return await (isWhole ? write(whole, isSlow) : inPieces(whole, isSlow, write, parts.clock))
}

const decideAndWrite = async (
  parts: Parts,
  caller: Caller,
  batch: Batch,
  changes: ReadChange[],
  now: Date,
  isSlow: boolean,
) => {
  const [at, retryAt] = [now.toISOString(), new Date(now.getTime() + retryAfterMs).toISOString()]
  /** `refused`: what the database would not have, as it is told; the others are decided as if it had never been there. */
  const once = (isCareful: boolean, { refused, clashed }: Met, tooSlow?: ReadonlySet<string>) =>
    inTransaction(parts.database, async (tx): Promise<Decision[] | Refused> => {
      const text = await callReceiveBatch(tx, caller.claims, lockedBatch(envelopeOf(batch), changes))
      const answer = notReset(JSON.parse(text) as FirstAnswer, parts, batch)
      const based = batch.cursor ? changes : await withOldBases(tx, changes, batch.lastSyncTime)
      const opened = await withHolders(tx, answer as OpenedBatch, based, parts.collections)
      const decisions = decideBatch({
        collections: parts.collections,
        ...{
          ...{ changes: based, opened, refused, clashed },
          strategy: batch.options.conflictResolution,
          ...{ userId: caller.userId, deviceId: batch.deviceId, at, retryAt },
        },
        detectionFailed: (changeId, thrown) => parts.events.detectionFailed(batch.requestId, changeId, thrown),
      })
      if (batch.options.dryRun) throw new RolledBack(decisions)
      if (batch.options.atomic && decisions.some(({ receipt }) => receipt.kind !== 'processed'))
        throw new RolledBack(rollBackAll(decisions))
      const written = await writeAndHear(tx, decisions, {
        ...batch,
        nextTryAt: nextTryAt(parts.clock, parts.chance),
        ranks: parts.ranks,
        isCareful,
        ...(tooSlow && { tooSlow }),
      })
      if (batch.options.atomic && written.decisions.some(({ receipt }) => receipt.kind !== 'processed'))
        throw new RolledBack(rollBackAll(written.decisions))
      if (written.clashed.some((unit) => !clashed.has(unit)))
        throw new RolledBack<Refused>({ refused: [], clashed: written.clashed })
      const fresh = written.refused.filter(({ changeId }) => !refused.has(changeId))
      if (othersBehind(fresh, written.decisions)) throw new RolledBack<Refused>({ refused: fresh, clashed: [] })
      return written.decisions
    })
  const attempt = (isCareful: boolean, tooSlow?: ReadonlySet<string>) => async (): Promise<Decision[]> => {
    const [refused, clashed] = [new Map<string, Decision>(), new Set<string>()]
    // every round refuses one more at least, or knows of one more that is in somebody's way, so there is a last one
    for (;;) {
      const told = await once(isCareful, { refused, clashed }, tooSlow)
      if (Array.isArray(told)) return told
      for (const one of told.refused) refused.set(one.changeId, one)
      for (const unit of told.clashed) clashed.add(unit)
    }
  }
  const run = (step: () => Promise<Decision[]>) =>
    untilNotAborted(step, parts.chance, retried(parts, batch), isWorthAnother)
  if (!isSlow)
    try {
      return await run(attempt(false))
    } catch (error) {
      if (!isRefusedByDatabase(error) && !isTimedOut(error)) throw error
    }
  return await withoutTheSlow((tooSlow) => run(attempt(true, tooSlow)))
}

type Refused = { refused: Decision[]; clashed: readonly string[] }
/** What earlier rounds met: what the database would not have, and units that wanted what somebody else held by then. */
type Met = { refused: ReadonlyMap<string, Decision>; clashed: ReadonlySet<string> }

/** Whether something came behind them that was decided as if they could go in. */
const othersBehind = (refused: readonly Decision[], all: readonly Decision[]): boolean =>
  all.some(
    (one) =>
      !one.isReplay &&
      refused.some(({ index }) => index < one.index) &&
      !refused.some(({ index }) => index === one.index),
  )

// a change that somebody else's try wrote in between is a replay at the next look
const isWorthAnother = (error: unknown) => isAborted(error) || isKnownChange(error)

const ranksOf = (collections: ReadonlyMap<string, Collection>): Map<string, number> =>
  new Map([...collections.keys()].map((name, rank) => [name, rank + 1]))
