// One record's window.
import { type Json } from '@wedsync/protocol'
import { useMemo, useSyncExternalStore } from 'react'
import { type ShownRecord } from '../store/shown-record.ts'
import { useEngine } from './sync-provider.ts'

/** The record as the person sees it: `undefined` until the store was read, `null` when there is none. */
export const useRecord = <Data extends object = { [field: string]: Json }>(
  table: string,
  id: string,
): ShownRecord<Data> | null | undefined => {
  const engine = useEngine()
  const view = useMemo(() => engine.watchRecord<Data>(table, id), [engine, table, id])
  return useSyncExternalStore(view.subscribe, view.current, view.current)
}
