// A list's window. The store is watched by table and scope; `where` and `sortBy` may be written inline, they only look.
import { type Json } from '@wedsync/protocol'
import { useMemo, useSyncExternalStore } from 'react'
import { pickRecords, type Query, type ShownRecord } from '../store/shown-record.ts'
import { useEngine } from './sync-provider.ts'

/** The records a query asks for; empty until the store was read. */
export const useRecords = <Data extends object = { [field: string]: Json }>(
  query: Query<Data>,
): readonly ShownRecord<Data>[] => {
  const engine = useEngine()
  const { table, scope, where, sortBy } = query
  const view = useMemo(() => engine.watch<Data>({ table, scope }), [engine, table, scope])
  const records = useSyncExternalStore(view.subscribe, view.current, view.current)
  return useMemo(() => pickRecords(records, { where, sortBy }), [records, where, sortBy])
}
