// sync.open_batch and what it asks: locks what a batch is about, and tells all that its decisions hang on.
import { rightsOf } from '@wedsync/merge'
import { isJsonObject, type Json, type JsonObject, type Receipt } from '@wedsync/protocol'
import { freezesOf } from './freezes.ts'
import {
  conflictFor,
  fieldsInPlace,
  lastValues,
  mayDecide,
  openConflictsOn,
  recordsOfConflicts,
  seesContested,
  type View,
  waitingOn,
} from './review.ts'
import {
  inOrganization,
  instantInJson,
  linesOf,
  placesOf,
  rowKey,
  rowsOf,
  type ConflictRow,
  type LedgerRow,
  type Line,
  type Row,
} from './rows.ts'
import { callerNamed, knowsTable, overlaps, readFields, storedFields, wireOf, writesOf, type Caller } from './sight.ts'
import { databaseError, type Reads } from './state.ts'
import { keptOf, standing, viewOf, type Transaction } from './transaction.ts'

export type OpenQuestion = {
  deviceId?: string
  lease?: string
  again?: string[]
  changeIds: string[]
  locks: { table: string; ids: string[]; toDelete: boolean }[]
  parents: { table: string; ids: string[] }[]
  /** Which table and field say that they wait for these. */
  awaited: { table: string; field: string; ids: string[] }[]
  decides: string[]
  /** Of what the batch makes. */
  weddings?: string[]
}

/** sync.open_batch. */
export const openBatch = async (of: Transaction, question: OpenQuestion): Promise<JsonObject> => {
  const { tx, caller, collections } = of
  const view = viewOf(of)
  const again = await lockAgain(of, question.again ?? null, question.lease ?? null)
  const locks = [...question.locks, ...recordsOfConflicts(view, question.decides)]
  const known = [...collections.values()].filter((collection) => knowsTable(collection, caller.role))
  const ranks = new Map(known.map(({ name }, nth) => [name, nth]))
  const named = locks
    .filter(({ table }) => ranks.has(table))
    .sort((one, other) => ranks.get(one.table)! - ranks.get(other.table)!)
  for (const { table, ids, toDelete } of named)
    for (const key of [...ids].sort().map((id) => rowKey(table, id))) {
      // what is not there, or not yet for others, is not locked
      if (tx.get('row', key) === undefined) continue
      await (toDelete ? tx.lockWhole(key) : tx.lock(key))
    }
  await lockGone(of, named)
  lookAgainAt(of)

  const stored = [...Map.groupBy(named, ({ table }) => table)].flatMap(([table, members]) =>
    [...new Set(members.flatMap(({ ids }) => ids))].flatMap((id) => storedFor(of, table, id) ?? []),
  )
  const scopes = [...new Set([...scopesOf(stored), ...(question.weddings ?? [])])]
  const parents = question.parents.flatMap(({ table, ids }) =>
    ids.flatMap((id) => {
      const places = placesOf(tx, table, id)
      if (places.length === 0) return []
      return [
        {
          table,
          id,
          isForeign: places.every((one) => one.organizationId !== caller.organizationId),
          isGone: places.every((one) => one.gone !== null),
        },
      ]
    }),
  )
  const author = again[0]?.userId ?? caller.userId
  const open = openConflictsOn(view, locks, author)
  for (const log of open) await tx.lock(`conflict/${inOrganization(caller.organizationId, log.conflictId)}`)
  for (const conflictId of [...question.decides].sort())
    await tx.lock(`conflict/${inOrganization(caller.organizationId, conflictId)}`)
  const openNow = openConflictsOn(view, locks, author).filter(
    (log) => log.userId === caller.userId || conflictFor(view, log) !== null,
  )
  const lost = [...question.locks, ...question.parents].flatMap(({ ids }) => ids)

  return JSON.parse(
    JSON.stringify({
      ...{ open: true, known: knownChanges(of, question.changeIds), role: caller.role, person: caller.personId },
      ...{
        self: caller.self,
        scopes: caller.scopes,
        leads: caller.leads,
        stored,
        scopeRecords: scopeRecordsOf(of, scopes),
        awaited: countAwaiting(of, question),
        freezes: freezesOf(of, scopes),
        parents,
      },
      openConflicts: openNow.map((log) => ({ ...summaryOf(log), fields: fieldsInPlace(view, log) })),
      decided: decidedConflicts(of, question.decides),
      again,
      held: keptOf(tx, caller, question.deviceId ?? null, question.lease ?? null).map(({ changeId, table, id }) => ({
        changeId,
        table,
        id,
      })),
      lostCreates: lostCreates(of, lost),
      rights: rightsTable(of),
    }),
  ) as JsonObject
}

