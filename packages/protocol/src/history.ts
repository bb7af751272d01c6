// GET /api/offline/history/:table/:id: who changed which field of a record, when, from which device, and why it won.
import * as z from 'zod/mini'
import { Id } from './ids.ts'
import type { Json } from './json.ts'
import { ConflictField } from './receipt.ts'

const anyJson = z.custom<Json>((value) => value !== undefined)

/** Somebody as the reader knows them: named only where they may see that person. */
export const KnownPerson = z.object({
  personId: z.nullable(Id),
  name: z.nullable(z.string()),
  role: z.nullable(z.string()),
})

/** A conflict an entry met: on the client's side its change opened it, on the server's its value was what stood. */
export const MetConflict = z.object({
  conflictId: Id,
  changeId: Id,
  side: z.enum(['client', 'server']),
  status: z.enum(['resolved', 'pending']),
  fields: z.array(ConflictField),
  strategy: z.nullable(z.string()),
  /** Whose change met what stood. */
  by: KnownPerson,
  /** Null: a rule decided, or nobody yet. */
  decidedBy: z.nullable(KnownPerson),
  decidedAt: z.nullable(z.string()),
  note: z.nullable(z.string()),
})

export const HistoryEntry = z.object({
  version: z.int(),
  action: z.enum(['create', 'update', 'delete']),
  at: z.string(),
  /** Null: written beside the app, by another service or at a console. */
  by: z.nullable(KnownPerson),
  deviceId: z.nullable(Id),
  changeId: z.nullable(Id),
  /** `from` is absent where the reader did not see the record then, `to` where it went. */
  fields: z.array(z.object({ field: z.string(), from: z.optional(anyJson), to: z.optional(anyJson) })),
  conflicts: z.array(MetConflict),
})
export type HistoryEntry = z.output<typeof HistoryEntry>

export const HistoryResponse = z.object({
  success: z.boolean(),
  table: z.string(),
  id: Id,
  entries: z.array(HistoryEntry),
  /** Handed back as `page`: the older ones; null: these were the oldest. */
  nextPage: z.nullable(z.string()),
})
export type HistoryResponse = z.output<typeof HistoryResponse>
