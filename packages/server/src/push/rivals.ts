// Takes what stands, and a record as it would be; answers who holds already what only one may hold. What earlier changes of the batch
// moved stands as they left it.
import { fieldThatYields, isSameKey, nearestFree, type Collection } from '@wedsync/merge'
import type { JsonObject } from '@wedsync/protocol'
import { keyOf } from './key-of.ts'
import { listsOf } from './may-meet-others.ts'
import type { StoredRow } from './opened-batch.ts'

export type Standing = {
  table: ReadonlyMap<string, StoredRow>
  opened: { holders?: readonly StoredRow[] }
  /** Records as they stood before: what they held is taken all the same. */
  before?: readonly StoredRow[]
}
type Wanted = { id: string; fields: JsonObject }

/**
 * The records of a table that stand: those the batch is about, and those it was asked who they are. What goes with a record that is
 * deleted is gone with it.
 */
export const standingIn = (
  { table, opened, before = [] }: Standing,
  { name, refersTo }: Pick<Collection, 'name' | 'refersTo'>,
): (StoredRow & { fields: JsonObject })[] => {
  const isGone = (row: StoredRow) =>
    wholesOf({ refersTo }, row.fields).some((whole) => table.get(whole)?.isDeleted === true)
  return [...(opened.holders ?? []).filter((row) => !table.has(keyOf(row))), ...table.values(), ...before].flatMap(
    (row) =>
      row.table === name && !row.isDeleted && row.fields && !isGone(row) ? [{ ...row, fields: row.fields }] : [],
  )
}

/** The records without which this one means nothing: it is deleted with any of them. */
export const wholesOf = ({ refersTo }: Pick<Collection, 'refersTo'>, fields: JsonObject = {}): string[] =>
  Object.entries(refersTo).flatMap(([field, { table, onDelete }]) => {
    const id = fields[field]
    return onDelete === 'delete' && typeof id === 'string' ? [keyOf({ table, id })] : []
  })

export type Taken = { by: StoredRow & { fields: JsonObject }; list: readonly string[]; yields: string | null }

/** `isLeaving`: what holds it now does not for long. Lists of which `touched` names nothing are as they were. */
export const takenFrom = (
  standing: Standing,
  collection: Collection,
  { id, fields }: Wanted,
  touched: readonly string[],
  isLeaving: (row: StoredRow, list: readonly string[], fields: JsonObject) => boolean = () => false,
): Taken | null => {
  for (const list of listsOf(collection)) {
    if (!list.some((name) => touched.includes(name))) continue
    const by = standingIn(standing, collection).find(
      (row) => row.id !== id && isSameKey(list, row.fields, fields) && !isLeaving(row, list, fields),
    )
    if (by) return { by, list, yields: fieldThatYields(collection, list) }
  }
  return null
}

/** The nearest that is free, as far as there is room; null: nothing can be offered. */
export const freeNear = (
  standing: Standing,
  collection: Collection,
  { id, fields }: Wanted,
  { list, yields }: Taken,
): number | null => {
  const wanted = yields === null ? null : fields[yields]
  if (yields === null || typeof wanted !== 'number') return null
  const others = list.filter((name) => name !== yields)
  const held = standingIn(standing, collection).flatMap((row) => {
    const value = row.fields[yields]
    return row.id !== id && isSameKey(others, row.fields, fields) && typeof value === 'number' ? [value] : []
  })
  return nearestFree(collection, yields, wanted, {
    held: new Set(held),
    most: roomFor(standing, collection, yields, fields),
  })
}

const roomFor = (standing: Standing, { offers, fieldOf }: Collection, name: string, fields: JsonObject) => {
  const offer = offers[name]
  const table = offer && fieldOf(offer.of)?.table
  if (!offer || table === undefined) return null
  const room = standingIn(standing, { name: table, refersTo: {} }).find(({ id }) => id === fields[offer.of])?.fields[
    offer.upTo
  ]
  return typeof room === 'number' ? room : null
}
