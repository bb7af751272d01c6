// The conductor of a batch: steps 6 to 10, one transaction. A plain batch is one call to the database; one that has to be
// decided is locked, decided here and written by a second call; one the database refuses as a whole is written carefully,
// group by group. Hands back one decision per change, in the order they were sent.  Keeps P1, P3, P4.
import type { Collection, SchemaHistory } from '@wedsync/merge'
import { type DeviceInfo, type SyncOptions } from '@wedsync/protocol'
import type { Caller } from '../auth/caller.ts'
import { callReceiveBatch } from '../db/call-sql.ts'
import { isAborted, isKnownChange, isRefusedByDatabase, isTimedOut } from '../db/database-errors.ts'
import { inTransaction, RolledBack, untilNotAborted } from '../db/in-transaction.ts'
import type { Database } from '../db/pool.ts'
import type { Events } from '../events.ts'
import { ApiError } from '../http/api-error.ts'
import type { Cursor } from '../pull/cursor.ts'
import { cursorReset } from '../pull/read-page.ts'
import { withOldBases } from './base-of-old-request.ts'
import { decideBatch } from './decide-batch.ts'
import type { Decision } from './decision.ts'
import { lockedBatch, plainBatch, type Envelope } from './first-look.ts'
import type { FirstAnswer, OpenedBatch, Order } from './opened-batch.ts'
import { readBases, readChanges, type ReadChange } from './read-changes.ts'
import { inPieces } from './in-pieces.ts'
import { plainDecisions } from './plain-decisions.ts'
import { rollBackAll } from './roll-back-all.ts'
import { takeIntoEscrow } from './take-into-escrow.ts'
import { decideGroups } from './settle-groups.ts'
import { nextTryAt } from '../retry/next-try.ts'
import { unchanged } from '../words/words-for.ts'
import { withoutTheSlow } from './without-the-slow.ts'
import { writeDecisions } from './write-decisions.ts'

export type Batch = {
  requestId: string
  sessionId: string
  batchId: string
  deviceId: string
  deviceInfo: DeviceInfo | undefined
  cursor: Cursor | null
  /** When the device last heard, by this server's clock, where it cannot say what it saw. */
  lastSyncTime: string | null
  /** Of the tables in whose words the device speaks; today's where it is left out. */
  schemaVersion?: number
  changes: readonly unknown[]
  options: SyncOptions
}

/** `order` where the database told it in passing. */
export type Received = { decisions: Decision[]; order: Order | null }

export type BatchParts = {
  database: Database
  collections: ReadonlyMap<string, Collection>
  /** Left out: the tables are what they always were. */
  schemas?: SchemaHistory
  events: Events
  clock: () => Date
  chance: () => number
}

/** Milliseconds after which a change that may pass later is worth sending again. */
const retryAfterMs = 30_000

export const createReceiveBatch = (given: BatchParts) => {
  const parts = { ...given, ranks: ranksOf(given.collections) }
  const { collections, schemas = unchanged } = parts
  return async (caller: Caller, batch: Batch): Promise<Received> => {
    const { options } = batch
    const changes = readChanges(batch.changes, {
      ...{ batchId: batch.batchId, collections, schemas, version: batch.schemaVersion ?? schemas.current },
      validateChecksums: options.validateChecksums,
    })
    for (const [version, made] of Map.groupBy(changes, ({ past }) => past?.schema.version))
      if (version !== undefined) parts.events.oldWords(version, 'change', made.length)
    try {
      return await receive(parts, caller, batch, changes)
    } catch (thrown) {
      if (!(thrown instanceof Stranger) || options.atomic || options.dryRun) throw thrown
      const decisions = await takeIntoEscrow(parts.database, caller, batch, changes)
      if (!decisions) throw thrown
      parts.events.takenIntoEscrow(batch.requestId, caller.userId, decisions.length)
      return { decisions, order: null }
    }
  }
}

/** `ranks`: where each table stands among those that need it, and those it needs. */
type Parts = BatchParts & { ranks: ReadonlyMap<string, number> }

