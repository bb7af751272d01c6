// POST and GET /api/offline/sync: what a device says, and what it hears.
import * as z from 'zod/mini'
import { Change } from './change.ts'
import { Id } from './ids.ts'
import { changesPerBatchMax, pullLimitDefault, pullLimitMax, scopesMax } from './limits.ts'
import { ServerChange } from './page.ts'
import { Conflict, Failure, Processed, Settled, strategies } from './receipt.ts'

const shortText = z.string().check(z.maxLength(200))
const instant = z.iso.datetime({ offset: true })

export const DeviceInfo = z.object({
  deviceId: z.optional(Id),
  appVersion: z.optional(shortText),
  platform: z.optional(shortText),
  connectionQuality: z.optional(shortText),
  waiting: z.optional(z.int().check(z.nonnegative())),
  oldestWaiting: z.optional(z.nullable(instant)),
  storagePersisted: z.optional(z.boolean()),
  clock: z.optional(instant),
})
export type DeviceInfo = z.output<typeof DeviceInfo>

export const SyncOptions = z.object({
  conflictResolution: z._default(z.enum(strategies), 'merge'),
  validateChecksums: z._default(z.boolean(), true),
  atomic: z._default(z.boolean(), false),
  dryRun: z._default(z.boolean(), false),
  pullLimit: z._default(z.int().check(z.minimum(0), z.maximum(pullLimitMax)), pullLimitDefault),
})
export type SyncOptions = z.output<typeof SyncOptions>

/** What every request carries besides its changes. */
const envelope = {
  batchId: Id,
  deviceId: z.optional(Id),
  schemaVersion: z.optional(z.int().check(z.nonnegative())),
  cursor: z.optional(z.nullable(z.string().check(z.maxLength(64 * 1024)))),
  scopes: z.optional(z.array(Id).check(z.maxLength(scopesMax))),
  lastSyncTime: z.optional(z.nullable(instant)),
  deviceInfo: z.optional(DeviceInfo),
  options: z.optional(SyncOptions),
}

/** The envelope alone: each change is judged by itself afterwards, so that a bad one harms no other. */
export const SyncEnvelope = z.object({
  ...envelope,
  changes: z.array(z.unknown()).check(z.maxLength(changesPerBatchMax)),
})
export type SyncEnvelope = z.output<typeof SyncEnvelope>

/** The whole request, as the document of the wire shows it. */
export const SyncRequest = z.object({ ...envelope, changes: z.array(Change).check(z.maxLength(changesPerBatchMax)) })
export type SyncRequest = z.input<typeof SyncRequest>

export const SyncMetrics = z.object({
  itemsProcessed: z.int(),
  conflictCount: z.int(),
  errorCount: z.int(),
  throughput: z.number(),
})
export type SyncMetrics = z.output<typeof SyncMetrics>

export const SyncResponse = z.object({
  success: z.boolean(),
  sessionId: z.string(),
  processed: z.array(Processed),
  conflicts: z.array(Conflict),
  failures: z.array(Failure),
  settled: z.array(Settled),
  serverChanges: z.array(ServerChange),
  cursor: z.string(),
  /** How far this page was read: a receipt whose version is at or below it is part of what the page shows. */
  position: z.int(),
  hasMore: z.boolean(),
  remaining: z.int(),
  revokedScopes: z.array(Id),
  metrics: SyncMetrics,
  nextSyncTime: z.string(),
  processingTime: z.number(),
})
export type SyncResponse = z.output<typeof SyncResponse>

/** What a batch with `dryRun` would come to. Nothing of it was written. */
export const DryRunResponse = z.object({
  success: z.boolean(),
  dryRun: z.literal(true),
  sessionId: z.string(),
  validation: z.object({
    valid: z.boolean(),
    conflicts: z.array(Conflict),
    errors: z.array(Failure),
    warnings: z.array(Failure),
  }),
})
export type DryRunResponse = z.output<typeof DryRunResponse>
