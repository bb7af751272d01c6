// Takes an edit; hands on the change that would tell everyone, with what the person saw when they made it, or the reason why
// there can be none. Reads the store, and writes nothing.  Keeps P6.
import { readData, rightsOf, type Collection } from '@wedsync/merge'
import {
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
import { isLaidOver } from '../outbox/overlay.ts'
import { type Device } from '../settings.ts'
import { type DeviceState } from '../store/device-state.ts'
import { type RecordRow, type TablesToRead } from '../store/store.ts'

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

export type Draft = {
  change: Entry['change']
  /** The record as it stands on this device. */
  row: RecordRow | undefined
  /** What else waits here about the same record, oldest first. */
  entries: Entry[]
}

/** What every change of an edit like this is called, and when it was made. */
export type Fresh = { changeId: string; madeAt: number }

/** The change an edit comes to, or null when it changes nothing. */
export const draftChange = async (
  tx: Pick<TablesToRead, 'records' | 'outbox'>,
  device: Device,
  state: DeviceState,
  edit: Edit,
  fresh: Fresh,
): Promise<Draft | null> => {
  const { collection, id } = readSubject(edit, device)
  const row = await tx.records.get([edit.table, id])
  const entries = await tx.outbox.where('[table+id]').equals([edit.table, id]).toArray()
  const data = readEdit({ ...edit, id }, collection, row, device)
  if (edit.action === 'update' && Object.keys(data).length === 0) return null
  const known = { row, entries, state, collection, ...fresh, schemaVersion: state.schemaVersion }
  return { change: changeFor({ ...edit, id, data }, known), row, entries }
}

/** The table and the record an edit is about; refused where it names none. */
export const readSubject = (edit: Edit, { collections }: Device): { collection: Collection; id: string } => {
  const collection = collections.get(edit.table)
  if (!collection) throw new RefusedEdit(`There is no table ${edit.table}.`)
  if (!isId(edit.id)) throw new RefusedEdit('A record needs a UUID.')
  if (!isJsonObject(edit.data)) throw new RefusedEdit('An edit is a set of fields.')
  return { collection, id: edit.id.toLowerCase() }
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
  schemaVersion: number
}

const changeFor = (
  edit: Edit,
  { row, entries, state, collection, changeId, madeAt, schemaVersion }: Known,
): Entry['change'] => {
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
    schemaVersion,
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