/** sync.lock_gone. */
const lockGone = async (
  { tx, caller }: Transaction,
  named: readonly { table: string; ids: readonly string[] }[],
): Promise<void> => {
  const isGone = (table: string, id: string) =>
    placesOf(tx, table, id).some(
      ({ organizationId, gone }) => gone !== null && organizationId === caller.organizationId,
    )
  const gone = named.flatMap(({ table, ids }) => ids.filter((id) => isGone(table, id)))
  for (const id of [...new Set(gone)].sort()) await tx.lock(`gone/${id}`)
}

/** Who is asking, after the waits: for the rest of their transaction. */
const lookAgainAt = ({ tx, caller }: Transaction): void => {
  const now = callerNamed(tx, caller)
  if (now?.role !== caller.role) throw databaseError('40001', 'their role changed meanwhile')
  Object.assign(caller, now)
}

const summaryOf = ({ conflictId, changeId, table, id, kind, version }: ConflictRow) => ({
  conflictId,
  changeId,
  table,
  id,
  kind,
  version,
})

const lockAgain = async ({ tx, caller, now }: Transaction, changeIds: string[] | null, lease: string | null) => {
  if (!changeIds) return []
  const found: { changeId: string; userId: string; attempts: number; isOverdue: boolean }[] = []
  for (const changeId of [...changeIds].sort()) {
    const key = inOrganization(caller.organizationId, changeId)
    await tx.lock(`ledger/${key}`)
    const row = tx.get<LedgerRow>('ledger', key)
    if (!row) continue
    const isTheirs = lease === null ? mayHandle(tx, caller, row) : row.userId === caller.userId
    const isFree =
      lease === null
        ? row.status === 'failed' || row.status === 'pending' || (row.status === 'processing' && row.leasedUntil! < now)
        : row.status === 'processing' && row.lease === lease
    if (isTheirs && isFree)
      found.push({
        changeId,
        userId: row.userId,
        attempts: lease === null ? 1 : row.attempts,
        isOverdue: row.receivedAt < now - 35 * dayMs,
      })
  }
  return found
}

const dayMs = 24 * 60 * 60_000

/** sync.changes_to_handle, without the group. */
export const mayHandle = (reads: Reads, caller: Caller, row: LedgerRow): boolean =>
  row.userId === caller.userId ||
  (['owner', 'planner'].includes(caller.role) && caller.scopes.includes(scopeOfChange(reads, row)))

const scopeOfChange = (reads: Reads, { table, id, data, organizationId }: LedgerRow): string => {
  const place =
    id === null
      ? undefined
      : placesOf(reads, table, id)
          .filter((one) => one.organizationId === organizationId)
          .toSorted((one, other) => other.position - one.position)[0]
  const named = (data as JsonObject | null)?.['client_id']
  return place?.scope ?? (typeof named === 'string' ? named : organizationId)
}

/** sync.count_awaiting. */
const countAwaiting = ({ tx, caller }: Transaction, { awaited }: OpenQuestion): Record<string, number> => {
  const counted: Record<string, number> = {}
  for (const { table, field, ids } of awaited)
    for (const row of rowsOf(tx, table)) {
      const id = row[field] as string
      const isTheirs =
        row.organization_id === caller.organizationId && caller.scopes.includes(row['client_id'] as string)
      if (isTheirs && ids.includes(id)) counted[id] = (counted[id] ?? 0) + 1
    }
  return counted
}

