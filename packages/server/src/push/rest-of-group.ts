// Takes a conflict that is decided for its author's side; answers what else of the group goes in with it: the fields nobody
// contested when it came. What somebody moved meanwhile is contested now, and nobody has seen it yet.  Keeps P4, P11.
import { contestedFields, keyingOf, laterEdit, sideLaid, type Collection } from '@wedsync/merge'
import { sameJson, type ConflictField, type JsonObject } from '@wedsync/protocol'
import { recordOf } from './contested-record.ts'
import { keyOf } from './key-of.ts'
import type { DecidedConflict, StoredRow, WaitingChange } from './opened-batch.ts'

/** The records that a group deletes, whatever else it changed in them: there they go, or stay as they are. */
export const deletedByGroup = ({ changes }: DecidedConflict): ReadonlySet<string> =>
  new Set(
    changes.filter(({ groupId, id, action }) => groupId !== null && id !== null && action === 'delete').map(keyOf),
  )

/** What a group still wants of one record, beside what is contested. */
export type Rest = { isDelete: boolean; data: JsonObject }

export const restOf = (
  conflict: DecidedConflict,
  known: { collections: ReadonlyMap<string, Collection>; table: ReadonlyMap<string, StoredRow> },
): { moved: ConflictField[]; records: Map<string, Rest> } => {
  const moved: ConflictField[] = []
  const records = new Map<string, Rest>()
  const byRecord = Map.groupBy(
    conflict.changes.filter(({ groupId, id }) => groupId !== null && id !== null),
    keyOf,
  )
  for (const [key, changes] of byRecord) {
    const collection = known.collections.get(changes[0]!.table)
    if (!collection) continue
    const whole = foldedChanges(changes, collection)
    const contested = conflict.fields.filter((field) => keyOf(recordOf(conflict, field)) === key)
    const isContestedDelete = contested.some(({ client }) => client === undefined)
    const names = contested.map(({ field }) => field)
    const data = without(whole.data ?? {}, names)
    const row = known.table.get(key)
    records.set(key, { isDelete: whole.action === 'delete', data })
    if (!row || isContestedDelete || (row.isDeleted && whole.action !== 'update')) continue
    const stored = {
      version: row.version,
      fields: row.fields ?? {},
      fieldVersions: row.fieldVersions ?? {},
      isDeleted: row.isDeleted,
    }
    const found = partsOf(changes, whole, names, collection).map((change) =>
      contestedFields({ collection, change, stored }),
    )
    const clean = Object.assign({}, ...found.map((part) => part.clean)) as JsonObject
    // fields with parts: everybody else's parts stay as they are
    records.set(key, { isDelete: whole.action === 'delete', data: { ...data, ...clean } })
    const isFirst = key === keyOf(conflict)
    const fresh = found.flatMap(({ contested }) => contested).filter(({ field }) => !names.includes(field))
    moved.push(
      ...fresh.map(({ keys: _keys, ...field }) => ({
        ...(!isFirst && { table: changes[0]!.table, id: changes[0]!.id }),
        ...field,
        rule: 'moved@1',
        reason: 'Somebody changed this while it waited for a person.',
      })),
    )
  }
  return { moved, records }
}

// several changes of one action to one record: what its author saw first, what they wanted last
const foldedChanges = (changes: readonly WaitingChange[], collection: Collection): WaitingChange =>
  changes.reduce((one, next) => {
    const both = Object.keys(next.data ?? {}).filter((name) => Object.hasOwn(one.data ?? {}, name))
    const parts = foldedParts(one, next, both, collection)
    return {
      ...one,
      action: next.action === 'delete' ? 'delete' : one.action,
      data: { ...one.data, ...next.data, ...parts.data },
      base: { ...next.base, ...one.base, ...parts.base },
    }
  })

// both edits, since the second one may be of a sheet that was opened before the first; and of a value with parts what they saw last, and of
// what they had touched by then what they saw before
const foldedParts = (
  one: WaitingChange,
  next: WaitingChange,
  names: readonly string[],
  { fieldOf }: Collection,
): { data: JsonObject; base: JsonObject } => {
  const parts = { data: {} as JsonObject, base: {} as JsonObject }
  for (const name of names) {
    const field = fieldOf(name)
    const [first, then] = [one.base?.[name], next.base?.[name]]
    const [over, wanted] = [one.data![name]!, next.data![name]!]
    if (!field || first === undefined || then === undefined || sameJson(then, over)) continue
    const keying = keyingOf(field)
    const seen = keying && sideLaid(first, over, then, keying.by)
    if (seen) parts.base[name] = seen
    const meant = keying ? laterEdit(field, { wanted: over, before: first, over: then }) : over
    parts.data[name] = laterEdit(field, { wanted, before: then, over: meant })
  }
  return parts
}

// each field is judged by what its author had seen when they first named it, or one that only makes sense with it: a later edit
// has seen more than an earlier one
const partsOf = (
  changes: readonly WaitingChange[],
  whole: WaitingChange,
  names: readonly string[],
  collection: Collection,
): (WaitingChange & { data: JsonObject })[] => {
  if (changes.some(({ action }) => action !== 'update'))
    return [{ ...whole, data: without(whole.data ?? {}, names), base: without(whole.base ?? {}, names) }]
  const left = new Set(Object.keys(whole.data ?? {}).filter((name) => !names.includes(name)))
  return changes.map((change) => {
    const named = Object.keys(change.data ?? {}).filter((name) => left.has(name))
    const groups = named.flatMap((name) => collection.fieldOf(name)?.group ?? [])
    const own = [...left].filter(
      (name) => named.includes(name) || groups.includes(collection.fieldOf(name)?.group ?? ''),
    )
    for (const name of own) left.delete(name)
    return { ...change, data: only(whole.data ?? {}, own), base: only(whole.base ?? {}, own) }
  })
}

const only = (fields: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)))

const without = (fields: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))
