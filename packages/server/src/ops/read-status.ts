// Takes a person; hands back how it stands with their devices, or null where the caller may not know.
// A figure nobody could read is null, and null is never healthy.  Keeps P10.
import type { StatusResponse } from '@wedsync/protocol'
import type { Caller } from '../auth/caller.ts'
import { callStatusFor } from '../db/call-sql.ts'
import type { Database } from '../db/pool.ts'
import { alertRules, type AlertRule } from './alert-rules.ts'

type Figures = {
  head: number | null
  queue: NonNullable<StatusResponse['queue']>
  conflicts: NonNullable<StatusResponse['conflicts']>
  performance: Omit<NonNullable<StatusResponse['performance']>, 'networkQuality'>
  devices: (NonNullable<StatusResponse['devices']>[number] & { connectionQuality: string | null })[]
  lastSyncTime: string | null
  lastSuccessfulSync: string | null
}

export const createReadStatus =
  (database: Database, clock: () => Date, isShedding: () => boolean) =>
  async (caller: Caller, userId: string, hours: number): Promise<StatusResponse | null> => {
    const figures = JSON.parse(await callStatusFor(database, caller.claims, userId, hours)) as Figures | null
    return figures && statusOf(userId, figures, clock(), isShedding())
  }

export const statusOf = (userId: string, figures: Figures, now: Date, isShedding = false): StatusResponse => {
  const { head, queue, conflicts, performance, devices, lastSyncTime, lastSuccessfulSync } = figures
  const newest = devices[0]
  const behindBy = devices.length > 0 ? Math.max(...devices.map((device) => device.behindBy ?? 0)) : null
  return {
    success: true,
    userId,
    timestamp: now.toISOString(),
    syncStatus: {
      lastSyncTime: instant(lastSyncTime),
      lastSuccessfulSync: instant(lastSuccessfulSync),
      syncInProgress: (queue.processingItems ?? 0) > 0,
      currentSessionId: null,
      deviceId: newest?.deviceId ?? null,
      appVersion: newest?.appVersion ?? null,
    },
    queue: { ...queue, oldestPendingItem: instant(queue.oldestPendingItem) },
    conflicts,
    performance: { ...performance, networkQuality: newest?.connectionQuality ?? null },
    devices: devices.map(({ connectionQuality: _, ...device }) => ({
      ...device,
      lastSeen: instant(device.lastSeen),
      oldestWaiting: instant(device.oldestWaiting),
    })),
    progress: { behindBy, percent: head === null || behindBy === null ? null : percentOf(head, behindBy) },
    health: healthOf(figures, now, isShedding),
  }
}

const percentOf = (head: number, behindBy: number): number =>
  head === 0 ? 100 : Math.round(((head - behindBy) / head) * 100)
const instant = (text: string | null): string | null => (text === null ? null : new Date(text).toISOString())

const healthOf = (
  { head, queue, conflicts, performance }: Figures,
  now: Date,
  isShedding: boolean,
): NonNullable<StatusResponse['health']> => {
  const isUnknown = [head, queue.totalItems, queue.failedItems, conflicts.active].some((figure) => figure === null)
  const alerts = [
    ...over(alertRules.failure_rate, performance.errorRate, now),
    ...over(alertRules.manual_conflicts, conflicts.awaitingManualResolution, now),
    ...over(alertRules.open_conflicts, conflicts.active, now),
    ...over(alertRules.failed_changes, queue.failedItems, now),
    ...over(alertRules.slow_sync, performance.averageSyncTime, now),
    ...over(alertRules.reads_put_off, isShedding ? 1 : 0, now),
    ...(isUnknown ? [alertOf(alertRules.unknown_figure, null, now)] : []),
  ]
  const worst = (['critical', 'warning', 'degraded'] as const).find((level) =>
    alerts.some((alert) => alert.level === level),
  )
  const says = Object.values(alertRules).filter(({ rule }) => alerts.some((alert) => alert.rule === rule))
  return { status: worst ?? 'healthy', recommendations: says.map((rule) => rule.says), alerts }
}

const over = (rule: AlertRule, value: number | null, now: Date) =>
  value !== null && value > rule.threshold ? [alertOf(rule, value, now)] : []

const alertOf = ({ rule, level, threshold }: AlertRule, value: number | null, now: Date) => ({
  ...{ rule, level, value, threshold },
  since: now.toISOString(),
})
