// What the database hands over of a batch that has to be decided: who asks, what stands, what is known.
import type { Action, ConflictField, ConflictKind, Intent, JsonObject, Receipt } from '@wedsync/protocol'

/** Of another person's change only that the id is taken. */
export type KnownChange = OwnKnownChange | { isOwn: false }

export type OwnKnownChange = {
  isOwn: true
  hash: string
  status: 'pending' | 'processing' | 'completed' | 'conflict' | 'failed'
  receipt: Receipt
  data: JsonObject | null
  after: string | null
  table: string
  id: string | null
  action: string
}

export type StoredRow = {
  table: string
  id: string
  /** Null: none of the caller's. */
  scope: string | null
  version: number
  isDeleted: boolean
  isForeign: boolean
  isVisible: boolean
  fields?: JsonObject
  fieldVersions?: Record<string, number> | null
  movedBy?: Record<string, MovedBy> | null
}

/** Who moved a field last; `intent`: what they meant, where they said so. */
export type MovedBy = {
  userId: string | null
  role: string | null
  deviceId: string | null
  at: string
  intent?: Intent | null
}

export type OpenConflict = {
  conflictId: string
  changeId: string
  table: string
  id: string
  kind: ConflictKind
  version: number
  fields: ConflictField[]
}

/** A conflict somebody decides, with the changes that wait behind it, in the order they came. */
export type DecidedConflict = {
  conflictId: string
  changeId: string
  table: string
  id: string
  scope: string
  kind: ConflictKind
  status: 'pending' | 'resolved'
  version: number
  fields: ConflictField[]
  isOwn: boolean
  mayDecide: boolean
  changes: WaitingChange[]
}

export type WaitingChange = {
  changeId: string
  table: string
  id: string
  action: Action
  baseVersion: number | null
  data: JsonObject | null
  base: JsonObject | null
  groupId: string | null
}

/** `attempts`: tries so far, this one counted. `isOverdue`: what it waits for has not come for too long. */
export type AgainChange = { changeId: string; userId: string; attempts: number; isOverdue: boolean }

export type OpenedBatch = {
  open: true
  known: Record<string, KnownChange>
  role: string
  person: string
  /** The names under which rows of their own know the caller: `vendor:<id>`. */
  self: string[]
  scopes: string[]
  leads: string[]
  stored: StoredRow[]
  /** Records of others that hold what this batch wants, are alike, or make up its plan; see find-holders. Held as they stand where it hangs on them. */
  holders?: StoredRow[]
  /** The weddings those records belong to, by id, as the caller may know them. */
  scopeRecords: Record<string, JsonObject>
  /** Of records that others may wait for, how many do; those of which none does are left out. */
  awaited: Record<string, number>
  /** Of the same weddings, what says when their plans are frozen, whatever the caller may read of it. */
  freezes: Record<string, JsonObject>
  parents: { table: string; id: string; isForeign: boolean; isGone: boolean }[]
  openConflicts: OpenConflict[]
  decided: DecidedConflict[]
  /** Changes that are tried again, as far as they still may be: failed or kept ones. */
  again: AgainChange[]
  /** What else of this device is kept for another try: later changes to the same records wait behind it. */
  held: { changeId: string; table: string; id: string | null }[]
  /** Records somebody wanted to make and could not. */
  lostCreates: { table: string; id: string }[]
  /** `writes`: fields of a create or of any other write; `changes`: of an update alone. */
  rights: Record<string, { writes: string[]; changes: string[]; canCreate: boolean; canDelete: boolean }>
}

/** Where an organization stands after a commit: what a cursor names. */
export type Order = { epoch: string; head: number; mark_at: number; mark: string | null }

/**
 * What a plain batch led to. `runs`: every change moved its record, those of a group one behind the other, from behind this
 * position. Else change by change.
 */
export type Settled = { runs: number[] } | { settled: [changeId: string, version: number, hasMoved: boolean][] }

/** The first look's answer: all written, or something to decide, or no business of this caller's. */
export type FirstAnswer =
  (Settled & { order: Order }) | OpenedBatch | { open: true } | { reset: string } | { stranger: true }
