// process_sync_batch, sync.open_batch and what they ask: a batch's first look, written whole where nothing of it is contested.
import { rightsOf } from '@wedsync/merge'
import { sameJson, type JsonObject, type Receipt } from '@wedsync/protocol'
import { insertRows, updateRows, type Engine } from './capture.ts'
import { newestMark } from './cleanup.ts'
import {
  fieldsInPlace,
  conflictFor,
  lastValues,
  mayDecide,
  openConflictsOn,
  recordsOfConflicts,
  waitingOn,
  type View,
} from './review.ts'
import {
  inOrganization,
  instant,
  linesOf,
  placesOf,
  rowKey,
  type Clock,
  type ConflictRow,
  type DeviceRow,
  type LedgerRow,
  type Mark,
  type Place,
  type Row,
} from './rows.ts'
import { mayWriteRow, overlaps, scopeOf, seesRecord, writesOf, type Caller } from './sight.ts'
import { databaseError, type Reads } from './state.ts'

export type Transaction = Engine & { caller: Caller; epoch: string }

export type WireCursor = {
  epoch: string
  markAt: number
  mark: string | null
  read: number
  scopes: Record<string, [number, string, number, string | boolean]>
}

export const viewOf = ({ tx, collections, caller }: Transaction): View => ({ reads: tx, collections, caller })

/** sync.cursor_fault: null where this history continues the cursor's. */
export const cursorFault = (
  reads: Reads,
  epoch: string,
  organizationId: string,
  cursor: WireCursor | null,
): string | null => {
  if (!cursor) return null
  if (cursor.epoch !== epoch) return 'another epoch'
  const mark = reads.get<Mark>('mark', inOrganization(organizationId, String(cursor.markAt)))
  if (cursor.markAt > 0 && mark?.mark !== cursor.mark) return 'the newest commit it heard of is not here'
  const { horizon } = reads.get<Clock>('clock', organizationId) ?? { horizon: 0 }
  const isBehind = Object.values(cursor.scopes).some(
    ([position, , begun, stage]) => (stage === false ? position : begun) < horizon,
  )
  return isBehind ? 'what it would have to hear of is no longer kept' : null
}

/** sync.read_order. */
export const readOrder = (reads: Reads, epoch: string, organizationId: string | null) => {
  const clock = organizationId === null ? undefined : reads.get<Clock>('clock', organizationId)
  const head = clock?.head ?? 0
  const markAt = organizationId === null ? 0 : newestMark(reads, organizationId)
  const newest = reads.get<Mark>('mark', inOrganization(organizationId ?? '', String(markAt)))
  return { epoch, head, mark_at: markAt, mark: newest?.mark ?? null }
}

type Question = {
  batchId: string
  deviceId: string
  sessionId: string
  cursor: WireCursor | null
  isPlain: boolean
  groups: { table: string; action: 'create' | 'update'; fields: string[]; changes: PlainChange[] }[]
}
type PlainChange = {
  changeId: string
  id: string
  hash: string
  data: JsonObject
  base: JsonObject | null
  baseVersion: number | null
  more: JsonObject | null
}

/** sync.claim_batch: takes the device's row. True where changes of it are kept for another try. */
export const claimDevice = async ({ tx, caller }: Transaction, deviceId: string): Promise<boolean> => {
  const key = inOrganization(caller.organizationId, `${caller.userId}/${deviceId}`)
  await tx.lock(`device/${key}`)
  const row = tx.get<DeviceRow>('device', key)
  tx.set('device', key, row ?? { organizationId: caller.organizationId, userId: caller.userId, deviceId, position: 0 })
  return keptOf(tx, caller, deviceId, null).length > 0
}

const keptOf = (reads: Reads, caller: Caller, deviceId: string | null, lease: string | null): LedgerRow[] =>
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

