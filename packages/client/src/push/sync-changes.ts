// Edits made outside this engine: taken into the outbox like any other, sent, and answered with what became of them.
import { checksumOf, failureCodes, type Conflict, type Failure, type Processed, type Receipt } from '@wedsync/protocol'
import { RefusedEdit } from '../errors.ts'
import { type Events } from '../events/create-events.ts'
import { receiptsOf } from '../outbox/receipts-of.ts'
import { captureEdit } from '../save/capture.ts'
import { type Device } from '../settings.ts'
import { type Store } from '../store/store.ts'
import { createTally, type Tallied } from './create-tally.ts'
import { type OfflineChange, type SyncChangesOptions, type SyncChangesResult } from './offline-change.ts'

type Parts = {
  store: Store
  device: Device
  events: Events
  onStored: () => Promise<void>
  syncNow: () => Promise<void>
}

/** Takes, sends, answers. What has no receipt when the run ends stays in the outbox and goes on trying. */
export const syncChanges = async (
  parts: Parts,
  changes: readonly OfflineChange[],
  { conflictResolution, validateChecksums = true }: SyncChangesOptions = {},
): Promise<SyncChangesResult> => {
  const taken: string[] = []
  const refused: Failure[] = []
  for (const [index, change] of changes.entries()) {
    if (validateChecksums && isDamaged(change)) {
      refused.push(damaged(change, index))
      continue
    }
    try {
      const { action, table, id, data = {}, groupId, intents } = change
      const edit = { action, table, id, data, groupId, intents, given: change, strategy: conflictResolution ?? null }
      const changeId = await captureEdit(parts, edit)
      if (changeId !== null) taken.push(changeId)
    } catch (error) {
      if (!(error instanceof RefusedEdit)) throw error
      refused.push(failureOf(error, change, index))
    }
  }
  await parts.onStored()
  const tally = createTally()
  const stopListening = parts.events.inner.on('answered', tally.add)
  await parts.syncNow()
  stopListening()
  return resultFrom(await receiptsOf(parts.store, taken), refused, tally.take())
}

// what is taken in here gets a checksum of its own for its way to the server, so one that came with it is checked now
const isDamaged = ({ checksum, data = {}, ...change }: OfflineChange): boolean =>
  checksum !== undefined && checksum.toLowerCase() !== checksumOf({ ...change, data })

const damaged = ({ changeId = '' }: OfflineChange, index: number): Failure => ({
  ...{ changeId, index, code: 'checksum_mismatch', message: failureCodes.checksum_mismatch.says },
  retryable: true,
})

const failureOf = (error: RefusedEdit, { changeId = '' }: OfflineChange, index: number): Failure => {
  const [problem] = error.problems
  return {
    changeId,
    index,
    code: problem?.code ?? 'invalid_change',
    message: error.message,
    ...(problem && { field: problem.field }),
    retryable: false,
  }
}

const resultFrom = (
  receipts: readonly [string, Receipt | null][],
  refused: readonly Failure[],
  tallied: Tallied | null,
): SyncChangesResult => {
  const processed: Processed[] = []
  const conflicts: Conflict[] = []
  const failures = [...refused]
  const waiting: string[] = []
  for (const [changeId, receipt] of receipts) {
    if (receipt === null) waiting.push(changeId)
    else if (receipt.kind === 'failed') failures.push(receipt.failure)
    else if (receipt.kind === 'waiting') conflicts.push(receipt.conflict)
    else {
      processed.push(receipt.processed)
      if (receipt.conflict) conflicts.push(receipt.conflict)
    }
  }
  const success = failures.length === 0 && waiting.length === 0
  return {
    success,
    sessionId: tallied?.sessionId ?? null,
    processed,
    conflicts,
    failures,
    waiting,
    metrics: tallied?.metrics ?? null,
  }
}
