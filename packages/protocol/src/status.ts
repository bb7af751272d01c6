// GET /api/offline/status/:userId: how it stands with one person's devices. A figure nobody could read is null (P10).
import * as z from 'zod/mini'
import { Id } from './ids.ts'

const figure = z.nullable(z.number())
const instantOrNull = z.nullable(z.string())
const counts = z.nullable(z.record(z.string(), z.number()))

export const statusSections = [
  'syncStatus',
  'queue',
  'conflicts',
  'performance',
  'devices',
  'progress',
  'health',
] as const
export const timeRanges = { '24h': 24, '7d': 7 * 24, '30d': 30 * 24 } as const

export const DeviceStatus = z.object({
  deviceId: Id,
  platform: z.nullable(z.string()),
  appVersion: z.nullable(z.string()),
  lastSeen: instantOrNull,
  behindBy: figure,
  waiting: figure,
  oldestWaiting: instantOrNull,
  storagePersisted: z.nullable(z.boolean()),
})

export const Alert = z.object({
  rule: z.string(),
  level: z.string(),
  value: figure,
  threshold: z.number(),
  since: instantOrNull,
})

export const StatusResponse = z.object({
  success: z.boolean(),
  userId: Id,
  timestamp: z.string(),
  syncStatus: z.optional(
    z.object({
      lastSyncTime: instantOrNull,
      lastSuccessfulSync: instantOrNull,
      syncInProgress: z.nullable(z.boolean()),
      currentSessionId: z.nullable(z.string()),
      deviceId: z.nullable(Id),
      appVersion: z.nullable(z.string()),
    }),
  ),
  queue: z.optional(
    z.object({
      totalItems: figure,
      pendingItems: figure,
      processingItems: figure,
      failedItems: figure,
      conflictItems: figure,
      completedItems: figure,
      oldestPendingItem: instantOrNull,
      averageProcessingTime: figure,
    }),
  ),
  conflicts: z.optional(
    z.object({
      active: figure,
      resolved: figure,
      awaitingManualResolution: figure,
      conflictsByTable: counts,
      conflictsBySeverity: counts,
      resolutionStrategies: counts,
    }),
  ),
  performance: z.optional(
    z.object({
      averageSyncTime: figure,
      p95SyncTime: figure,
      throughputPerSecond: figure,
      successRate: figure,
      errorRate: figure,
      recentSyncs: figure,
      networkQuality: z.nullable(z.string()),
    }),
  ),
  devices: z.optional(z.nullable(z.array(DeviceStatus))),
  progress: z.optional(z.object({ behindBy: figure, percent: figure })),
  health: z.optional(
    z.object({
      status: z.enum(['healthy', 'degraded', 'warning', 'critical']),
      recommendations: z.array(z.string()),
      alerts: z.array(Alert),
    }),
  ),
})
export type StatusResponse = z.output<typeof StatusResponse>
