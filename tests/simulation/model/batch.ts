// process_sync_batch: a batch's first look, written whole where nothing of it is contested.
import { rightsOf } from '@wedsync/merge'
import { sameJson, type JsonObject } from '@wedsync/protocol'
import { insertRows, tick, updateRows } from './capture.ts'
import { isFreezeNear } from './freezes.ts'
import { openBatch, type OpenQuestion } from './open-batch.ts'
import { cursorFault, readOrder, type WireCursor } from './order.ts'
import { inOrganization, placesOf, rowKey, type DeviceRow, type LedgerRow, type Row } from './rows.ts'
import { databaseError, type Tx } from './state.ts'
import { mayWriteRow, overlaps, scopeOf, writesOf } from './sight.ts'
import { emptyLedgerRow, hidden, keptOf, knownChange, standing, writerOf, type Transaction } from './transaction.ts'

type Question = {
  batchId: string
  deviceId: string
  sessionId: string
  cursor: WireCursor | null
  isPlain: boolean
  groups: AskedGroup[]
  mayBeHeld?: { ids: string[]; at: string }
}
/** See sync.read_groups: the ids as two texts, the rest as lists. */
type AskedGroup = {
  table: string
  action: 'create' | 'update'
  fields: string[]
  ids: string
  changeIds: string
  changes: [number | null, string, JsonObject, JsonObject | null, JsonObject | null][]
}
type Group = Pick<AskedGroup, 'table' | 'action' | 'fields'> & { changes: PlainChange[] }
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

/** sync.prepared_batch: what its rows are written from, or its answer. `seen`: the rows as they lay when they were looked at. */
export type Prepared = { of: Transaction; question: Question; groups: Group[]; seen: Map<string, Row | undefined> }

/** sync.prepare_batch. */
export const prepareBatch = async (of: Transaction, text: string): Promise<Prepared | string> => {
  const question = JSON.parse(text) as Question & OpenQuestion
  const { tx, caller, epoch } = of
  const fault = cursorFault(tx, epoch, caller.organizationId, question.cursor)
  if (fault) return JSON.stringify({ reset: fault })
  const keeps = await claimDevice(of, question.deviceId)
  if (!question.isPlain) return JSON.stringify(await openBatch(of, question))
  if (keeps || !['owner', 'planner', 'assistant'].includes(caller.role)) return '{"open": true}'

  const groups = question.groups.map(groupFrom)
  for (const group of groups) if (!(await isGroupClean(of, group))) return '{"open": true}'
  if (caller.role !== 'owner' && isHeldPerhaps(of, question)) return '{"open": true}'
  for (const group of groups) await recordChanges(of, group, question)
  const seen = new Map(
    groups.flatMap(({ table, action, changes }) =>
      action === 'update' ? changes.map(({ id }) => [rowKey(table, id), tx.get<Row>('row', rowKey(table, id))]) : [],
    ),
  )
  return { of, question, groups, seen }
}

const isHeldPerhaps = (of: Transaction, { groups, mayBeHeld }: Question): boolean => {
  if (!mayBeHeld) return false
  const named = groups.map(groupFrom).flatMap(({ table, changes }) => changes.map(({ id }) => ({ table, id })))
  return isFreezeNear(of, named.filter(({ id }) => mayBeHeld.ids.includes(id)), mayBeHeld.at) // prettier-ignore
}

/** sync.write_batch. */
export const writeBatch = async ({ of, question, groups, seen }: Prepared): Promise<string> => {
  const { tx, caller, epoch } = of
  const written: Settled[][] = []
  for (const group of groups) written.push(await writeGroup(of, group, question.deviceId, seen))
  if (written.flat().every(([, , hasMoved]) => !hasMoved)) await tick(of, caller.organizationId, 1)
  return JSON.stringify({ ...settledFrom(written), order: readOrder(tx, epoch, caller.organizationId) })
}

/** process_sync_batch. */
export const processBatch = async (of: Transaction, text: string): Promise<string> => {
  const prepared = await prepareBatch(of, text)
  return typeof prepared === 'string' ? prepared : await writeBatch(prepared)
}

/** sync.receive_batches: `assume` answers null for a stranger. While somebody's locks are held nobody else's are waited for. */
export const receiveBatches = async (
  asked: readonly { claims: string; text: string }[],
  assume: (claims: string) => Transaction | null,
): Promise<string> => {
  const all: (Prepared | string)[] = []
  for (const [nth, { claims, text }] of asked.entries()) {
    const of = assume(claims)
    all.push(of ? await prepareBatch(nth === 0 ? of : { ...of, tx: impatient(of.tx) }, text) : '{"stranger": true}')
  }
  const answers: string[] = []
  for (const [nth, one] of all.entries()) {
    if (typeof one === 'string') answers.push(one)
    else {
      const of = assume(asked[nth]!.claims)
      if (of?.caller.role !== one.of.caller.role) throw databaseError('40001', 'their role changed meanwhile')
      answers.push(await writeBatch({ ...one, of }))
    }
  }
  return `[${answers.join()}]`
}

const impatient = (tx: Tx): Tx => ({
  ...tx,
  lock: (key) =>
    tx.tryLock(key)
      ? Promise.resolve()
      : Promise.reject(databaseError('55P03', 'canceling statement due to lock timeout')),
})

type Settled = [changeId: string, position: number, hasMoved: boolean]

const groupFrom = ({ table, action, fields, ids, changeIds, changes }: AskedGroup): Group => {
  const [id, changeId] = [ids, changeIds].map((list) => list.slice(1, -1).split(',')) as [string[], string[]]
  return {
    ...{ table, action, fields },
    changes: changes.map(([baseVersion, hash, data, base, more], nth) => ({
      ...{ id: id[nth]!, changeId: changeId[nth]!, hash: hash.slice('\\x'.length), data, base, baseVersion, more },
    })),
  }
}

/** sync.settle_batch. */
const settledFrom = (written: readonly Settled[][]) =>
  written.flat().every(([, , hasMoved]) => hasMoved)
    ? { runs: written.map((group) => group[0]![1] - 1) }
    : { settled: written.flat() }

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
  for (const { id } of changes) if (tx.get('row', rowKey(table, id))) await tx.lock(rowKey(table, id))
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

const recordChanges = async (of: Transaction, group: Group, { deviceId, batchId }: Question): Promise<void> => {
  const { tx, caller } = of
  const { table, action, changes } = group
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
}

const writeGroup = async (
  of: Transaction,
  group: Group,
  deviceId: string,
  seen: Prepared['seen'],
): Promise<Settled[]> => {
  const { tx, caller, collections, now } = of
  const { table, action, changes } = group
  const collection = collections.get(table)!
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
    // a row that was written since lies elsewhere
    if (changes.some(({ id }) => tx.get('row', rowKey(table, id)) !== seen.get(rowKey(table, id)))) throw hidden()
    const rows = changes.map(({ id, data }): Row => ({ ...tx.get<Row>('row', rowKey(table, id))!, ...data }))
    if (!rows.every((row) => mayWriteRow(collection, caller, row, 'update'))) throw hidden()
    await updateRows(of, table, rows, writer)
  }
  return changes.map(({ id, changeId }) => {
    const position = standing(tx, table, id)!.position
    return [changeId, position, position !== before.get(id)]
  })
}
