// write_sync_decisions and sync.settle_decisions: what was decided about a locked batch is written, unit by unit, with its
// conflict rows, ledger rows and receipts.
import type { ConflictField, Json, JsonObject, Receipt } from '@wedsync/protocol'
import { deleteRows, insertRows, tick, updateRows } from './capture.ts'
import { conflictFor, mayDecide, placeConflicts, setConflict, waitingOn } from './review.ts'
import { emptyLedgerRow, hidden, knownChange, viewOf, writerOf, type Transaction } from './batch.ts'
import {
  inOrganization,
  placesOf,
  rowKey,
  type Clock,
  type ConflictRow,
  type LedgerRow,
  type Row,
  type Waiting,
} from './rows.ts'
import { mayWriteRow } from './sight.ts'
import { databaseError } from './state.ts'

type Statement = { table: string; action: 'create' | 'update' | 'delete'; fields: string[]; rows: JsonObject[] }
type DecidedUnit = {
  conflictId: string
  version: number
  decisionId: string
  choice: string
  note: string | null
  chosen: { choice: string; resolved?: Json }[]
  statements: Statement[]
  outcomes: Record<string, string>
}
type Unit = {
  unit: string
  statements: Statement[]
  decided: DecidedUnit[]
  needs: { unit: string; isAfter: boolean }[]
}
type Entry = Pick<
  LedgerRow,
  'changeId' | 'hash' | 'table' | 'id' | 'action' | 'baseVersion' | 'data' | 'base' | 'more'
> & {
  unit: string
  receipt: Receipt
  awaits: LedgerRow['awaits']
  waitsFor: string[]
  again?: boolean
  ifFault?: Record<string, Receipt>
  behind?: string | null
}
type DraftConflict = Omit<
  ConflictRow,
  'organizationId' | 'userId' | 'deviceId' | 'detectedAt' | 'decidedBy' | 'decidedAt' | 'decisionId' | 'note'
> & { unit: string }
type Decided = {
  deviceId: string | null
  batchId: string
  isCareful: boolean
  lease?: string
  isQuiet?: boolean
  units: Unit[]
  conflicts: DraftConflict[]
  conflictUpdates: {
    conflictId: string
    unit: string
    sides: { place: number; client: Json }[]
    more: ConflictField[]
  }[]
  entries: Entry[]
}
type Fault = { sqlstate: string; told: string; isKept: boolean }

export const writeDecisions = async (of: Transaction, text: string): Promise<string> => {
  const decided = JSON.parse(text) as Decided
  const written: Record<string, number> = {}
  const faults: Record<string, Fault> = {}
  for (const unit of decided.units) {
    if (!decided.isCareful) {
      Object.assign(written, await writeUnit(of, unit, decided.deviceId))
      continue
    }
    const needed = unit.needs.filter((need) => faults[need.unit])
    if (needed.length > 0) {
      const isFailed = needed.some((need) => need.isAfter && !faults[need.unit]!.isKept)
      const told = isFailed ? 'failed' : 'behind'
      faults[unit.unit] = { sqlstate: told, told, isKept: !isFailed }
      continue
    }
    const back = of.tx.savepoint()
    try {
      Object.assign(written, await writeUnit(of, unit, decided.deviceId))
    } catch (thrown) {
      const { code = '' } = thrown as { code?: string }
      if (!/^[0-9A-Z]{5}$/.test(code) || /^(08|25|40|53|55|57|58|XX)/.test(code)) throw thrown
      back()
      faults[unit.unit] = { sqlstate: code, ...toldFault(decided.entries, unit.unit, code) }
    }
  }
  return JSON.stringify({ receipts: await settle(of, decided, written, faults), faults })
}

const toldFault = (entries: readonly Entry[], unit: string, code: string) => {
  const receipts = entries.find((entry) => entry.unit === unit)?.ifFault ?? {}
  const told = receipts[code] ? code : receipts[code.slice(0, 2)] ? code.slice(0, 2) : 'other'
  const receipt = receipts[told]
  return { told, isKept: receipt?.kind === 'failed' && receipt.failure.kept === true }
}

const writeUnit = async (of: Transaction, unit: Unit, deviceId: string | null): Promise<Record<string, number>> => {
  const written = await writeStatements(of, unit.statements, deviceId)
  for (const one of unit.decided) written[one.decisionId] = await resolveConflict(of, one, deviceId)
  return written
}

