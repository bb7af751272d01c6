// write_sync_decisions: what was decided about a locked batch is written, unit by unit.
import type { ConflictField, JsonObject } from '@wedsync/protocol'
import { insertRows, updateRows } from './capture.ts'
import type { Decided, DecidedUnit, Entry, Fault, Statement, Unit } from './decided.ts'
import { deleteRows } from './delete-rows.ts'
import { conflictFor, mayDecide, setConflict, waitingOn } from './review.ts'
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
import { settle } from './settle-decisions.ts'
import { mayWriteRow } from './sight.ts'
import { databaseError } from './state.ts'
import { hidden, viewOf, writerOf, type Transaction } from './transaction.ts'

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
  const later: (() => Promise<void>)[] = []
  const versions = await writeEach({ ...of, later }, statements, deviceId)
  for (const check of later) await check()
  return versions
}

const writeEach = async (
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
    throw databaseError('SY013', 'the conflict moved on')
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
      ({ resolved: _asWasProposed, ...field }, nth) =>
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