/** process_sync_batch. */
export const processBatch = async (of: Transaction, text: string): Promise<string> => {
  const question = JSON.parse(text) as Question & OpenQuestion
  const { tx, caller, epoch } = of
  const fault = cursorFault(tx, epoch, caller.organizationId, question.cursor)
  if (fault) return JSON.stringify({ reset: fault })
  const keeps = await claimDevice(of, question.deviceId)
  if (!question.isPlain) return JSON.stringify(await openBatch(of, question))
  if (keeps || !['owner', 'planner', 'assistant'].includes(caller.role)) return '{"open": true}'

  for (const group of question.groups) if (!(await isGroupClean(of, group))) return '{"open": true}'
  const settled: [string, number, boolean][] = []
  for (const group of question.groups) settled.push(...(await writeGroup(of, group, question)))
  return JSON.stringify({ settled, order: readOrder(tx, epoch, caller.organizationId) })
}

type Group = Question['groups'][number]

const isGroupClean = async (of: Transaction, { table, action, fields, changes }: Group): Promise<boolean> => {
  const { tx, caller, collections } = of
  const collection = collections.get(table)!
  const { changes: writes, mayCreate } = rightsOf(collection, caller.role)
  if (action === 'create')
    return (
      mayCreate &&
      fields.every((field) => writesOf(collection, caller.role).includes(field)) &&
      changes.every(
        ({ id, data }) =>
          (!Object.hasOwn(data, 'client_id') || caller.scopes.includes(data['client_id'] as string)) &&
          placesOf(tx, table, id).length === 0,
      )
    )
  for (const { id } of changes) await tx.lock(rowKey(table, id))
  return changes.every(({ id, data, base, baseVersion }) => {
    const row = tx.get<Row>('row', rowKey(table, id))
    if (row?.organization_id !== caller.organizationId) return false
    const place = placesOf(tx, table, id).find((one) => one.scope === scopeOf(collection, row))
    if (!place || place.gone !== null || baseVersion === null || baseVersion > place.position) return false
    if (!caller.scopes.includes(place.scope) || !overlaps(place.audience, caller.audiences)) return false
    const names = Object.keys(data)
    if (!names.every((name) => writes.includes(name))) return false
    const group = names.flatMap((name) => collection.groups.get(collection.fieldOf(name)?.group ?? '') ?? [])
    const isMoved = [...names, ...group].some((name) => (place.fieldPositions[name] ?? 0) > baseVersion)
    if (place.position > baseVersion && isMoved) return false
    return base === null || Object.entries(base).every(([name, value]) => sameJson(row[name] ?? null, value))
  })
}

const writeGroup = async (
  of: Transaction,
  group: Group,
  { deviceId, batchId }: Question,
): Promise<[string, number, boolean][]> => {
  const { tx, caller, collections, now } = of
  const { table, action, changes } = group
  const collection = collections.get(table)!
  for (const change of changes) {
    const key = inOrganization(caller.organizationId, change.changeId)
    await tx.lock(`ledger/${key}`)
    if (tx.get('ledger', key)) throw knownChange()
    const stands = standing(tx, table, change.id)?.position ?? 0
    tx.set('ledger', key, {
      ...emptyLedgerRow(of, { ...change, table, action, deviceId, batchId }),
      ...{ status: 'completed', version: stands },
    } satisfies LedgerRow)
  }
  const writer = {
    ...writerOf(of, deviceId),
    changeIds: new Map(changes.map(({ id, changeId }) => [id, changeId])),
    at: now,
  }
  const before = new Map(changes.map(({ id }) => [id, standing(tx, table, id)?.position ?? 0]))
  if (action === 'create') {
    const rows = changes.map(({ id, data }): Row => ({
      ...collection.defaults,
      ...data,
      id,
      organization_id: caller.organizationId,
    }))
    if (!rows.every((row) => mayWriteRow(collection, caller, row, 'create'))) throw hidden()
    await insertRows(of, table, rows, writer)
  } else {
    const rows = changes.map(({ id, data }): Row => ({ ...tx.get<Row>('row', rowKey(table, id))!, ...data }))
    if (!rows.every((row) => mayWriteRow(collection, caller, row, 'update'))) throw hidden()
    await updateRows(of, table, rows, writer)
  }
  return changes.map(({ id, changeId }) => {
    const position = standing(tx, table, id)!.position
    return [changeId, position, position !== before.get(id)]
  })
}

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

// -- what deciding a batch needs

export type OpenQuestion = {
  deviceId?: string
  lease?: string
  again?: string[]
  changeIds: string[]
  locks: { table: string; ids: string[]; toDelete: boolean }[]
  parents: { table: string; ids: string[] }[]
  decides: string[]
}

