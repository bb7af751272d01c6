// sync.settle_decisions: the conflict rows, ledger rows and receipts of what was decided.
import { severities, type Receipt } from '@wedsync/protocol'
import { tick } from './capture.ts'
import type { Decided, Entry, Fault } from './decided.ts'
import { conflictFor, placeConflicts, setConflict } from './review.ts'
import { inOrganization, placesOf, rowKey, type Clock, type ConflictRow, type LedgerRow, type Waiting } from './rows.ts'
import { databaseError } from './state.ts'
import { emptyLedgerRow, knownChange, viewOf, type Transaction } from './transaction.ts'

/** sync.settle_decisions. */
export const settle = async (
  of: Transaction,
  decided: Decided,
  written: Record<string, number>,
  faults: Record<string, Fault>,
): Promise<Record<string, Receipt>> => {
  const { tx, caller, now } = of
  const org = caller.organizationId
  const lease = decided.lease ?? null
  if (!decided.isQuiet) await tick(of, org, 1)
  const opened = decided.conflicts
    .filter(({ unit }) => !faults[unit])
    .map(({ unit: _, ...draft }): ConflictRow => {
      const known = tx.get<LedgerRow>('ledger', inOrganization(org, draft.changeId))
      return {
        ...draft,
        ...{
          organizationId: org,
          userId: known?.userId ?? caller.userId,
          deviceId: known?.deviceId ?? decided.deviceId!,
          version: 1,
        },
        ...{
          scope: draft.scope ?? null,
          resolution: draft.resolution ?? null,
          detectedAt: now,
          decidedBy: null,
          decidedAt: draft.status === 'resolved' ? now : null,
          decisionId: null,
          note: null,
        },
      }
    })
  for (const row of opened) {
    if (tx.get('conflict', inOrganization(org, row.conflictId)))
      throw databaseError('23505', 'duplicate key', { constraint: 'sync_conflict_log_pkey' })
    tx.set('conflict', inOrganization(org, row.conflictId), row)
  }
  if (opened.length > 0) await placeConflicts(of, opened)
  for (const update of decided.conflictUpdates) if (!faults[update.unit]) await moveSides(of, update)
  for (const conflictId of new Set([
    ...opened.map((row) => row.conflictId),
    ...decided.conflictUpdates.filter(({ unit }) => !faults[unit]).map((one) => one.conflictId),
  ]))
    openReview(of, conflictId)

  const receipts: Record<string, Receipt> = {}
  for (const entry of decided.entries) {
    const fault = faults[entry.unit]
    const told = fault ? (entry.ifFault?.[fault.told] ?? entry.ifFault!['other']!) : withVersion(of, entry, written)
    receipts[entry.changeId] = told
    await recordEntry(of, { entry, told, fault, lease, deviceId: decided.deviceId!, batchId: decided.batchId })
  }
  for (const entry of decided.entries) waitBehind(of, entry, receipts[entry.changeId]!)
  return receipts
}

const withVersion = (
  { tx, caller }: Transaction,
  { receipt, changeId, table, id }: Entry,
  written: Record<string, number>,
): Receipt => {
  const position = written[changeId]
  if (receipt.kind === 'waiting')
    return position === undefined ? receipt : { ...receipt, conflict: { ...receipt.conflict, recordVersion: position } }
  if (receipt.kind !== 'processed' || (receipt.processed.version !== 0 && position === undefined)) return receipt
  const standsAt =
    id === null
      ? 0
      : (placesOf(tx, table, id)
          .filter((one) => one.organizationId === caller.organizationId)
          .toSorted((one, other) => other.position - one.position)[0]?.position ?? 0)
  return { ...receipt, processed: { ...receipt.processed, version: position ?? standsAt } }
}

type Recording = {
  entry: Entry
  told: Receipt
  fault: Fault | undefined
  lease: string | null
  deviceId: string
  batchId: string
}

