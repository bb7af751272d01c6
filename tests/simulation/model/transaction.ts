// A transaction as the engine's functions see it: who asks, and what several of them need.
import type { Engine } from './capture.ts'
import type { View } from './review.ts'
import { placesOf, type LedgerRow, type Place } from './rows.ts'
import type { Caller } from './sight.ts'
import { databaseError, type Reads } from './state.ts'

export type Transaction = Engine & { caller: Caller; epoch: string }

export const viewOf = ({ tx, collections, caller }: Transaction): View => ({ reads: tx, collections, caller })

/** Changes of a device that are kept for another try. */
export const keptOf = (reads: Reads, caller: Caller, deviceId: string | null, lease: string | null): LedgerRow[] =>
  [...reads.all<LedgerRow>('ledger')]
    .map(([, row]) => row)
    .filter(
      (row) =>
        row.organizationId === caller.organizationId &&
        row.userId === caller.userId &&
        row.deviceId === deviceId &&
        (row.status === 'pending' || row.status === 'processing') &&
        (lease === null || row.lease !== lease),
    )
    .sort((one, other) => one.arrival! - other.arrival!)

export const knownChange = () => databaseError('23505', 'duplicate key', { constraint: 'offline_sync_queue_pkey' })
export const hidden = () => databaseError('42501', "some rows are not the caller's to write")

export const writerOf = ({ caller, now }: Transaction, deviceId: string | null) => ({
  ...{ userId: caller.userId, role: `app_${caller.role}`, deviceId, at: now, changeIds: new Map<string, string>() },
})

/** Where a record stands: alive before gone, the latest. */
export const standing = (reads: Reads, table: string, id: string): Place | undefined =>
  placesOf(reads, table, id).toSorted(
    (one, other) => Number(one.gone !== null) - Number(other.gone !== null) || other.position - one.position,
  )[0]

export const emptyLedgerRow = (
  { caller, now }: Pick<Transaction, 'caller' | 'now'>,
  of: Pick<
    LedgerRow,
    'changeId' | 'deviceId' | 'batchId' | 'table' | 'id' | 'action' | 'baseVersion' | 'data' | 'base' | 'more' | 'hash'
  >,
): LedgerRow => {
  const { changeId, deviceId, batchId, table, id, action, baseVersion, data, base, more, hash } = of
  return {
    ...{ organizationId: caller.organizationId, changeId, userId: caller.userId, deviceId, batchId, table, id, action },
    ...{ baseVersion: baseVersion ?? null, data: data ?? null, base: base ?? null, more: more ?? null, hash },
    ...{ status: 'completed', attempts: 1, nextAttemptAt: null, errorCode: null, version: null, receipt: null },
    ...{
      settledPosition: null,
      receivedAt: now,
      arrival: null,
      awaits: null,
      lease: null,
      leasedUntil: null,
      handledBy: null,
    },
  }
}
