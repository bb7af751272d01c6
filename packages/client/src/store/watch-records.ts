// Windows on the store. A view reads while somebody looks and rests when nobody does; a record that did not change stays
// the same object, so that a screen draws again only what moved. Sees what other tabs write, too.
import { type Collection } from '@wedsync/merge'
import { sameJson, type Json, type JsonObject } from '@wedsync/protocol'
import { type RecordRow, type Store, type TablesToRead } from './store.ts'
import { pickRecords, type Query, type ShownRecord, type View } from './shown-record.ts'

type AnyData = { [field: string]: Json }
type Collections = ReadonlyMap<string, Collection>

/** A query of the engine's own: `picks` leaves out what nobody asked for before it is put together as a record. */
export type RowQuery<Data extends object = AnyData> = Query<Data> & { picks?: (view: JsonObject) => boolean }

/** The records a query asks for, for as long as somebody looks; empty before that. */
export const watchRecords = <Data extends object = AnyData>(
  store: Store,
  collections: Collections,
  { table, scope, picks, where, sortBy }: RowQuery<Data>,
): View<readonly ShownRecord<Data>[]> => {
  const sameAsBefore = rememberRecords(collections)
  return viewOn<readonly ShownRecord<Data>[]>(store, [], async ({ records }) => {
    const rows =
      scope === undefined
        ? await records.where('table').equals(table).toArray()
        : await records.where('[table+scope]').equals([table, scope]).toArray()
    const shown: ShownRecord[] = []
    for (const row of rows) {
      if (!row.view || (picks && !picks(row.view))) continue
      const record = sameAsBefore(row)
      if (record) shown.push(record)
    }
    return pickRecords(shown as ShownRecord<Data>[], { where, sortBy })
  })
}

/** One record, for as long as somebody looks; `undefined` before that, `null` when there is none. */
export const watchRecord = <Data extends object = AnyData>(
  store: Store,
  collections: Collections,
  table: string,
  id: string,
): View<ShownRecord<Data> | null | undefined> => {
  const sameAsBefore = rememberRecords(collections)
  return viewOn<ShownRecord<Data> | null | undefined>(store, undefined, async ({ records }) => {
    const row = await records.get([table, id])
    return (row ? sameAsBefore(row) : null) as ShownRecord<Data> | null
  })
}

/** A stored row as the person sees it; null when they see none. */
export const shownRecord = (
  { table, id, scope, view, pending }: RecordRow,
  collections: Collections,
): ShownRecord | null =>
  view && { id, table, scope, pending, ...(collections.get(table)?.isScope && { client_id: id }), ...view }

const viewOn = <Value>(store: Store, before: Value, read: (tx: TablesToRead) => Promise<Value>): View<Value> => {
  let current = before
  let stopReading: (() => void) | null = null
  const listeners = new Set<() => void>()
  const start = () =>
    store.live(read, (value) => {
      if (value === current) return
      current = value
      for (const listener of [...listeners]) listener()
    })
  return {
    current: () => current,
    subscribe: (onChange) => {
      const listener = () => onChange()
      listeners.add(listener)
      stopReading ??= start()
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        stopReading?.()
        stopReading = null
      }
    },
  }
}

// a store that hands out the very row again has not touched it; one that copies what it holds is compared, value by value
const rememberRecords = (collections: Collections) => {
  const known = new Map<string, { row: RecordRow; record: ShownRecord | null }>()
  return (row: RecordRow): ShownRecord | null => {
    const before = known.get(row.id)
    if (before?.row === row) return before.record
    const fresh = shownRecord(row, collections)
    const record = before && sameJson(before.record, fresh) ? before.record : fresh
    known.set(row.id, { row, record })
    return record
  }
}
