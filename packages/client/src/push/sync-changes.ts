// Edits made outside this engine: taken into the outbox like any other, sent, and answered with what became of them.
import { type Conflict, type Failure, type Processed, type Receipt, type SyncMetrics } from '@wedsync/protocol'
import { RefusedEdit } from '../errors.ts'
import { type Events } from '../events/create-events.ts'
import { captureEdit } from '../save/capture.ts'
import { type Device } from '../settings.ts'
import { type Store } from '../store/store.ts'
import { type OfflineChange, type SyncChangesOptions, type SyncChangesResult } from '../sync-engine.ts'

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
  { conflictResolution }: SyncChangesOptions = {},
): Promise<SyncChangesResult> => {
  const taken: string[] = []
  const refused: Failure[] = []
  for (const [index, change] of changes.entries()) {
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
  let last: { sessionId: string; metrics: SyncMetrics } | null = null
  const stopListening = parts.events.on('syncCompleted', (sessionId, metrics) => (last = { sessionId, metrics }))
  await parts.syncNow()
  stopListening()
  return resultFrom(await receiptsOf(parts.store, taken), refused, last)
}

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

const receiptsOf = async (store: Store, changeIds: readonly string[]): Promise<[string, Receipt | null][]> => {
  const ids = [...new Set(changeIds)]
  const { entries, kept } = await store.view(async (tx) => ({
    entries: await tx.outbox.where('changeId').anyOf(ids).toArray(),
    kept: await tx.kept.bulkGet(ids),
  }))
  const found = new Map(
    [...kept.flatMap((row) => row?.entry ?? []), ...entries].map((one) => [one.changeId, one.receipt]),
  )
  return ids.map((id) => [id, found.get(id) ?? null])
}

const resultFrom = (
  receipts: readonly [string, Receipt | null][],
  refused: readonly Failure[],
  last: { sessionId: string; metrics: SyncMetrics } | null,
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
    sessionId: last?.sessionId ?? null,
    processed,
    conflicts,
    failures,
    waiting,
    metrics: last?.metrics ?? null,
  }
}
