// Takes an edit; stores the record as the person now sees it, and the change that will tell everyone, in one step.
// Needs no network, no token and no waiting. A value that does not fit is refused here, and nothing is stored.
// Keeps P3, P6, and H24: a crash leaves both, or neither.
import { readData, rightsOf, type Collection } from '@wedsync/merge'
import {
  changesPerGroupMax,
  isId,
  isJsonObject,
  sameJson,
  type Action,
  type JsonObject,
  type Strategy,
  type WireChange,
} from '@wedsync/protocol'
import { RefusedEdit } from '../errors.ts'
import { type Entry } from '../outbox/entry.ts'
import { folded } from '../outbox/fold.ts'
import { isLaidOver } from '../outbox/overlay.ts'
import { type Device } from '../settings.ts'
import { type DeviceState } from '../store/device-state.ts'
import { readState } from '../store/read-state.ts'
import { layOver } from '../store/lay-over.ts'
import { inOneStep, type RecordRow, type Store, type Tables } from '../store/store.ts'

export type Edit = {
  action: Action
  table: string
  id: string
  data: JsonObject
  groupId?: string | undefined
  intents?: WireChange['intents']
  seen?: JsonObject | undefined
  /** Made elsewhere: brings what it knows, and may speak of a record this device does not hold. */
  given?: Partial<WireChange>
  strategy?: Strategy | null
}

/** Stores an edit; answers the id of the change that carries it, or null when it changes nothing. */
export const captureEdit = async (
  { store, device }: { store: Store; device: Device },
  edit: Edit,
): Promise<string | null> => {
  const collection = device.collections.get(edit.table)
  if (!collection) throw new RefusedEdit(`There is no table ${edit.table}.`)
  if (!isId(edit.id)) throw new RefusedEdit('A record needs a UUID.')
  if (!isJsonObject(edit.data)) throw new RefusedEdit('An edit is a set of fields.')
  const id = edit.id.toLowerCase()
  const fresh = { changeId: edit.given?.changeId?.toLowerCase() ?? device.ids(), madeAt: device.clock() }
  return inOneStep(store, async (tx) => {
    const state = await readState(tx)
    const row = await tx.records.get([edit.table, id])
    const entries = await tx.outbox.where('[table+id]').equals([edit.table, id]).toArray()
    if (edit.given && (await isKnown(tx, fresh.changeId))) return fresh.changeId
    if (edit.groupId) await refuseLongGroup(tx, edit.groupId)
    const data = readEdit({ ...edit, id }, collection, row, device)
    if (edit.action === 'update' && Object.keys(data).length === 0) return null
    const change = changeFor({ ...edit, id, data }, { row, entries, state, collection, ...fresh })
    const stored = await storeChange(tx, change, entries, scopeOf(collection, id, data, row, device), edit)
    await layOver(tx, device, [[edit.table, id]], state)
    return stored
  })
}

const isKnown = async (tx: Tables, changeId: string): Promise<boolean> =>
  (await tx.outbox.where('changeId').equals(changeId).count()) > 0 ||
  (await tx.kept.where('changeId').equals(changeId).count()) > 0

const refuseLongGroup = async (tx: Tables, groupId: string): Promise<void> => {
  const members = (await tx.outbox.toArray()).filter(({ change }) => change.groupId === groupId)
  if (members.length >= changesPerGroupMax)
    throw new RefusedEdit(`One action holds at most ${changesPerGroupMax} changes.`)
}

const readEdit = (edit: Edit, collection: Collection, row: RecordRow | undefined, device: Device): JsonObject => {
  const view = row?.view ?? null
  if (edit.action === 'create' && view !== null) throw new RefusedEdit('There is such a record already.')
  if (edit.action !== 'create' && view === null && !edit.given) throw new RefusedEdit('There is no such record here.')
  const read = readData(collection, edit.action, edit.data, { id: edit.id, ...(row && { scope: row.scope }) })
  if (!read.ok) {
    throw new RefusedEdit(read.problems.map(({ field, message }) => `${field}: ${message}`).join(' '), read.problems)
  }
  if (edit.action === 'create') return givenOrAllowed(read.data, edit, collection, device)
  if (edit.action !== 'update' || view === null || edit.given) return read.data
  // what already stands there is no edit
  return Object.fromEntries(Object.entries(read.data).filter(([name, value]) => !sameJson(view[name], value)))
}

// a default of a field this person may not give is left for the server to fill in
const givenOrAllowed = (data: JsonObject, edit: Edit, collection: Collection, { user }: Device): JsonObject => {
  const gives = new Set(rightsOf(collection, user.role).gives)
  return Object.fromEntries(Object.entries(data).filter(([name]) => Object.hasOwn(edit.data, name) || gives.has(name)))
}

type Known = {
  row: RecordRow | undefined
  entries: readonly Entry[]
  state: DeviceState
  collection: Collection
  changeId: string
  madeAt: number
}

const changeFor = (edit: Edit, { row, entries, state, collection, changeId, madeAt }: Known): Entry['change'] => {
  const over = entries.filter(isLaidOver).at(-1)
  const isFromBefore = state.isReloading || entries.some((one) => one.change.fromBefore && one.state !== 'stuck')
  const base = edit.given?.base ?? baseShown(edit, row, collection)
  const { given, groupId, intents } = edit
  return {
    changeId,
    ...(over && { after: over.changeId }),
    ...(groupId && { groupId }),
    action: edit.action,
    table: edit.table,
    id: edit.id,
    baseVersion: edit.action === 'create' ? null : (given?.baseVersion ?? row?.version ?? null),
    data: edit.data,
    ...(base && { base }),
    ...(intents && { intents }),
    ...(isFromBefore && { fromBefore: true }),
    timestamp: given?.timestamp ?? new Date(madeAt).toISOString(),
  }
}

const baseShown = (
  { action, data, seen = {} }: Edit,
  row: RecordRow | undefined,
  collection: Collection,
): JsonObject | null => {
  const view = row?.view
  if (!view || action === 'create' || action === 'restore') return null
  const names =
    action === 'delete' ? collection.fieldNames.filter((name) => Object.hasOwn(view, name)) : Object.keys(data)
  return Object.fromEntries(names.map((name) => [name, (Object.hasOwn(seen, name) ? seen[name] : view[name]) ?? null]))
}

const scopeOf = (
  collection: Collection,
  id: string,
  data: JsonObject,
  row: RecordRow | undefined,
  { user }: Device,
): string => {
  if (row) return row.scope
  if (collection.isScope) return id
  const wedding = data['client_id']
  return collection.scope === 'wedding' && typeof wedding === 'string' ? wedding : user.organizationId
}

const storeChange = async (
  tx: Tables,
  change: Entry['change'],
  entries: readonly Entry[],
  scope: string,
  { strategy = null, given }: Edit,
): Promise<string> => {
  const newest = entries.at(-1)
  const into = given ? null : folded(newest, change, newest !== undefined && isLaidOver(newest))
  if (into) {
    await tx.outbox.put(into)
    return into.changeId
  }
  await tx.outbox.add({
    changeId: change.changeId,
    table: change.table,
    id: change.id,
    scope,
    state: 'waiting',
    change,
    isFrozen: false,
    isHidden: false,
    isSentAgain: false,
    narrowings: [],
    overlayBefore: null,
    receipt: null,
    strategy,
  })
  return change.changeId
}
