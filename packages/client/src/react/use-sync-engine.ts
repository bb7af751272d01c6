// Everything at once, under the names integrators know.
import { useMemo } from 'react'
import { type SyncEngine } from '../sync-engine.ts'
import { type NeedsYou, type Network, type Phase, type StatusWord } from '../status/sync-status.ts'
import { useEngine } from './sync-provider.ts'
import { useSyncStatus } from './use-sync-status.ts'

export type SyncHook = Pick<SyncEngine, 'syncChanges' | 'getSyncStatus'> & {
  isOnline: boolean
  phase: Phase
  network: Network
  word: StatusWord
  /** Changes the server has not answered yet. */
  pending: number
  needsYou: readonly NeedsYou[]
  lastSyncedAt: Date | null
  isLoading: boolean
  error: string | null
  retry: () => Promise<void>
  engine: SyncEngine
}

/** The engine and how it stands. */
export const useSyncEngine = (): SyncHook => {
  const engine = useEngine()
  const status = useSyncStatus()
  return useMemo(
    () => ({
      syncChanges: engine.syncChanges,
      getSyncStatus: engine.getSyncStatus,
      isOnline: status.network !== 'offline' && !status.isPaused,
      phase: status.phase,
      network: status.network,
      word: status.word,
      pending: status.waiting,
      needsYou: status.needsYou,
      lastSyncedAt: status.lastSyncedAt,
      isLoading: status.isLoading,
      error: status.error,
      retry: engine.syncNow,
      engine,
    }),
    [engine, status],
  )
}