const recordEntry = async (
  of: Transaction,
  { entry, told, fault, lease, deviceId, batchId }: Recording,
): Promise<void> => {
  const { tx, caller, now } = of
  const failure = told.kind === 'failed' ? told.failure : null
  const isKept = failure?.kept === true
  if (!isKept && failure?.retryable && !entry.again) return
  const key = inOrganization(caller.organizationId, entry.changeId)
  await tx.lock(`ledger/${key}`)
  const known = tx.get<LedgerRow>('ledger', key)
  const awaits = !fault ? entry.awaits : fault.told === 'behind' && entry.behind ? { change: entry.behind } : null
  const status = isKept
    ? 'pending'
    : told.kind === 'processed'
      ? 'completed'
      : told.kind === 'waiting'
        ? 'conflict'
        : 'failed'
  const retryAt = failure?.retryAt ? Date.parse(failure.retryAt) : null
  if (!entry.again) {
    if (known) throw knownChange()
    tx.set('ledger', key, {
      ...emptyLedgerRow(of, { ...entry, deviceId, batchId }),
      ...{ status, errorCode: failure?.code ?? null, receipt: told },
      ...(isKept && { arrival: nextNumber(of), nextAttemptAt: retryAt ?? now + 35 * dayMs, awaits }),
    } satisfies LedgerRow)
    return
  }
  if (!known) return
  const isMine =
    lease === null
      ? known.status !== 'completed' && known.status !== 'conflict'
      : known.status === 'processing' && known.lease === lease
  if (!isMine) return
  const head = tx.get<Clock>('clock', caller.organizationId)!.head
  const awaitsId = (one: LedgerRow['awaits']) => (one && 'id' in one ? one.id : null)
  tx.set('ledger', key, {
    ...known,
    ...{ status, errorCode: failure?.code ?? null, receipt: told, lease: null, leasedUntil: null },
    settledPosition: isKept ? known.settledPosition : head,
    attempts:
      lease === null
        ? isKept
          ? 1
          : known.attempts + 1
        : isKept && awaitsId(awaits) !== awaitsId(known.awaits)
          ? 1
          : known.attempts,
    arrival: isKept ? (known.arrival ?? nextNumber(of)) : known.arrival,
    nextAttemptAt: isKept ? (retryAt ?? Math.max(known.receivedAt, now - 34 * dayMs) + 35 * dayMs) : null,
    awaits: isKept ? awaits : null,
    handledBy: lease === null ? caller.userId : known.handledBy,
  } satisfies LedgerRow)
}

const dayMs = 24 * 60 * 60_000

/** A sequence: never given back, not even by a transaction that is. */
const nextNumber = ({ tx }: Transaction): number => {
  const next = (tx.get<number>('number', 'arrivals') ?? 0) + 1
  tx.set('number', 'arrivals', next)
  return next
}

const moveSides = async (
  of: Transaction,
  { conflictId, sides, more, weighs }: Decided['conflictUpdates'][number],
): Promise<void> => {
  const { tx, caller } = of
  const log = tx.get<ConflictRow>('conflict', inOrganization(caller.organizationId, conflictId))
  if (log?.status !== 'pending' || conflictFor(viewOf(of), log) === null) return
  const fields = log.fields.map((field, nth) => {
    const side = sides.find(({ place }) => place === nth)
    if (!side) return field
    const { proposed: _, weighed: _told, ...rest } = field
    return { ...rest, client: side.client }
  })
  const rankOf = ({ severity }: { severity: string }) => severities.findIndex((one) => one === severity)
  const isHeavier = weighs && rankOf(weighs) > rankOf(log)
  const weight = isHeavier ? { ...weighs, score: Math.max(weighs.score, log.score) } : {}
  await setConflict(of, { ...log, ...weight, version: log.version + 1, fields: [...fields, ...more] })
}

const openReview = ({ tx, caller }: Transaction, conflictId: string): void => {
  const log = tx.get<ConflictRow>('conflict', inOrganization(caller.organizationId, conflictId))
  if (log?.status !== 'pending') return
  for (const { table, id } of [
    { table: log.table, id: log.id },
    ...log.fields.map((field) => ({ table: field.table ?? log.table, id: field.id ?? log.id })),
  ])
    tx.set('contested', inOrganization(caller.organizationId, `${rowKey(table, id)}/${conflictId}`), {
      organizationId: caller.organizationId,
      table,
      id,
      conflictId,
    })
}

const waitBehind = (of: Transaction, { changeId, waitsFor }: Entry, receipt: Receipt): void => {
  const { tx, caller } = of
  if (receipt.kind !== 'waiting') return
  for (const conflictId of waitsFor) {
    const log = tx.get<ConflictRow>('conflict', inOrganization(caller.organizationId, conflictId))
    const key = inOrganization(caller.organizationId, `${conflictId}/${changeId}`)
    if (log?.status !== 'pending' || tx.get('waiting', key)) continue
    const nth = [...tx.all<Waiting>('waiting')].reduce((most, [, one]) => Math.max(most, one.nth), 0) + 1
    tx.set('waiting', key, { organizationId: caller.organizationId, conflictId, changeId, nth })
  }
}
