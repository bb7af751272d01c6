// What the database hands over of a batch that has to be decided: who asks, what stands, what is known.
import type { ConflictField, ConflictKind, JsonObject, Receipt } from '@wedsync/protocol'

export type KnownChange = {
  hash: string
  status: 'pending' | 'processing' | 'completed' | 'conflict' | 'failed'
  isOwn: boolean
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
  scope: string
  version: number
  isDeleted: boolean
  isForeign: boolean
  isVisible: boolean
  fields?: JsonObject
  fieldVersions?: Record<string, number> | null
  movedBy?: Record<string, { userId: string | null; role: string | null; deviceId: string | null; at: string }> | null
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

export type OpenedBatch = {
  open: true
  known: Record<string, KnownChange>
  role: string
  scopes: string[]
  leads: string[]
  stored: StoredRow[]
  parents: { table: string; id: string; isForeign: boolean; isGone: boolean }[]
  openConflicts: OpenConflict[]
  rights: Record<string, { writes: string[]; canCreate: boolean; canDelete: boolean }>
}

/** The first look's answer: all written, or something to decide, or no business of this caller's. */
export type FirstAnswer =
  { receipts: Receipt[] } | OpenedBatch | { open: true } | { reset: string } | { stranger: true }