const receive = async (parts: Parts, caller: Caller, batch: Batch, changes: ReadChange[]): Promise<Received> => {
  const { ranks } = parts
  const { options } = batch
  const plain = options.atomic || options.dryRun ? null : plainBatch(envelopeOf(batch), changes, ranks)
  let isSlow = false
  if (plain) {
    const written = await writePlain(parts, caller, batch, plain.text).catch((error: unknown) => {
      if (!isTimedOut(error)) throw error
      isSlow = true
    })
    if (written) return { decisions: plainDecisions(changes, plain.groups, written), order: written.order }
  }
  const write = (piece: ReadChange[], pieceIsSlow: boolean) =>
    decideAndWrite(parts, caller, batch, piece, parts.clock(), pieceIsSlow)
  const whole = readBases(changes)
  const isWhole = options.atomic || options.dryRun
  return {
    decisions: await (isWhole ? write(whole, isSlow) : inPieces(whole, isSlow, write, parts.clock)),
    order: null,
  }
}

/** Somebody who belongs to this organization no more, or never did. */
class Stranger extends ApiError {
  constructor() {
    super(
      'forbidden',
      'You are no longer part of this organization. What you have not shared yet stays on this device.',
    )
  }
}

const envelopeOf = ({ batchId, deviceId, sessionId, deviceInfo, cursor }: Batch): Envelope => ({
  ...{ batchId, deviceId, sessionId, cursor, device: deviceInfo ?? {} },
})

const retried =
  ({ events }: BatchParts, { requestId }: Batch) =>
  (tries: number, code: string) =>
    events.transactionRetried(requestId, tries, code)

// One call, its own transaction. Null: there is something to decide, or the database refused a row of it.
const writePlain = async (parts: BatchParts, caller: Caller, batch: Batch, text: string) => {
  try {
    const answer = await untilNotAborted(
      async () => firstAnswer(await callReceiveBatch(parts.database, caller.claims, text), parts, batch),
      parts.chance,
      retried(parts, batch),
    )
    return 'open' in answer ? null : answer
  } catch (error) {
    // a row is refused, or a change is known already: looked at again, with the ledger in hand
    if (isRefusedByDatabase(error)) return null
    throw error
  }
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
  const attempt = (isCareful: boolean, tooSlow?: ReadonlySet<string>) => async () =>
    await inTransaction(parts.database, async (tx) => {
      const answer = firstAnswer(
        await callReceiveBatch(tx, caller.claims, lockedBatch(envelopeOf(batch), changes)),
        parts,
        batch,
      )
      const based = batch.cursor ? changes : await withOldBases(tx, changes, batch.lastSyncTime)
      const decisions = decideGroups((undone) =>
        decideBatch({
          undone,
          collections: parts.collections,
          ...{
            changes: based,
            opened: answer as OpenedBatch,
            strategy: batch.options.conflictResolution,
            ...{ userId: caller.userId, deviceId: batch.deviceId, at, retryAt },
          },
          detectionFailed: (changeId, thrown) => parts.events.detectionFailed(batch.requestId, changeId, thrown),
        }),
      )
      if (batch.options.dryRun) throw new RolledBack(decisions)
      if (batch.options.atomic && decisions.some(({ receipt }) => receipt.kind !== 'processed'))
        throw new RolledBack(rollBackAll(decisions))
      const written = await writeDecisions(tx, decisions, {
        ...batch,
        nextTryAt: nextTryAt(parts.clock, parts.chance),
        ranks: parts.ranks,
        isCareful,
        ...(tooSlow && { tooSlow }),
      })
      if (batch.options.atomic && written.some(({ receipt }) => receipt.kind !== 'processed'))
        throw new RolledBack(rollBackAll(written))
      return written
    })
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

// a change that somebody else's try wrote in between is a replay at the next look
const isWorthAnother = (error: unknown) => isAborted(error) || isKnownChange(error)

const firstAnswer = (
  text: string,
  { events }: BatchParts,
  { requestId }: Batch,
): Exclude<FirstAnswer, { reset: string } | { stranger: true }> => {
  const answer = JSON.parse(text) as FirstAnswer
  if ('stranger' in answer) throw new Stranger()
  if (!('reset' in answer)) return answer
  events.cursorReset(requestId, answer.reset)
  throw cursorReset()
}

const ranksOf = (collections: ReadonlyMap<string, Collection>): Map<string, number> =>
  new Map([...collections.keys()].map((name, rank) => [name, rank + 1]))
