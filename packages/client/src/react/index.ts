// The second door: windows on the engine for React. A hook is a window, not a motor (H26).
export { SyncProvider } from './sync-provider.ts'
export { useSyncEngine, useSyncEngine as useSyncHook, type SyncHook } from './use-sync-engine.ts'
export { useRecords } from './use-records.ts'
export { useRecord } from './use-record.ts'
export { useConflicts } from './use-conflicts.ts'
export { useSyncStatus } from './use-sync-status.ts'
