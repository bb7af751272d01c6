// The review queue: a conflict as people see it, and what they say about it. As a record of the feed it stands in the table
// `conflicts`, and deciding it with no signal is an ordinary change of that record.
import * as z from 'zod/mini'
import { Fields } from './change.ts'
import { Id } from './ids.ts'
import { type Json } from './json.ts'
import { decisionsTogetherMax } from './limits.ts'
import { choices, Conflict, ConflictField, Failure, Processed, SideBy, type Choice } from './receipt.ts'
import { ServerChange } from './page.ts'

/** The table of the feed in which conflicts stand. */
export const conflictsTable = 'conflicts'

/** A conflict as its reader may see it: only the fields their role may read. */
export const ListedConflict = z.object({
  ...Conflict.shape,
  /** The record it is about; in the feed `table` and `id` are the conflict's own. */
  recordTable: z.string(),
  recordId: Id,
  detectedAt: z.string(),
  clientBy: SideBy,
  decidedBy: z.nullable(SideBy),
  decidedAt: z.nullable(z.string()),
  note: z.nullable(z.string()),
  isOwn: z.boolean(),
  canDecide: z.boolean(),
})
export type ListedConflict = z.output<typeof ListedConflict>

const choice = z.enum(choices)
const anyJson = z.custom<Json>((value) => value !== undefined)

/** What a person decides: one choice for all, or field by field; `version` is the one of the conflict they saw. */
export const ConflictDecision = z.object({
  choice: z.optional(choice),
  choices: z.optional(z.record(z.string().check(z.maxLength(200)), choice)),
  values: z.optional(Fields),
  note: z.optional(z.nullable(z.string().check(z.maxLength(2000)))),
  version: z.optional(z.int().check(z.positive())),
})
export type ConflictDecision = z.output<typeof ConflictDecision>

/** The same over HTTP, with the version of the tables in whose words it speaks. */
export const DecisionRequest = z.object({
  ...ConflictDecision.shape,
  schemaVersion: z.optional(z.int().check(z.nonnegative())),
})
export type DecisionRequest = z.output<typeof DecisionRequest>

/** What may be said of several at once: a value of one's own is given to one. */
export const choicesForAll = ['client', 'server', 'merged'] as const satisfies readonly Choice[]
export type ChoiceForAll = (typeof choicesForAll)[number]

/** One choice for several harmless conflicts, each decided by itself; `version` is the one of the conflict they saw. */
export const DecisionsRequest = z.strictObject({
  conflicts: z
    .array(z.strictObject({ conflictId: Id, version: z.int().check(z.positive()) }))
    .check(z.minLength(1), z.maxLength(decisionsTogetherMax)),
  choice: z.enum(choicesForAll),
  note: ConflictDecision.shape.note,
})
export type DecisionsRequest = z.output<typeof DecisionsRequest>

/** What became of each: decided, or why not, both in the order they were named. */
export const DecisionsAnswer = z.object({
  success: z.literal(true),
  decided: z.array(z.object({ conflictId: Id, version: z.int() })),
  failures: z.array(
    z.object({
      conflictId: Id,
      index: z.int(),
      code: z.string(),
      message: z.string(),
      field: z.optional(z.string()),
    }),
  ),
})
export type DecisionsAnswer = z.output<typeof DecisionsAnswer>

export const ConflictList = z.object({
  success: z.literal(true),
  conflicts: z.array(ListedConflict),
  /** Opaque; hand it back as `page`. Null: there are no more. */
  nextPage: z.nullable(z.string()),
  total: z.int(),
})

/** One thing that happened to a record, as its reader may see it. */
export const HistoryLine = z.object({
  version: z.int(),
  action: z.string(),
  at: z.string(),
  changeId: z.nullable(Id),
  by: SideBy,
  before: z.nullable(Fields),
  after: z.nullable(Fields),
})

/** One field of a conflict explained: what the rule looked at, which rule, what it came to, and why, for a coordinator. */
export const FieldExplained = z.object({
  field: z.string(),
  called: z.string(),
  inputs: z.pick(ConflictField, { base: true, client: true, server: true, weighed: true }),
  rule: z.string(),
  version: z.int(),
  says: z.string(),
  result: z.union([
    z.object({ waits: z.literal(true), proposed: z.optional(anyJson) }),
    z.object({ settled: z.optional(anyJson), choice: z.optional(choice) }),
  ]),
  /** Whether the rule, asked again, comes to the same; null: there is nothing to ask. */
  isSameAgain: z.nullable(z.boolean()),
})

export const ConflictDetail = z.object({
  success: z.literal(true),
  conflict: ListedConflict,
  history: z.array(HistoryLine),
  /** Field by field; left out for apps of other versions, which have other words. */
  explanation: z.optional(z.array(FieldExplained)),
})

/** The record as it now stands, as in a page of news, and the conflict. */
export const DecidedRecord = z.object({ success: z.literal(true), ...ServerChange.shape, conflict: ListedConflict })

/** What became of a failed change and its group, tried once more. */
export const TriedAgain = z.object({
  success: z.boolean(),
  processed: z.array(Processed),
  conflicts: z.array(Conflict),
  failures: z.array(Failure),
})

export const Discarded = z.object({ success: z.literal(true), changeId: Id, discarded: z.int() })
