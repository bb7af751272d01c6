// Examples of the one round trip, and of the stream.
import type { Json } from '@wedsync/protocol'
import { at, ids, type Example } from './example.ts'

const cursor = 'eyJlcG9jaCI6IuKApiJ9.c2lnbmF0dXJl'
const metrics = { itemsProcessed: 2, conflictCount: 0, errorCount: 0, throughput: 2380.9 }
const quiet = { itemsProcessed: 0, conflictCount: 0, errorCount: 0, throughput: 0 }
const end = { cursor, position: 1907, hasMore: false, remaining: 0, revokedScopes: [] }
const timed = { nextSyncTime: '2026-06-20T14:40:10.000Z', processingTime: 4.2 }
const nothing = { processed: [], conflicts: [], failures: [], settled: [], serverChanges: [] }

const noteRow: Json = {
  ...{ table: 'notes', id: ids.note, scope: ids.wedding, action: 'create', version: 1907, timestamp: at },
  data: {
    client_id: ids.wedding,
    body: 'The DJ needs power',
    category: 'setup_issue',
    priority: 'medium',
    location: null,
    visibility: 'team',
  },
}

const conflict: Json = {
  ...{ conflictId: ids.conflict, changeId: ids.change, table: 'timeline_items', id: ids.item },
  ...{ kind: 'fields', severity: 'high', score: 0.75, because: 'The start was moved by somebody else meanwhile.' },
  ...{ status: 'pending', version: 1 },
  fields: [
    {
      ...{ field: 'planned_start', base: '2026-06-20T16:00', client: '2026-06-20T16:15', server: '2026-06-20T16:30' },
      ...{ rule: 'ask@1', reason: 'Two different times: a person decides.' },
    },
  ],
  resolution: { strategy: 'merge', applied: false, confidence: 0 },
}

export const syncPushExamples: Example[] = [
  {
    shows: 'A tick and a note, made without a signal',
    body: {
      ...{ batchId: ids.batch, deviceId: ids.device, schemaVersion: 1, cursor: null },
      deviceInfo: { appVersion: '2.1.0', platform: 'web', connectionQuality: 'poor', waiting: 2, clock: at },
      changes: [
        {
          ...{ changeId: ids.change, action: 'update', table: 'timeline_items', id: ids.item },
          ...{ data: { status: 'started' }, base: { status: 'planned' }, timestamp: at },
        },
        {
          ...{ changeId: ids.otherChange, action: 'create', table: 'notes', id: ids.note, baseVersion: null },
          data: { client_id: ids.wedding, body: 'The DJ needs power', category: 'setup_issue' },
        },
      ],
      options: { conflictResolution: 'merge', pullLimit: 500 },
    },
    answer: {
      ...{ success: true, sessionId: 'sess_1', ...nothing, metrics, ...end, ...timed },
      processed: [
        { changeId: ids.change, serverId: ids.item, action: 'update', version: 1906, outcome: 'applied' },
        { changeId: ids.otherChange, serverId: ids.note, action: 'create', version: 1907, outcome: 'applied' },
      ],
      serverChanges: [noteRow],
    },
  },
  {
    shows: 'Only asking for news, of one wedding',
    body: { batchId: ids.batch, deviceId: ids.device, scopes: [ids.wedding], changes: [] },
    answer: { success: true, sessionId: 'sess_2', ...nothing, metrics: quiet, ...end, ...timed },
  },
  {
    shows: 'What a batch would come to, without writing it',
    body: {
      ...{ batchId: ids.batch, deviceId: ids.device },
      changes: [
        {
          ...{ changeId: ids.dryChange, action: 'update', table: 'timeline_items', id: ids.item },
          ...{ data: { planned_start: '2026-06-20T16:15' }, base: { planned_start: '2026-06-20T16:00' } },
        },
      ],
      options: { dryRun: true },
    },
    answer: {
      ...{ success: true, dryRun: true, sessionId: 'sess_3' },
      validation: { valid: true, conflicts: [conflict], errors: [], warnings: [] },
    },
  },
  {
    shows: 'A device from before cursors, and a change that cannot go in',
    body: {
      ...{ batchId: ids.batch, deviceInfo: { deviceId: ids.device }, lastSyncTime: at },
      changes: [{ action: 'update', table: 'guests_of_old', id: ids.item, data: { name: 'Ann' } }],
    },
    answer: {
      ...{ success: true, sessionId: 'sess_4', ...nothing, metrics: { ...quiet, errorCount: 1 }, ...end, ...timed },
      failures: [
        {
          ...{ changeId: ids.change, index: 0, code: 'unknown_table', message: 'There is no such table.' },
          ...{ retryable: false, attempt: 1, maxAttempts: 3, retryAt: null },
        },
      ],
    },
  },
]

export const syncPullExamples: Example[] = [
  {
    shows: 'What there is to hold of one wedding',
    query: { scopes: ids.wedding, pullLimit: 3 },
    answer: {
      ...{ success: true, sessionId: 'sess_5', ...nothing, metrics: quiet, ...end, ...timed },
      ...{ serverChanges: [noteRow], hasMore: true, remaining: 41 },
    },
  },
]

export const streamExamples: Example[] = [
  {
    shows: 'A note of somebody else, and a sign of life',
    query: { scopes: ids.wedding, deviceId: ids.device },
    answer: [
      `event: change\nid: ${cursor}\ndata: ${JSON.stringify([noteRow])}\n`,
      `event: ping\ndata: ${JSON.stringify({ position: 1907, hasMore: false, remaining: 0, timestamp: at, nextSyncTime: timed.nextSyncTime })}\n`,
      `event: digest\ndata: ${JSON.stringify({ digest: '9f2c'.repeat(16) })}\n\n`,
    ].join('\n'),
  },
]
