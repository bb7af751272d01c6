// Everything at once, under the names integrators know.
import { useMemo } from 'react'
import { type SyncEngine } from '../sync-engine.ts'
import { type NeedsYou, type Network, type Phase, type StatusWord } from '../status/sync-status.ts'
import { useEngine } from './sync-provider.ts'
import { useSyncStatus } from './use-sync-status.ts'

export type SyncHook = Pick<
  SyncEngine,
  'syncChanges' | 'getSyncStatus' | 'detectConflicts' | 'resolveConflict' | 'explain' | 'on'
> & {
  /** Whether what is saved now goes out: a signal, as far as the last try tells, and not switched off. */
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

/** The engine and how it stands; the functions may be taken out of it, and stay the same as long as the engine does. */
export const useSyncEngine = (): SyncHook => {
  const engine = useEngine()
  const status = useSyncStatus()
  return useMemo(
    () => ({
      syncChanges: engine.syncChanges,
      getSyncStatus: engine.getSyncStatus,
      detectConflicts: engine.detectConflicts,
      resolveConflict: engine.resolveConflict,
      explain: engine.explain,
      on: engine.on,
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
