// Takes whatever a step threw; answers the one error body of the wire. What nobody expected is logged whole and
// answered as `internal`: no error text carries SQL, a stack or another tenant's data.
import { syncErrors, type ErrorBody } from '@wedsync/protocol'
import type { Context } from 'hono'
import { isAborted, isDatabaseAway, isKnownChange } from '../db/database-errors.ts'
import type { Events } from '../events.ts'
import { answerText } from './answer-json.ts'
import { ApiError } from './api-error.ts'

export const answerError = (context: Context, thrown: unknown, events: Events, clock: () => Date) => {
  const requestId = String(context.get('requestId'))
  const error = asApiError(thrown)
  if (error.code === 'internal' || error.code === 'unavailable') events.requestFailed(requestId, error.code, thrown)
  const known = syncErrors[error.code]
  const body: ErrorBody = {
    success: false,
    error: known.error,
    code: error.code,
    message: error.message,
    ...(error.details && { errors: error.details }),
    timestamp: clock().toISOString(),
    requestId,
  }
  return answerText(context, JSON.stringify(body), known.status, error.headers)
}

const asApiError = (thrown: unknown): ApiError => {
  if (thrown instanceof ApiError) return thrown
  // an abort that outlived its tries: the database is there, but too busy to say yes
  if (isAborted(thrown) || isKnownChange(thrown))
    return new ApiError('unavailable', 'Too many are writing at once just now. Nothing was written; try again.', {
      headers: { 'Retry-After': '2' },
    })
  if (isDatabaseAway(thrown))
    return new ApiError('unavailable', 'The database cannot be reached just now. Nothing was written; try again.', {
      headers: { 'Retry-After': '5' },
    })
  return new ApiError('internal', 'Something went wrong here. Nothing is lost; try again.')
}
