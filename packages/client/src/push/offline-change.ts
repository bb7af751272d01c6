// Edits that were made outside this engine, and what is answered to whoever hands them in.
import {
  type Conflict,
  type Failure,
  type Processed,
  type Strategy,
  type SyncMetrics,
  type WireChange,
} from '@wedsync/protocol'

/** An edit made outside this engine. Only `action`, `table`, `id` and `data` are needed. */
export type OfflineChange = Pick<WireChange, 'action' | 'table' | 'id'> & Partial<WireChange>

export type SyncChangesOptions = {
  /** How conflicts are to end; `merge` when left out: by the rules of each field, else by a person. */
  conflictResolution?: Strategy
  /** False: a checksum that came with a change is not looked at. */
  validateChecksums?: boolean
}

export type SyncChangesResult = {
  /** True when every change has its receipt and none failed. */
  success: boolean
  sessionId: string | null
  processed: Processed[]
  conflicts: Conflict[]
  failures: Failure[]
  /** Changes that are safe on this phone and have no receipt yet. */
  waiting: string[]
  metrics: SyncMetrics | null
}