/** sync.open_batch. */
export const openBatch = async (of: Transaction, question: OpenQuestion): Promise<JsonObject> => {
  const { tx, caller, collections } = of
  const view = viewOf(of)
  const again = await lockAgain(of, question.again ?? null, question.lease ?? null)
  const locks = [...question.locks, ...recordsOfConflicts(view, question.decides)]
  const ranks = new Map([...collections.keys()].map((name, nth) => [name, nth]))
  const named = locks
    .filter(({ table }) => ranks.has(table))
    .sort((one, other) => ranks.get(one.table)! - ranks.get(other.table)!)
  for (const { table, ids } of named) for (const id of [...ids].sort()) await tx.lock(rowKey(table, id))

  const stored = [...Map.groupBy(named, ({ table }) => table)].flatMap(([table, members]) =>
    [...new Set(members.flatMap(({ ids }) => ids))].flatMap((id) => storedFor(of, table, id) ?? []),
  )
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
      ...{ self: caller.self, scopes: caller.scopes, leads: caller.leads, stored, parents },
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

const storedFor = ({ tx, caller, collections }: Transaction, table: string, id: string): object | null => {
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
  const { reads } = rightsOf(collection, caller.role)
  const names = collection.fieldNames.filter(
    (name) => reads.includes(name) || writesOf(collection, caller.role).includes(name),
  )
  const values = row ?? lastValues(tx, table, id, place.scope)
  const lines = linesOf(tx, table, id).filter((line) => line.scope === place.scope)
  const movedBy = names.flatMap((name) => {
    const line = lines.find(({ position }) => position === place.fieldPositions[name])
    return line
      ? [[name, { userId: line.userId, role: line.role, deviceId: line.deviceId, at: instant(line.at) }] as const]
      : []
  })
  return {
    ...told,
    fields: Object.fromEntries(names.filter((name) => Object.hasOwn(values, name)).map((name) => [name, values[name]])),
    fieldVersions: Object.fromEntries(names.map((name) => [name, place.fieldPositions[name] ?? null])),
    movedBy: movedBy.length > 0 ? Object.fromEntries(movedBy) : null,
  }
}

const knownChanges = ({ tx, caller }: Transaction, changeIds: readonly string[]): Record<string, object> => {
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
            receipt: receiptOf(tx, row, caller),
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
export const receiptOf = (reads: Reads, row: LedgerRow, caller: Caller): Receipt => {
  const { receipt, changeId, id, action, table, version } = row
  if (receipt) {
    const conflict = receipt.kind === 'failed' ? undefined : receipt.conflict
    if (!conflict) return receipt
    const fields = conflict.fields.map(({ serverBy, ...field }) => {
      const { userId: _, ...by } = serverBy ?? {}
      const told = { ...field, ...(serverBy && { serverBy: by }) }
      if (seesRecord(reads, caller, field.table ?? conflict.table, field.id ?? conflict.id)) return told
      const { server: _1, serverBy: _2, resolved: _3, proposed: _4, choice: _5, ...rest } = told
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

const lostCreates = ({ tx, caller }: Transaction, ids: readonly string[]): { table: string; id: string }[] => {
  const found = [...tx.all<LedgerRow>('ledger')]
    .map(([, row]) => row)
    .filter(
      (row) =>
        row.organizationId === caller.organizationId &&
        row.action === 'create' &&
        row.status === 'failed' &&
        row.id !== null &&
        ids.includes(row.id) &&
        placesOf(tx, row.table, row.id).length === 0,
    )
  return [...new Map(found.map(({ table, id }) => [rowKey(table, id!), { table, id: id! }])).values()]
}

const rightsTable = ({ caller, collections }: Transaction): Record<string, object> => {
  const all = [...collections.values()].map((collection) => {
    const { changes, mayCreate, mayDelete } = rightsOf(collection, caller.role)
    return [
      collection.name,
      { writes: writesOf(collection, caller.role), changes, canCreate: mayCreate, canDelete: mayDelete },
    ] as const
  })
  return Object.fromEntries([...all, ['conflicts', { writes: [], changes: [], canCreate: false, canDelete: false }]])
}
