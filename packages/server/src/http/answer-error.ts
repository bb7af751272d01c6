// Takes whatever a step threw; answers the one error body of the wire. What nobody expected is logged whole and
// answered as `internal`: no error text carries SQL, a stack or another tenant's data.
import { syncErrors, type ErrorBody } from '@wedsync/protocol'
import type { Context } from 'hono'
import { databaseAway, secondsToStayAway, SentHome } from '../admission/sent-home.ts'
import { isAborted, isDatabaseAway, isKnownChange } from '../db/database-errors.ts'
import type { Events } from '../events.ts'
import { answerText } from './answer-json.ts'
import { ApiError } from './api-error.ts'

export const answerError = (
  context: Context,
  thrown: unknown,
  events: Events,
  clock: () => Date,
  chance: () => number,
) => {
  const requestId = String(context.get('requestId'))
  const { error, status, body } = errorAnswer(thrown, requestId, clock(), chance)
  if (error instanceof SentHome) events.sentHome(requestId, error.line, error.why)
  else if (error.code === 'internal' || error.code === 'unavailable')
    events.requestFailed(requestId, error.code, thrown)
  return answerText(context, JSON.stringify(body), status, error.headers)
}

/** What is answered, whoever carries it. */
export const errorAnswer = (thrown: unknown, requestId: string, at: Date, chance: () => number) => {
  const error = asApiError(thrown, chance)
  const known = syncErrors[error.code]
  const body: ErrorBody = {
    success: false,
    error: known.error,
    code: error.code,
    message: error.message,
    ...(error.details && { errors: error.details }),
    timestamp: at.toISOString(),
    requestId,
  }
  return { error, status: known.status, body }
}

/** How bad one request that failed is, where nobody knows more: it may be the only one. */
const notSoBad = 0.1

const asApiError = (thrown: unknown, chance: () => number): ApiError => {
  if (thrown instanceof ApiError) return thrown
  const headers = { 'Retry-After': String(secondsToStayAway(notSoBad, chance)) }
  // an abort that outlived its tries: the database is there, but too busy to say yes
  if (isAborted(thrown) || isKnownChange(thrown))
    return new ApiError('unavailable', 'Too many are writing at once just now. Nothing was written; try again.', {
      headers,
    })
  // a connection that was lost in the middle of a commit: the ledger knows, and tells at the next try
  if (isDatabaseAway(thrown)) return new ApiError('unavailable', databaseAway, { headers })
  return new ApiError('internal', 'Something went wrong here. Nothing is lost; try again.')
}
