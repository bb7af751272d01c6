// The server's lasting answer to one change: settled, failed, or waiting for a person.  Keeps P3.
import * as z from 'zod/mini'
import { actions, Intent } from './change.ts'
import { Id } from './ids.ts'
import { type Json } from './json.ts'

export const outcomes = ['applied', 'merged', 'client_won', 'server_won', 'already_applied'] as const
export const severities = ['low', 'medium', 'high', 'critical'] as const
export const conflictKinds = [
  'fields',
  'edit_deleted',
  'delete_edited',
  'create_exists',
  'unique',
  'cycle',
  'proposal',
] as const
export const strategies = ['client_wins', 'server_wins', 'merge', 'manual'] as const

/** What a person may choose for a contested field. */
export const choices = ['client', 'server', 'merged', 'custom'] as const

export type Choice = (typeof choices)[number]
export type Outcome = (typeof outcomes)[number]
export type Severity = (typeof severities)[number]
export type ConflictKind = (typeof conflictKinds)[number]
export type Strategy = (typeof strategies)[number]

const anyJson = z.custom<Json>((value) => value !== undefined)

export const Processed = z.object({
  changeId: Id,
  serverId: Id,
  action: z.enum(actions),
  version: z.int(),
  outcome: z.enum(outcomes),
})

/** Who made a side of a conflict, and when; the name where the reader may know it. */
export const SideBy = z.object({
  userId: z.optional(z.nullable(Id)),
  name: z.optional(z.nullable(z.string())),
  deviceId: z.optional(z.nullable(Id)),
  at: z.optional(z.nullable(z.string())),
})

const WeighedSide = z.object({
  role: z.optional(z.string()),
  intent: z.optional(Intent),
  keepsPlan: z.optional(z.boolean()),
})

/** What a rule was told beside the values: whose each side was, what they meant by it, whose word counts most, whether the event was near. */
export const Weighed = z.object({
  client: z.optional(WeighedSide),
  server: z.optional(WeighedSide),
  trusted: z.optional(z.array(z.string())),
  isClose: z.optional(z.boolean()),
})

export const ConflictField = z.object({
  field: z.string(),
  /** Of a group's conflict: the record, where it is not the one the conflict is named for. */
  table: z.optional(z.string()),
  id: z.optional(Id),
  level: z.optional(z.enum(severities)),
  base: z.optional(anyJson),
  client: z.optional(anyJson),
  server: z.optional(anyJson),
  resolved: z.optional(anyJson),
  /** What a rule would settle on, while a person is asked. */
  proposed: z.optional(anyJson),
  /** Which side a person chose. */
  choice: z.optional(z.enum(choices)),
  serverBy: z.optional(SideBy),
  /** Of a list that is compared entry by entry, the part that tells its entries apart. */
  keyedBy: z.optional(z.string()),
  /** As long as both sides are those a rule looked at: what it was told beside them. */
  weighed: z.optional(Weighed),
  rule: z.string(),
  reason: z.string(),
})

export const Conflict = z.object({
  conflictId: Id,
  changeId: Id,
  table: z.string(),
  id: Id,
  kind: z.enum(conflictKinds),
  severity: z.enum(severities),
  score: z.number(),
  because: z.string(),
  status: z.enum(['resolved', 'pending']),
  version: z.int(),
  /** The record's version once the fields nobody contests were in: from there on only the contested ones wait. */
  recordVersion: z.optional(z.int()),
  fields: z.array(ConflictField),
  resolution: z.optional(
    z.nullable(
      z.object({
        strategy: z.string(),
        applied: z.boolean(),
        confidence: z.number(),
        choice: z.optional(z.nullable(z.enum(choices))),
      }),
    ),
  ),
})

export const Failure = z.object({
  changeId: Id,
  index: z.optional(z.int()),
  code: z.string(),
  message: z.string(),
  field: z.optional(z.string()),
  retryable: z.boolean(),
  /** True: the server keeps the change and tries it again by itself; its last word comes late, in `settled`. */
  kept: z.optional(z.boolean()),
  attempt: z.optional(z.int()),
  maxAttempts: z.optional(z.int()),
  retryAt: z.optional(z.nullable(z.string())),
})

/** A late receipt: one of the three shapes, for a change that was kept earlier. */
export const Settled = z.union([Processed, Conflict, Failure])

export type Weighed = z.output<typeof Weighed>
export type Processed = z.output<typeof Processed>
export type ConflictField = z.output<typeof ConflictField>
export type Conflict = z.output<typeof Conflict>
export type Failure = z.output<typeof Failure>
export type Settled = z.output<typeof Settled>

/** What became of one change: exactly one of the three. A conflict that a rule settled rides along with `processed`. */
export type Receipt =
  | { kind: 'processed'; processed: Processed; conflict?: Conflict }
  | { kind: 'failed'; failure: Failure }
  | { kind: 'waiting'; conflict: Conflict }
