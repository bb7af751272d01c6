// The engine as a screen or another program meets it: save, watch, status, and a few switches.
import {
  type ConflictDecision,
  type Json,
  type JsonObject,
  type StatusResponse,
  type Strategy,
  type WireChange,
} from '@wedsync/protocol'
import { type SyncEvents } from './events/create-events.ts'
import { type ShownConflict } from './review/conflict-query.ts'
import { type Explained } from './review/explain.ts'
import { type DecidedTogether, type HarmlessDecision, type SeenConflict } from './review/decide-harmless.ts'
import { type DetectedConflict } from './review/detect-conflicts.ts'
import { type ConflictToResolve, type Resolution, type ResolvedBy } from './review/resolve-conflict.ts'
import { type OfflineChange, type SyncChangesOptions, type SyncChangesResult } from './push/offline-change.ts'
import { type SyncStatus } from './status/sync-status.ts'
import { type Verified } from './verify/verify-scope.ts'
import { type Query, type ShownRecord, type View } from './store/shown-record.ts'

type AnyData = { [field: string]: Json }

export type SyncEngine = {
  /** Changes fields of a record the person sees. Durable when it resolves; throws and stores nothing when a value does not fit (`RefusedEdit`) or the phone is full (`OutOfSpace`). */
  save: (table: string, id: string, patch: JsonObject, options?: EditOptions) => Promise<void>
  /** Makes a record; answers its id. Absent fields take their defaults. */
  create: (table: string, data: JsonObject, id?: string, options?: EditOptions) => Promise<string>
  /** Deletes a record the person sees. */
  remove: (table: string, id: string, options?: EditOptions) => Promise<void>
  /** The records a query asks for, now and whenever they change, in this tab or another. */
  watch: <Data extends object = AnyData>(query: Query<Data>) => View<readonly ShownRecord<Data>[]>
  /** One record, now and whenever it changes: `undefined` until it was read once, `null` when there is none. */
  watchRecord: <Data extends object = AnyData>(table: string, id: string) => View<ShownRecord<Data> | null | undefined>
  /** One record as the person sees it, or null. */
  read: <Data extends object = AnyData>(table: string, id: string) => Promise<ShownRecord<Data> | null>
  /** The conflicts that wait for a person, of one wedding or of all, the gravest first; now and whenever they change. */
  watchConflicts: (scope?: string) => View<readonly ShownConflict[]>
  /** Decides a conflict, with or without a signal; throws `RefusedEdit` where it is decided already. */
  decide: (conflictId: string, decision: ConflictDecision) => Promise<void>
  /**
   * Decides several harmless conflicts alike (`isHarmless`), as this person saw them, with or without a signal: each with a change
   * and a receipt of its own, all of them saved here at once or none. One that moved on or was decided meanwhile, or has no proposal
   * to take, is left out and told so. Throws `RefusedEdit` where one is not harmless, and saves nothing.
   */
  decideHarmless: (seen: readonly SeenConflict[], decision: HarmlessDecision) => Promise<DecidedTogether>
  /**
   * The conflict that a change would meet if it were handed in now, or null: what the rules would make of it (`resolved`), or
   * what a person would have to decide (`pending`). Asks the server, or this device's own copy where there is no signal;
   * `foundBy` says which. Writes nothing. Throws `RefusedEdit` where the change itself would be refused.
   */
  detectConflicts: (change: OfflineChange) => Promise<DetectedConflict | null>
  /**
   * Ends a conflict: `client_wins` the author's side, `server_wins` what stands, `merge` what the rules propose, `manual` leaves
   * it to a person. One that waits is decided, with or without a signal; one that was only detected ends by handing its change
   * in, and with `manual` that change is handed in to wait. `by` is the person who is signed in. Answers what became of
   * it; throws `RefusedEdit` where nothing can be decided so.
   */
  resolveConflict: (conflict: ConflictToResolve, strategy: Strategy, by: ResolvedBy) => Promise<Resolution>
  /**
   * What became of a change made here, or of a conflict this device holds, and why: a sentence, and of every field that met another
   * edit what the rule looked at, which rule in which version, and whether it comes to the same again. Null where this device
   * holds nothing of that id.
   */
  explain: (id: string) => Promise<Explained | null>
  status: () => SyncStatus
  watchStatus: () => View<SyncStatus>
  /** Tries now, whatever wait was on. Resolves when the run is over, however it ended. */
  syncNow: () => Promise<void>
  /** The switch "no signal": nothing is sent or fetched until `resume`. */
  pause: () => void
  resume: () => void
  /** Throws away a stuck change; what it wanted is gone from this device. */
  dismiss: (changeId: string) => Promise<void>
  /** Ends all work of this engine; the store stays as it is. */
  stop: () => Promise<void>
  /** Listens; answers how to stop. A listener that throws or rejects harms nothing. */
  on: <Name extends keyof SyncEvents>(name: Name, listener: SyncEvents[Name]) => () => void
  /** Whether this device holds what it should in a scope, table by table. Syncs first; throws `SyncUnavailable`. */
  verify: (scope: string) => Promise<Verified>
  /** Everything that is not surely on the server, as JSON text to be kept as a file. */
  exportOutbox: () => Promise<string>
  /** Takes edits made elsewhere into the outbox, sends them, and answers what became of them. */
  syncChanges: (changes: readonly OfflineChange[], options?: SyncChangesOptions) => Promise<SyncChangesResult>
  /** How it stands with a person's devices, as the server knows it. Throws `SyncUnavailable`. */
  getSyncStatus: (userId: string) => Promise<StatusResponse>
  deviceId: string
  user: { id: string; organizationId: string; role: string; name: string }
}

export type EditOptions = {
  /** Changes of one action: together or not at all. What is saved between them about one of their records goes with them. */
  groupId?: string
  /** What the person meant, where the value alone does not say it. */
  intents?: WireChange['intents']
  /**
   * What they saw when they began, where that may be longer ago than the save: a sheet that was open while others wrote.
   * Absent fields were seen as they are shown now.
   */
  seen?: JsonObject
}