const writeStatements = async (
  of: Transaction,
  statements: readonly Statement[],
  deviceId: string | null,
): Promise<Record<string, number>> => {
  const { tx, caller, collections } = of
  const versions: Record<string, number> = {}
  for (const { table, action, fields, rows } of statements) {
    const collection = collections.get(table)!
    const changeIds = new Map(rows.map((row) => [row['id'] as string, row['changeId'] as string]))
    const writer = { ...writerOf(of, deviceId), changeIds }
    const stand = rows.map((row) => tx.get<Row>('row', rowKey(table, row['id'] as string)))
    const pick = (row: JsonObject) => Object.fromEntries(fields.map((field) => [field, row[field] ?? null]))
    if (action === 'create') {
      const made = rows.map((row): Row => ({
        ...collection.defaults,
        ...pick(row),
        id: row['id'] as string,
        organization_id: caller.organizationId,
      }))
      if (!made.every((row) => mayWriteRow(collection, caller, row, 'create'))) throw hidden()
      await insertRows(of, table, made, writer)
    } else {
      if (stand.some((row) => !row || !mayWriteRow(collection, caller, row, action === 'delete' ? 'delete' : 'update')))
        throw hidden()
      if (action === 'delete')
        await deleteRows(
          of,
          table,
          rows.map((row) => row['id'] as string),
          writer,
        )
      else {
        const next = rows.map((row, nth): Row => ({ ...stand[nth]!, ...pick(row) }))
        if (!next.every((row) => mayWriteRow(collection, caller, row, 'update'))) throw hidden()
        await updateRows(of, table, next, writer)
      }
    }
    for (const [id, changeId] of changeIds) {
      const place = placesOf(tx, table, id)
        .filter((one) => one.organizationId === caller.organizationId && caller.scopes.includes(one.scope))
        .toSorted(
          (one, other) => other.position - one.position || Number(one.gone !== null) - Number(other.gone !== null),
        )[0]
      if (place) versions[changeId] = place.position
    }
  }
  return versions
}

// -- resolve_sync_conflict

const resolveConflict = async (of: Transaction, decided: DecidedUnit, deviceId: string | null): Promise<number> => {
  const { tx, caller, now } = of
  const key = inOrganization(caller.organizationId, decided.conflictId)
  await tx.lock(`conflict/${key}`)
  const log = tx.get<ConflictRow>('conflict', key)
  if (log?.status !== 'pending' || log.version !== decided.version || decided.chosen.length !== log.fields.length)
    throw databaseError('40001', 'the conflict moved on')
  const view = viewOf(of)
  const isWithdrawal =
    log.userId === caller.userId &&
    conflictFor(view, log) !== null &&
    decided.statements.length === 0 &&
    decided.chosen.every(({ choice }) => choice === 'server')
  if (!mayDecide(view, log) && !isWithdrawal) throw databaseError('42501', "not the caller's to decide")
  for (const [contested] of [...tx.all<{ conflictId: string }>('contested')].filter(
    ([, one]) => one.conflictId === decided.conflictId,
  ))
    tx.remove('contested', contested)
  await setConflict(of, {
    ...log,
    status: 'resolved',
    version: log.version + 1,
    fields: log.fields.map(
      (field, nth) =>
        ({
          ...field,
          ...decided.chosen[nth],
          ...(decided.chosen[nth]!.choice === 'server' && { resolved: field.server ?? null }),
        }) as ConflictField,
    ),
    resolution: { strategy: 'person', choice: decided.choice, applied: true, confidence: 1 },
    decidedBy: caller.userId,
    decidedAt: now,
    decisionId: decided.decisionId,
    note: decided.note,
  })
  await writeStatements(of, decided.statements, deviceId)
  return settleWaiting(of, decided)
}

const settleWaiting = (of: Transaction, { conflictId, outcomes }: DecidedUnit): number => {
  const { tx, caller } = of
  const head = tx.get<Clock>('clock', caller.organizationId)!.head
  for (const row of waitingOn(tx, caller.organizationId, conflictId)) {
    const waitsElsewhere = [...tx.all<Waiting>('waiting')].some(
      ([, one]) =>
        one.organizationId === caller.organizationId && one.changeId === row.changeId && one.conflictId !== conflictId,
    )
    tx.remove('waiting', inOrganization(caller.organizationId, `${conflictId}/${row.changeId}`))
    if (row.status !== 'conflict' || waitsElsewhere) continue
    const positions = row.id === null ? [] : placesOf(tx, row.table, row.id).map(({ position }) => position)
    const version = positions.length > 0 ? Math.max(...positions) : head
    tx.set('ledger', inOrganization(caller.organizationId, row.changeId), {
      ...row,
      ...{ status: 'completed', errorCode: null, settledPosition: head },
      receipt: {
        kind: 'processed',
        processed: {
          changeId: row.changeId,
          serverId: row.id!,
          action: row.action as never,
          version,
          outcome: (outcomes[row.changeId] ?? 'merged') as never,
        },
      },
    } satisfies LedgerRow)
  }
  return Math.max(...placesOf(tx, 'conflicts', conflictId).map(({ position }) => position))
}

// -- conflict rows, ledger rows, receipts

const settle = async (
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
  { conflictId, sides, more }: Decided['conflictUpdates'][number],
): Promise<void> => {
  const { tx, caller } = of
  const log = tx.get<ConflictRow>('conflict', inOrganization(caller.organizationId, conflictId))
  if (log?.status !== 'pending' || conflictFor(viewOf(of), log) === null) return
  const fields = log.fields.map((field, nth) => {
    const side = sides.find(({ place }) => place === nth)
    if (!side) return field
    const { proposed: _, ...rest } = field
    return { ...rest, client: side.client }
  })
  await setConflict(of, { ...log, version: log.version + 1, fields: [...fields, ...more] })
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
