// The door of the device, in the order of the walk: start, save and watch, where it is kept, what a person is told, what
// can go wrong.
export { startSync } from './start-sync.ts'
export { type DeviceUser, type SyncSettings } from './settings.ts'
export {
  type BodyReader,
  type Fetch,
  type Fetched,
  type FetchInit,
  type Gzip,
  type Locks,
  type Surroundings,
  type Timers,
} from './adapters.ts'
export { type EditOptions, type SyncEngine } from './sync-engine.ts'
export { type OfflineChange, type SyncChangesOptions, type SyncChangesResult } from './push/offline-change.ts'
export { type ShownConflict } from './review/conflict-query.ts'
export { type Explained } from './review/explain.ts'
export { type DecidedTogether, type HarmlessDecision, type SeenConflict } from './review/decide-harmless.ts'
export { isHarmless, whyNotHarmless } from '@wedsync/merge'
export { type DetectedConflict } from './review/detect-conflicts.ts'
export { type ConflictToResolve, type Resolution, type ResolvedBy } from './review/resolve-conflict.ts'
export { type Pending, type Query, type ShownRecord, type View } from './store/shown-record.ts'
export { type NeedsYou, type Network, type Phase, type StatusWord, type SyncStatus } from './status/sync-status.ts'
export { createMemoryDisk, createMemoryStore, type MemoryDisk, type MemoryStore } from './store/memory-store.ts'
export { type OpenStore, type Store, type Tables } from './store/store.ts'
export { type Verified } from './verify/verify-scope.ts'
export {
  conflictsTable,
  type Conflict,
  type Failure,
  type Processed,
  type StatusResponse,
  type Strategy,
  type SyncMetrics,
} from '@wedsync/protocol'
export { type ChangeFailed, type ConflictResolution, type SyncEvents } from './events/create-events.ts'
export { OutOfSpace, RefusedEdit, SyncUnavailable } from './errors.ts'
