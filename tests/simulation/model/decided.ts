// What the server decided about a batch, as it says it to the database.
import type { ConflictField, Json, JsonObject, Receipt } from '@wedsync/protocol'
import type { ConflictRow, LedgerRow } from './rows.ts'

export type Statement = { table: string; action: 'create' | 'update' | 'delete'; fields: string[]; rows: JsonObject[] }
export type DecidedUnit = {
  conflictId: string
  version: number
  decisionId: string
  choice: string
  note: string | null
  chosen: { choice: string; resolved?: Json }[]
  statements: Statement[]
  outcomes: Record<string, string>
}
export type Unit = {
  unit: string
  statements: Statement[]
  decided: DecidedUnit[]
  needs: { unit: string; isAfter: boolean }[]
}
export type Entry = Pick<
  LedgerRow,
  'changeId' | 'hash' | 'table' | 'id' | 'action' | 'baseVersion' | 'data' | 'base' | 'more'
> & {
  unit: string
  receipt: Receipt
  awaits: LedgerRow['awaits']
  waitsFor: string[]
  again?: boolean
  ifFault?: Record<string, Receipt>
  behind?: string | null
}
export type DraftConflict = Omit<
  ConflictRow,
  'organizationId' | 'userId' | 'deviceId' | 'detectedAt' | 'decidedBy' | 'decidedAt' | 'decisionId' | 'note'
> & { unit: string }
export type Decided = {
  deviceId: string | null
  batchId: string
  isCareful: boolean
  lease?: string
  isQuiet?: boolean
  units: Unit[]
  conflicts: DraftConflict[]
  conflictUpdates: {
    conflictId: string
    unit: string
    sides: { place: number; client: Json }[]
    more: ConflictField[]
    weighs?: Pick<ConflictRow, 'severity' | 'score' | 'because'>
  }[]
  entries: Entry[]
}
export type Fault = { sqlstate: string; told: string; isKept: boolean }
