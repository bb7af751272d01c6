// Takes what a decision would write; answers why it cannot be, where somebody else holds by now what only one may hold, or null. Whoever
// decides is told so in words, and nothing is written over.  Keeps P3, P4.
import { capital, wordsFor, type Collection } from '@wedsync/merge'
import type { JsonObject } from '@wedsync/protocol'
import { keyOf } from './key-of.ts'
import type { OpenedBatch, StoredRow } from './opened-batch.ts'
import type { Refusal } from './read-changes.ts'
import { takenFrom, type Taken } from './rivals.ts'
import type { Write } from './write.ts'

type Known = {
  collections: ReadonlyMap<string, Collection>
  table: ReadonlyMap<string, StoredRow>
  opened: Pick<OpenedBatch, 'holders'>
}

/** All of it is looked at as it stands when everything is in. */
export const takenBy = (
  write: Write,
  writes: readonly Write[],
  { collections, table, opened }: Known,
): Taken | null => {
  const collection = collections.get(write.table)
  if (!collection || write.action === 'delete') return null
  const then = rowsAfter(writes, { collections, table })
  const touched = write.action === 'create' ? collection.fieldNames : Object.keys(write.data)
  const fields = then.get(keyOf(write))!.fields!
  return takenFrom({ table: then, opened }, collection, { id: write.id, fields }, touched)
}

export const takenRefusal = ({ yields }: Taken, collection: Collection): Refusal => ({
  code: 'duplicate_value',
  message:
    yields === null
      ? 'This is there already, under another record.'
      : `${capital(wordsFor(collection, yields))} is taken by now. Choose another one.`,
  ...(yields !== null && { field: yields }),
})

/** What stands once all of it is in. */
export const rowsAfter = (
  writes: readonly Write[],
  { collections, table }: Pick<Known, 'collections' | 'table'>,
): Map<string, StoredRow> => {
  const then = new Map(table)
  for (const one of writes) then.set(keyOf(one), rowAfter(one, table.get(keyOf(one)), collections.get(one.table)))
  return then
}

const rowAfter = (
  { table, id, action, data }: Write,
  row: StoredRow | undefined,
  collection: Collection | undefined,
): StoredRow => {
  const before: JsonObject = row?.fields ?? collection?.defaults ?? {}
  const stands = { ...{ scope: null, version: 0, isForeign: false, isVisible: true }, ...row, table, id }
  return { ...stands, isDeleted: action === 'delete', fields: { ...before, ...data } }
}
