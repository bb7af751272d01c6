// Route → its examples, by method and path. A route without any fails the test of the document.
import {
  conflictExamples,
  conflictsExamples,
  discardExamples,
  resolveExamples,
  resolveTogetherExamples,
  tryAgainExamples,
} from './conflict-examples.ts'
import type { Example } from './example.ts'
import {
  demoPeopleExamples,
  demoSignInExamples,
  healthExamples,
  healthReadyExamples,
  historyExamples,
  statusExamples,
  verifyExamples,
} from './read-examples.ts'
import { sessionEndExamples, sessionOpenExamples, sessionReadExamples } from './session-examples.ts'
import { streamExamples, syncPullExamples, syncPushExamples } from './sync-examples.ts'

export const allExamples: Readonly<Record<string, Example[]>> = {
  'POST /api/offline/sync': syncPushExamples,
  'GET /api/offline/sync': syncPullExamples,
  'GET /api/offline/stream': streamExamples,
  'GET /api/offline/conflicts': conflictsExamples,
  'GET /api/offline/conflicts/{id}': conflictExamples,
  'POST /api/offline/conflicts/{id}/resolve': resolveExamples,
  'POST /api/offline/conflicts/resolve': resolveTogetherExamples,
  'POST /api/offline/retry/{changeId}': tryAgainExamples,
  'DELETE /api/offline/retry/{changeId}': discardExamples,
  'GET /api/offline/status/{userId}': statusExamples,
  'GET /api/offline/history/{table}/{id}': historyExamples,
  'GET /api/offline/verify': verifyExamples,
  'GET /api/health': healthExamples,
  'GET /api/health/ready': healthReadyExamples,
  'GET /api/auth/demo': demoPeopleExamples,
  'POST /api/auth/demo': demoSignInExamples,
  'POST /api/auth/session': sessionOpenExamples,
  'GET /api/auth/session': sessionReadExamples,
  'DELETE /api/auth/session': sessionEndExamples,
}

export const examplesOf = ({ method, path }: { method: string; path: string }): Example[] =>
  allExamples[`${method} ${path}`] ?? []