/** sync.leads_of. */
const leadsOf = ({ tx, caller }: Transaction, scope: string): string[] => {
  const leads = rowsOf(tx, 'assignments').filter((row) => row['client_id'] === scope && row['is_lead'] === true)
  return rowsOf(tx, 'memberships')
    .filter(
      (row) =>
        row.organization_id === caller.organizationId && leads.some((one) => one['person_id'] === row['person_id']),
    )
    .map((row) => row['user_id'] as string)
}

const scopeRecordsOf = (of: Transaction, scopes: readonly string[]): Record<string, object> => {
  const { name } = [...of.collections.values()].find(({ isScope }) => isScope)!
  return Object.fromEntries(
    scopes.flatMap((scope) => {
      const told = storedFor(of, name, scope) as { fields?: object } | null
      return told?.fields ? [[scope, told.fields] as const] : []
    }),
  )
}

const scopesOf = (stored: readonly object[]): string[] => [
  ...new Set((stored as { scope: string | null }[]).flatMap(({ scope }) => scope ?? [])),
]

export const storedFor = (of: Transaction, table: string, id: string): object | null => {
  const { tx, caller, collections } = of
  const place = standing(tx, table, id)
  if (!place) return null
  const collection = collections.get(table)!
  const isForeign = place.organizationId !== caller.organizationId
  const row = !isForeign && place.gone === null ? tx.get<Row>('row', rowKey(table, id)) : undefined
  const sees = row
    ? overlaps(place.audience, caller.audiences)
    : place.lost.some(({ lost, name }) => lost === place.position && caller.audiences.includes(name))
  const isInScope = caller.scopes.includes(place.scope)
  const told = {
    ...{ table, id, scope: isInScope ? place.scope : null, version: place.position },
    ...{ isDeleted: !row, isForeign, isVisible: sees && isInScope },
  }
  if (isForeign || !isInScope || !sees) return told
  const [reads, writes] = [readFields(collection, caller.role), writesOf(collection, caller.role)]
  const names = storedFields(collection).filter((name) => reads.includes(name) || writes.includes(name))
  const values = row ? wireOf(collection, names, row) : lastValues(tx, table, id, place.scope)
  const lines = linesOf(tx, table, id).filter((line) => line.scope === place.scope)
  const leads = leadsOf(of, place.scope)
  const roleOf = ({ role, userId }: Line) =>
    role !== null && !['owner', 'app_owner'].includes(role) && userId !== null && leads.includes(userId) ? 'lead' : role
  const intentOf = ({ changeId }: Line, name: string): Json => {
    const sent =
      changeId && tx.get<LedgerRow>('ledger', inOrganization(caller.organizationId, changeId))?.more?.['intents']
    return isJsonObject(sent) ? (sent[name] ?? null) : null
  }
  const movedBy = names.flatMap((name) => {
    const line = lines.find(({ position }) => position === place.fieldPositions[name])
    return line
      ? [
          [
            name,
            {
              userId: line.userId,
              role: roleOf(line),
              deviceId: line.deviceId,
              at: instantInJson(line.at),
              intent: intentOf(line, name),
            },
          ] as const,
        ]
      : []
  })
  return {
    ...told,
    fields: Object.fromEntries(names.filter((name) => Object.hasOwn(values, name)).map((name) => [name, values[name]])),
    fieldVersions: Object.fromEntries(names.map((name) => [name, place.fieldPositions[name] ?? null])),
    movedBy: movedBy.length > 0 ? Object.fromEntries(movedBy) : null,
  }
}

const knownChanges = (of: Transaction, changeIds: readonly string[]): Record<string, object> => {
  const { tx, caller } = of
  const known: Record<string, object> = {}
  const open = [...changeIds]
  for (let changeId = open.pop(); changeId !== undefined; changeId = open.pop()) {
    const row = tx.get<LedgerRow>('ledger', inOrganization(caller.organizationId, changeId))
    if (!row || known[changeId]) continue
    const after = (row.more?.['after'] as string | undefined) ?? null
    known[changeId] =
      row.userId === caller.userId
        ? {
            hash: row.hash,
            status: row.status,
            isOwn: true,
            receipt: receiptOf(viewOf(of), row),
            data: row.data,
            after,
            table: row.table,
            id: row.id,
            action: row.action,
          }
        : { isOwn: false }
    if (after) open.push(after)
  }
  return known
}

