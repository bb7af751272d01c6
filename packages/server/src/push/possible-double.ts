// Takes a record as somebody wants to make it, and what stands; answers what it may be a double of, and what a person sees of the two.
import { alikeAs, levelOf, type Alike, type Collection, type ConflictFieldDraft } from '@wedsync/merge'
import { sameJson, type ConflictField, type JsonObject } from '@wedsync/protocol'
import { recordOf } from './contested-record.ts'
import { alikeRule } from './double-rules.ts'
import { keyOf } from './key-of.ts'
import type { DecidedConflict, StoredRow } from './opened-batch.ts'
import { standingIn, type Standing } from './rivals.ts'

export type Double = { beside: StoredRow; alike: Alike }

export const doubleIn = (
  standing: Standing,
  collection: Collection,
  data: JsonObject,
  isOfAnother: (row: StoredRow) => boolean,
): Double | null => {
  const fields = { ...collection.defaults, ...data }
  const isOfOneScope = (row: JsonObject) => sameJson(row['client_id'] ?? null, fields['client_id'] ?? null)
  for (const beside of collection.alike.length > 0 ? standingIn(standing, collection) : []) {
    const alike = isOfOneScope(beside.fields) && isOfAnother(beside) ? alikeAs(collection, beside.fields, fields) : null
    if (alike) return { beside, alike }
  }
  return null
}

/** Of what nobody gave nothing is to be seen; which wedding it is for is not in question. */
export const fieldsOfDouble = (
  collection: Collection,
  data: JsonObject,
  { beside: { fields = {} }, alike: { reason } }: Double,
): ConflictFieldDraft[] =>
  Object.keys(data)
    .filter((name) => name !== 'client_id' && !sameJson(data[name], collection.defaults[name] ?? null))
    .map((name) => ({ field: name, client: data[name]!, server: fields[name] ?? null, rule: alikeRule, reason }))

/** Of a group that waited for something else: what it makes and what, meanwhile, somebody else may have made. Nobody was asked yet. */
export const doublesSince = (
  conflict: DecidedConflict,
  records: Iterable<readonly [key: string, { isDelete: boolean; data: JsonObject }]>,
  standing: Standing,
  collections: ReadonlyMap<string, Collection>,
): ConflictField[] =>
  [...records].flatMap(([key, { isDelete, data }]) => {
    const [table, id] = key.split('/') as [string, string]
    const collection = collections.get(table)
    const isMade = conflict.changes.some((change) => change.action === 'create' && change.id === id)
    const isKnown = conflict.fields.some(
      (field) => field.rule === alikeRule && keyOf(recordOf(conflict, field)) === key,
    )
    if (!collection || isDelete || !isMade || isKnown || standing.table.has(key)) return []
    const double = doubleIn(standing, collection, data, () => true)
    return (double ? fieldsOfDouble(collection, data, double) : []).map((field) => ({
      ...(key !== keyOf(conflict) && { table, id }),
      ...field,
      level: levelOf(collection, field.field, data),
    }))
  })
