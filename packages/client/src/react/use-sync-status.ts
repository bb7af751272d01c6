// The badge's window: the word, what waits, what needs a person.
import { useMemo, useSyncExternalStore } from 'react'
import { type SyncStatus } from '../status/sync-status.ts'
import { useEngine } from './sync-provider.ts'

/** How it stands with this person's work. */
export const useSyncStatus = (): SyncStatus => {
  const engine = useEngine()
  const view = useMemo(() => engine.watchStatus(), [engine])
  return useSyncExternalStore(view.subscribe, view.current, view.current)
}
