// The registry of codes. Each says which answer it travels in and what whoever gets it should do next (H27).
// A code that no test provokes is a code nobody can trust.
import * as z from 'zod/mini'

export type NextStep =
  'fix-request' | 'send-smaller' | 'sign-in' | 'ask-owner' | 'load-again' | 'upgrade' | 'try-later' | 'nothing'

/** Answers to a whole request. `error` is the fixed word of the contract. */
export const syncErrors = {
  // checked before anything is read of it: the same request, sent again, is another
  damaged_request: { status: 400, error: 'Damaged request', then: 'try-later' },
  invalid_json: { status: 400, error: 'INVALID_JSON', then: 'fix-request' },
  validation_failed: { status: 400, error: 'Validation failed', then: 'fix-request' },
  invalid_user_id: { status: 400, error: 'Invalid user ID format', then: 'fix-request' },
  unauthorized: { status: 401, error: 'Unauthorized', then: 'sign-in' },
  other_user_status: { status: 403, error: 'Unauthorized - cannot access other user status', then: 'ask-owner' },
  forbidden: { status: 403, error: 'Forbidden', then: 'ask-owner' },
  csrf_failed: { status: 403, error: 'CSRF validation failed', then: 'sign-in' },
  not_found: { status: 404, error: 'Not found', then: 'nothing' },
  method_not_allowed: { status: 405, error: 'Method not allowed', then: 'fix-request' },
  cursor_reset: { status: 409, error: 'Cursor reset', then: 'load-again' },
  already_resolved: { status: 409, error: 'Already resolved', then: 'nothing' },
  conflict_moved: { status: 409, error: 'Already resolved', then: 'nothing' },
  batch_too_large: { status: 413, error: 'Batch too large', then: 'send-smaller' },
  payload_too_large: { status: 413, error: 'Payload too large', then: 'send-smaller' },
  unsupported_media_type: { status: 415, error: 'Unsupported media type', then: 'fix-request' },
  upgrade_required: { status: 426, error: 'Upgrade required', then: 'upgrade' },
  rate_limited: { status: 429, error: 'Rate limit exceeded', then: 'try-later' },
  internal: { status: 500, error: 'Internal error', then: 'try-later' },
  unavailable: { status: 503, error: 'Service unavailable', then: 'try-later' },
} as const satisfies Record<string, { status: number; error: string; then: NextStep }>

export type SyncErrorCode = keyof typeof syncErrors

/**
 * What can be wrong with one change. `retryable`: the same change may succeed later without anyone touching it. `kept`: the
 * server has it and tries it again by itself; without it, whoever sent the change sends it again.
 */
export const failureCodes = {
  invalid_change: { retryable: false, kept: false, says: 'The change has not the shape of a change.' },
  unknown_action: { retryable: false, kept: false, says: 'There is no such action.' },
  unknown_table: { retryable: false, kept: false, says: 'There is no such table.' },
  unknown_field: { retryable: false, kept: false, says: 'The table has no such field.' },
  missing_field: { retryable: false, kept: false, says: 'A field that every record needs is missing.' },
  invalid_value: { retryable: false, kept: false, says: 'The value does not fit the field.' },
  checksum_mismatch: { retryable: true, kept: false, says: 'The change was damaged on its way. Send it again.' },
  change_id_reused: { retryable: false, kept: false, says: 'This change id belongs to another change.' },
  forbidden: { retryable: false, kept: false, says: 'This is not yours to change.' },
  record_missing: { retryable: true, kept: true, says: 'The record has not arrived here yet.' },
  missing_parent: { retryable: true, kept: true, says: 'The record this one belongs to has not arrived yet.' },
  parent_deleted: { retryable: false, kept: false, says: 'The record this one belongs to was deleted.' },
  duplicate_value: { retryable: false, kept: false, says: 'Another record already holds this value.' },
  in_use: { retryable: false, kept: false, says: 'Other records still need this one.' },
  depends_on_failed: { retryable: false, kept: false, says: 'The change this one builds on failed.' },
  behind: { retryable: true, kept: true, says: 'The change this one builds on is still waiting.' },
  not_written: { retryable: true, kept: true, says: 'It could not be written just now. It is tried again by itself.' },
  given_up: {
    retryable: false,
    kept: false,
    says: 'It could not be written, however often it was tried. A person has to look.',
  },
  never_came: { retryable: false, kept: false, says: 'What it was waiting for never came.' },
  unknown_after: { retryable: true, kept: false, says: 'The change this one builds on has not arrived here.' },
  rolled_back: {
    retryable: true,
    kept: false,
    says: 'Another change of the same action failed, so nothing of it was written.',
  },
  already_resolved: { retryable: false, kept: false, says: 'Somebody decided this already.' },
  conflict_moved: {
    retryable: false,
    kept: false,
    says: 'This conflict has moved on since you looked at it. Look again.',
  },
  discarded: { retryable: false, kept: false, says: 'A person discarded this change.' },
  needs_decision: {
    retryable: true,
    kept: false,
    says: 'A person would have to decide this, so nothing of the batch was written.',
  },
} as const satisfies Record<string, { retryable: boolean; kept: boolean; says: string }>

export type FailureCode = keyof typeof failureCodes

export const ErrorDetail = z.object({ path: z.string(), code: z.string(), message: z.string() })
export type ErrorDetail = z.output<typeof ErrorDetail>

export const ErrorBody = z.object({
  success: z.literal(false),
  error: z.string(),
  code: z.string(),
  message: z.string(),
  errors: z.optional(z.array(ErrorDetail)),
  timestamp: z.string(),
  requestId: z.string(),
})
export type ErrorBody = z.output<typeof ErrorBody>
