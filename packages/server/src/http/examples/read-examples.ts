// Examples of what can be asked beside the round trip: status, a record's history, a comparison, health, signing in.
import { at, ids, type Example } from './example.ts'

const planner = { personId: ids.person, name: 'Priya Hazel', role: 'planner' }
const digest = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'

export const statusExamples: Example[] = [
  {
    shows: 'The queue and the health of one person’s devices',
    params: { userId: ids.user },
    query: { sections: 'queue,health', timeRange: '24h' },
    answer: {
      ...{ success: true, userId: ids.user, timestamp: at },
      queue: {
        ...{
          totalItems: 12,
          pendingItems: 0,
          processingItems: 0,
          failedItems: 0,
          conflictItems: 1,
          completedItems: 11,
        },
        ...{ oldestPendingItem: null, averageProcessingTime: 3.1 },
      },
      health: {
        status: 'warning',
        recommendations: ['Decide the open conflicts.'],
        alerts: [{ rule: 'open_conflicts', level: 'warning', value: 1, threshold: 0, since: at }],
      },
    },
  },
]

export const historyExamples: Example[] = [
  {
    shows: 'Who moved the speeches',
    params: { table: 'timeline_items', id: ids.item },
    query: { limit: 20 },
    answer: {
      ...{ success: true, table: 'timeline_items', id: ids.item, nextPage: null },
      entries: [
        {
          ...{ version: 1906, action: 'update', at, by: planner, deviceId: ids.device, changeId: ids.change },
          fields: [{ field: 'planned_start', from: '2026-06-20T16:00', to: '2026-06-20T16:30' }],
          conflicts: [
            {
              ...{ conflictId: ids.conflict, changeId: ids.otherChange, side: 'server', status: 'resolved' },
              fields: [
                {
                  ...{ field: 'planned_start', base: '2026-06-20T16:00', client: '2026-06-20T16:15' },
                  ...{ server: '2026-06-20T16:30', resolved: '2026-06-20T16:30' },
                  ...{ rule: 'ask@1', reason: 'Two different times: a person decided.' },
                },
              ],
              ...{ strategy: 'manual', by: { ...planner, name: 'Tom Ashworth', role: 'assistant' } },
              ...{ decidedBy: planner, decidedAt: at, note: null },
            },
          ],
        },
      ],
    },
  },
]

export const verifyExamples: Example[] = [
  {
    shows: 'What a device should hold of one wedding',
    query: { scope: ids.wedding },
    answer: {
      ...{ success: true, scope: ids.wedding, position: 1907, since: 1906 },
      tables: { timeline_items: { digest, records: 96 } },
    },
  },
]

export const healthExamples: Example[] = [{ shows: 'It is', answer: { success: true, status: 'alive', timestamp: at } }]

export const healthReadyExamples: Example[] = [
  {
    shows: 'It can',
    answer: {
      ...{ success: true, status: 'ready', timestamp: at },
      checks: { database: 'reachable', migrations: 'current' },
    },
  },
]

const email = 'priya@hazelandthorn.example.com'
const person = { organizationId: ids.organization, role: 'planner', name: 'Priya Hazel' }

export const demoPeopleExamples: Example[] = [
  { shows: 'Who there is to be', answer: [{ email, userId: ids.user, ...person }] },
]

export const demoSignInExamples: Example[] = [
  {
    shows: 'To be Priya',
    body: { email },
    answer: { token: 'header.payload.signature', user: { id: ids.user, ...person } },
  },
]