/** sync.receipt_of, with told_conflict. */
export const receiptOf = (view: View, row: LedgerRow): Receipt => {
  const { reads, caller } = view
  const { receipt, changeId, id, action, table, version } = row
  if (receipt) {
    const conflict = receipt.kind === 'failed' ? undefined : receipt.conflict
    if (!conflict) return receipt
    const log = reads.get<ConflictRow>('conflict', inOrganization(caller.organizationId, conflict.conflictId))
    const sees = (id: string, ofTable: string) => seesContested(view, log, ofTable, id)
    const fields = conflict.fields.map(({ serverBy, ...field }) => {
      const { userId: _, ...by } = serverBy ?? {}
      const told = { ...field, ...(serverBy && { serverBy: by }) }
      if (sees(field.id ?? conflict.id, field.table ?? conflict.table)) return told
      const { server: _1, serverBy: _2, resolved: _3, proposed: _4, choice: _5, weighed: _6, ...rest } = told
      return { ...rest, reason: 'This is no longer in your sight.' }
    })
    return { ...receipt, conflict: { ...conflict, fields } } as Receipt
  }
  const moved = linesOf(reads, table, id!)
    .filter((line) => line.changeId === changeId)
    .map(({ position }) => position)
  const outcome = moved.length > 0 ? 'applied' : 'already_applied'
  return {
    kind: 'processed',
    processed: {
      changeId,
      serverId: id!,
      action: action as never,
      version: moved.length > 0 ? Math.max(...moved) : version!,
      outcome,
    },
  }
}

const decidedConflicts = (of: Transaction, conflictIds: readonly string[]): object[] => {
  const { tx, caller } = of
  const view = viewOf(of)
  return conflictIds.flatMap((conflictId) => {
    const log = tx.get<ConflictRow>('conflict', inOrganization(caller.organizationId, conflictId))
    if (!log || conflictFor(view, log) === null) return []
    return [
      {
        ...summaryOf(log),
        ...{ scope: log.scope ?? log.organizationId, status: log.status, fields: fieldsInPlace(view, log) },
        ...{ isOwn: log.userId === caller.userId, mayDecide: mayDecide(view, log) },
        changes: waitingOn(tx, caller.organizationId, conflictId).map((row) => ({
          ...{ changeId: row.changeId, table: row.table, id: row.id, action: row.action, baseVersion: row.baseVersion },
          ...{ data: row.data, base: row.base, groupId: row.more?.['groupId'] ?? null },
        })),
      },
    ]
  })
}

/** sync.is_lost. */
export const isLost = ({ status, receipt }: LedgerRow): boolean =>
  status === 'failed' ||
  (status === 'completed' && receipt?.kind === 'processed' && receipt.processed.outcome !== 'applied')

const lostCreates = ({ tx, caller }: Transaction, ids: readonly string[]): { table: string; id: string }[] => {
  const found = [...tx.all<LedgerRow>('ledger')]
    .map(([, row]) => row)
    .filter(
      (row) =>
        row.organizationId === caller.organizationId &&
        row.action === 'create' &&
        isLost(row) &&
        row.id !== null &&
        ids.includes(row.id) &&
        placesOf(tx, row.table, row.id).length === 0,
    )
  return [...new Map(found.map(({ table, id }) => [rowKey(table, id!), { table, id: id! }])).values()]
}

const rightsTable = ({ caller, collections }: Transaction): Record<string, object> => {
  const known = [...collections.values()].filter((collection) => knowsTable(collection, caller.role))
  const all = known.map((collection) => {
    const { changes, mayCreate, mayDelete } = rightsOf(collection, caller.role)
    return [
      collection.name,
      { writes: writesOf(collection, caller.role), changes, canCreate: mayCreate, canDelete: mayDelete },
    ] as const
  })
  return Object.fromEntries([...all, ['conflicts', { writes: [], changes: [], canCreate: false, canDelete: false }]])
}
