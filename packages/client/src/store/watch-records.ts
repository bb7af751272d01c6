// Windows on the store. A view reads while somebody looks and rests when nobody does; a record that did not change stays
// the same object, so that a screen draws again only what moved. Sees what other tabs write, too.
import { type Collection } from '@wedsync/merge'
import { type Json } from '@wedsync/protocol'
import { type RecordRow, type Store, type TablesToRead } from './store.ts'
import { pickRecords, type Query, type ShownRecord, type View } from './shown-record.ts'

type AnyData = { [field: string]: Json }
type Collections = ReadonlyMap<string, Collection>

/** The records a query asks for, for as long as somebody looks; empty before that. */
export const watchRecords = <Data extends object = AnyData>(
  store: Store,
  collections: Collections,
  { table, scope, where, sortBy }: Query<Data>,
): View<readonly ShownRecord<Data>[]> => {
  const sameAsBefore = rememberRecords()
  return viewOn<readonly ShownRecord<Data>[]>(store, [], async ({ records }) => {
    const rows =
      scope === undefined
        ? await records.where('table').equals(table).toArray()
        : await records.where('[table+scope]').equals([table, scope]).toArray()
    const shown = rows.flatMap((row) => sameAsBefore(shownRecord(row, collections)) ?? [])
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
  const sameAsBefore = rememberRecords()
  return viewOn<ShownRecord<Data> | null | undefined>(store, undefined, async ({ records }) => {
    const row = await records.get([table, id])
    return sameAsBefore(row ? shownRecord(row, collections) : null) as ShownRecord<Data> | null
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

const rememberRecords = () => {
  const known = new Map<string, { text: string; record: ShownRecord }>()
  return (record: ShownRecord | null): ShownRecord | null => {
    if (!record) return null
    const text = JSON.stringify(record)
    const before = known.get(record.id)
    if (before?.text === text) return before.record
    known.set(record.id, { text, record })
    return record
  }
}
