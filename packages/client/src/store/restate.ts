// The app was upgraded, or an older one opens what a newer one left. Says what the store holds in the words of this app, in one
// step and without a signal, so that no screen meets a strange record; what is loaded next replaces it. Changes stay to the
// byte as they were made, each with its own version; what they say today stands beside them, only to be shown.  Keeps P1, P3, P6.
import {
  contestedMeant,
  editMeant,
  nameMeant,
  recordAsFarAsKnown,
  recordMeant,
  rightsOf,
  type Collection,
  type Schema,
} from '@wedsync/merge'
import { conflictsTable, schemaVersionUnsaid, type ConflictField, type Json, type JsonObject } from '@wedsync/protocol'
import { type Entry } from '../outbox/entry.ts'
import { type Device } from '../settings.ts'
import { layOver } from './lay-over.ts'
import { readState } from './read-state.ts'
import { type Key, type Tables } from './store.ts'

type Parts = Pick<Device, 'collections' | 'schemas' | 'user'>

/** Restates the store where it is in other words than this app's. Runs inside the caller's step. */
export const restate = async (tx: Tables, device: Parts): Promise<void> => {
  const before = await readState(tx)
  const { current, past } = device.schemas
  if (before.schemaVersion === current) return
  const schema = past(before.schemaVersion)
  // a page another window asked for, in its own words, comes too late
  const state = { ...before, schemaVersion: current, turn: before.turn + 1 }
  const records = await tx.records.toArray()
  await tx.records.bulkPut(
    records.map((row) => ({ ...row, base: row.base && dataMeant(device, schema, row.table, row.base) })),
  )
  await tx.staged.bulkPut(
    (await tx.staged.toArray()).map((row) => ({
      ...row,
      data: row.data && dataMeant(device, schema, row.table, row.data),
    })),
  )
  const entries = await tx.outbox.toArray()
  await tx.outbox.bulkPut(entries.map((entry) => entryMeant(device, schema, entry)))
  await tx.kept.bulkPut(
    (await tx.kept.toArray()).map((row) => ({ ...row, entry: entryMeant(device, schema, row.entry) })),
  )
  await tx.state.put(state)
  await layOver(
    tx,
    device,
    [...records, ...entries].map(({ table, id }): Key => [table, id]),
    state,
  )
}

const dataMeant = (device: Parts, schema: Schema | null, table: string, data: JsonObject): JsonObject => {
  if (table === conflictsTable) return schema ? conflictMeant(schema, data) : data
  const collection = device.collections.get(table)
  if (!collection) return data
  const reads = rightsOf(collection, device.user.role).reads
  const isRead = (name: string) => reads.includes(name)
  return schema ? recordMeant(schema, collection, data, isRead) : recordAsFarAsKnown(collection, data, isRead)
}

const conflictMeant = (schema: Schema, conflict: JsonObject): JsonObject => ({
  ...conflict,
  fields: fieldsMeant(
    schema,
    conflict['recordTable'] as string,
    conflict['fields'] as ConflictField[],
  ) as unknown as Json,
})

const fieldsMeant = (schema: Schema, table: string, fields: readonly ConflictField[]): ConflictField[] =>
  fields.map((field) => contestedMeant(schema, table, field))

const entryMeant = (device: Parts, schema: Schema | null, entry: Entry): Entry => {
  const { meant: _before, ...rest } = entry
  const collection = device.collections.get(entry.table)
  const version = entry.change.schemaVersion ?? schemaVersionUnsaid
  const isOwnWords = version === device.schemas.current || !collection
  const said = isOwnWords ? null : changeMeant(device.schemas.past(version), collection, entry.change)
  const named = (names: readonly string[]) =>
    schema ? names.map((name) => nameMeant(schema, entry.table, name)) : [...names]
  const { receipt } = entry
  return {
    ...rest,
    ...(said && { meant: said }),
    narrowings: entry.narrowings.map(({ version: from, fields }) => ({ version: from, fields: named(fields) })),
    overlayBefore: entry.overlayBefore && named(entry.overlayBefore),
    receipt:
      schema && receipt?.kind === 'waiting'
        ? {
            ...receipt,
            conflict: {
              ...receipt.conflict,
              fields: fieldsMeant(schema, receipt.conflict.table, receipt.conflict.fields),
            },
          }
        : receipt,
  }
}

const changeMeant = (
  past: Schema | null,
  collection: Collection,
  { action, data, base }: Entry['change'],
): NonNullable<Entry['meant']> => {
  if (past) {
    const meant = editMeant(past, collection.name, { action, data, base })
    return action === 'create' ? { ...meant, data: { ...collection.defaults, ...meant.data } } : meant
  }
  // in words nobody here knows: what fits is shown
  const fitting = (fields: JsonObject) =>
    Object.fromEntries(
      Object.entries(fields).filter(([name, value]) => value === null || collection.fieldOf(name)?.read(value).ok),
    )
  return { data: fitting(data), ...(base && { base: fitting(base) }) }
}
