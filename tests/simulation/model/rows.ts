// What the model's tables hold, and how their keys are spelled. Values stand as on the wire.
import type { ConflictField, Json, JsonObject, Receipt } from '@wedsync/protocol'
import type { Reads } from './state.ts'

export type Row = JsonObject & { id: string; organization_id: string }

export type Sight = { name: string; since: number }
export type LostSight = Sight & { lost: number }

/** Where a record stands in one scope. */
export type Place = {
  table: string
  id: string
  scope: string
  organizationId: string
  position: number
  /** The position at which it came into the scope first. */
  entered: number
  fieldPositions: Readonly<Record<string, number>>
  gone: null | 'delete' | 'remove'
  audience: readonly Sight[]
  lost: readonly LostSight[]
  changedAt: number
}

export type Line = {
  organizationId: string
  position: number
  scope: string
  table: string
  id: string
  action: 'create' | 'update' | 'delete'
  before: JsonObject | null
  after: JsonObject | null
  userId: string | null
  role: string | null
  deviceId: string | null
  changeId: string | null
  at: number
}

export type LedgerRow = {
  organizationId: string
  changeId: string
  userId: string
  deviceId: string
  batchId: string
  table: string
  id: string | null
  action: string
  baseVersion: number | null
  data: Json
  base: Json
  more: JsonObject | null
  hash: string
  status: 'pending' | 'processing' | 'completed' | 'conflict' | 'failed'
  attempts: number
  nextAttemptAt: number | null
  errorCode: string | null
  version: number | null
  receipt: Receipt | null
  settledPosition: number | null
  receivedAt: number
  arrival: number | null
  awaits: { table: string; id: string } | { change: string } | null
  lease: string | null
  leasedUntil: number | null
  handledBy: string | null
}

export type ConflictRow = {
  organizationId: string
  conflictId: string
  scope: string | null
  changeId: string
  userId: string
  deviceId: string
  table: string
  id: string
  kind: string
  severity: string
  score: number
  because: string
  status: 'resolved' | 'pending'
  version: number
  fields: ConflictField[]
  resolution: JsonObject | null
  detectedAt: number
  decidedBy: string | null
  decidedAt: number | null
  decisionId: string | null
  note: string | null
}

/** What a commit left at its last position, so that a cursor can tell whether it was here. */
export type Mark = { organizationId: string; position: number; mark: string; at: number }
export type Clock = { head: number; horizon: number }
export type Contested = { organizationId: string; table: string; id: string; conflictId: string }
export type Waiting = { organizationId: string; conflictId: string; changeId: string; nth: number }
export type DeviceRow = { organizationId: string; userId: string; deviceId: string; position: number }

export const rowKey = (table: string, id: string): string => `${table}/${id}`
export const inOrganization = (organizationId: string, id: string): string => `${organizationId}/${id}`

export const placesOf = (reads: Reads, table: string, id: string): readonly Place[] =>
  reads.get<readonly Place[]>('record', rowKey(table, id)) ?? []
export const linesOf = (reads: Reads, table: string, id: string): readonly Line[] =>
  reads.get<readonly Line[]>('history', rowKey(table, id)) ?? []
export const rowsOf = (reads: Reads, table: string): Row[] => [...reads.rows<Row>(table)]

/** An instant as the wire spells it. */
export const instant = (at: number): string => new Date(at).toISOString()
/** The same as PostgreSQL spells it in JSON when nobody tells it how. */
export const instantInJson = (at: number): string => instant(at).replace(/\.?0*Z$/, '+00:00')

export const byId = ({ id: one }: { id: string }, { id: other }: { id: string }): number =>
  one < other ? -1 : one > other ? 1 : 0
