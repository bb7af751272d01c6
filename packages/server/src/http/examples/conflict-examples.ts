// Examples of the review queue, and of changes that failed.
import type { Json } from '@wedsync/protocol'
import { at, ids, type Example } from './example.ts'

const tom = { userId: ids.user, name: 'Tom Ashworth', deviceId: ids.device, at }
const priya = { userId: ids.person, name: 'Priya Hazel' }

const field: Json = {
  ...{ field: 'planned_start', level: 'high', base: '2026-06-20T16:00', client: '2026-06-20T16:15' },
  ...{ server: '2026-06-20T16:30', serverBy: priya },
  ...{ rule: 'ask@1', reason: 'Two different times: a person decides.' },
}
const waiting = {
  ...{ conflictId: ids.conflict, changeId: ids.contested, table: 'timeline_items', id: ids.item },
  ...{ recordTable: 'timeline_items', recordId: ids.item, kind: 'fields', severity: 'high', score: 0.75 },
  ...{ because: 'The start was moved by somebody else meanwhile.', status: 'pending', version: 1, fields: [field] },
  resolution: { strategy: 'merge', applied: false, confidence: 0 },
  ...{ detectedAt: at, clientBy: tom, decidedBy: null, decidedAt: null, note: null, isOwn: false, canDecide: true },
}
const decided = {
  ...{ ...waiting, status: 'resolved', version: 2, decidedBy: priya, decidedAt: at, note: 'He asked the band.' },
  ...{ fields: [{ ...field, resolved: '2026-06-20T16:15', choice: 'client' }] },
  resolution: { strategy: 'person', applied: true, confidence: 1, choice: 'client' },
}
const record = {
  ...{ table: 'timeline_items', id: ids.item, scope: ids.wedding, action: 'update', version: 1912, timestamp: at },
  data: { client_id: ids.wedding, title: 'Speeches', planned_start: '2026-06-20T16:15' },
}

export const conflictsExamples: Example[] = [
  {
    shows: 'What waits, of one wedding',
    query: { status: 'pending', scope: ids.wedding, limit: 20 },
    answer: { success: true, conflicts: [waiting], nextPage: null, total: 1 },
  },
]

export const conflictExamples: Example[] = [
  {
    shows: 'Two times for the speeches, and who moved them',
    params: { id: ids.conflict },
    answer: {
      ...{ success: true, conflict: waiting },
      history: [
        {
          ...{ version: 1906, action: 'update', at, changeId: ids.change, by: priya },
          ...{ before: { planned_start: '2026-06-20T16:00' }, after: { planned_start: '2026-06-20T16:30' } },
        },
      ],
    },
  },
]

export const resolveExamples: Example[] = [
  {
    shows: 'For the author, with a word why',
    params: { id: ids.conflict },
    body: { choice: 'client', note: 'He asked the band.', version: 1 },
    answer: { success: true, ...record, conflict: decided },
  },
]

export const resolveTogetherExamples: Example[] = [
  {
    shows: 'What stands is kept, of two; one of them weighs too much for that',
    body: {
      conflicts: [
        { conflictId: ids.harmlessConflict, version: 1 },
        { conflictId: ids.conflict, version: 1 },
      ],
      ...{ choice: 'server', note: 'As printed.' },
    },
    answer: {
      success: true,
      decided: [{ conflictId: ids.harmlessConflict, version: 2 }],
      failures: [
        {
          ...{ conflictId: ids.conflict, index: 1, code: 'needs_decision' },
          message: 'It weighs high, so somebody looks at it and decides it by itself.',
        },
      ],
    },
  },
]

export const tryAgainExamples: Example[] = [
  {
    shows: 'Once more, and no better',
    params: { changeId: ids.failed },
    answer: {
      ...{ success: false, processed: [], conflicts: [] },
      failures: [
        {
          ...{ changeId: ids.failed, index: 0, code: 'unknown_table', message: 'There is no such table.' },
          ...{ retryable: false, attempt: 2, maxAttempts: 3, retryAt: null },
        },
      ],
    },
  },
]

export const discardExamples: Example[] = [
  {
    shows: 'What nobody wants any more',
    params: { changeId: ids.unwanted },
    answer: { success: true, changeId: ids.unwanted, discarded: 1 },
  },
]
