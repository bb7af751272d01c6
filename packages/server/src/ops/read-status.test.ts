import { expect, test } from 'vitest'
import { statusOf } from './read-status.ts'

const now = new Date('2026-06-20T12:00:00Z')
const queue = {
  ...{ totalItems: 0, pendingItems: 0, processingItems: 0, failedItems: 0, conflictItems: 0, completedItems: 0 },
  ...{ oldestPendingItem: null, averageProcessingTime: null },
}
const conflicts = {
  ...{ active: 0, resolved: 0, awaitingManualResolution: 0 },
  ...{ conflictsByTable: {}, conflictsBySeverity: {}, resolutionStrategies: {} },
}
const performance = {
  ...{ averageSyncTime: null, p95SyncTime: null, throughputPerSecond: null },
  ...{ successRate: null, errorRate: null, recentSyncs: 0 },
}
const figures = { head: 7, queue, conflicts, performance, devices: [], lastSyncTime: null, lastSuccessfulSync: null }
const userId = '10000000-0000-4000-8000-000000000001'

test('somebody of whom all is known and nothing is wrong is healthy', () => {
  expect(statusOf(userId, figures, now).health).toEqual({ status: 'healthy', recommendations: [], alerts: [] })
})

test.for([
  ['the head', { ...figures, head: null }],
  ['how much there is', { ...figures, queue: { ...queue, totalItems: null } }],
  ['how much failed', { ...figures, queue: { ...queue, failedItems: null } }],
  ['the conflicts', { ...figures, conflicts: { ...conflicts, active: null } }],
] as const)('[P10] a figure that nobody could read is a warning, never healthy: %s', ([, unknown]) => {
  const { health } = statusOf(userId, unknown, now)
  expect(health).toMatchObject({ status: 'warning', alerts: [{ rule: 'unknown_figure', value: null }] })
})

test('something that waits for a person is told; more than ten of them is a warning', () => {
  const waiting = (active: number) =>
    statusOf(userId, { ...figures, conflicts: { ...conflicts, active, awaitingManualResolution: active } }, now).health!
  expect(waiting(1)).toMatchObject({ status: 'degraded', alerts: [{ rule: 'open_conflicts', value: 1 }] })
  expect(waiting(11).status).toBe('warning')
})
