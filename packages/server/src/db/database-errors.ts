// What an error of the driver means: away for now, aborted and worth the whole transaction again, or a real fault.

type Coded = { code?: unknown }
const codeOf = (error: unknown): string => {
  const code = (error as Coded | null)?.code
  return typeof code === 'string' ? code : ''
}

/** serialization_failure, deadlock_detected, lock_not_available. */
const aborted = new Set(['40001', '40P01', '55P03'])

/** The database gave up on a transaction that is right: try it again whole. */
export const isAborted = (error: unknown): boolean => aborted.has(codeOf(error))

/** The ledger has this change already: sent before, or by a copy of the device a moment ago. */
export const isKnownChange = (error: unknown): boolean =>
  codeOf(error) === '23505' && (error as { constraint?: unknown }).constraint === 'offline_sync_queue_pkey'

/** The time a statement has was over: the database is slow, or what it was asked is. */
export const isTimedOut = (error: unknown): boolean => codeOf(error) === '57014'

/** The unit of a batch that took the time of all others; see write_sync_decisions. */
export const tooSlowUnit = (error: unknown): string | null =>
  codeOf(error) === 'SY014' ? String((error as { detail?: unknown }).detail) : null

/** No connection, or one that ended: nothing of the transaction was written, or its receipts tell at the next try. */
export const isDatabaseAway = (error: unknown): boolean => {
  const code = codeOf(error)
  if (/^(08|3D|53|57P|57014|58|SY014)/.test(code)) return true
  if (['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'ETIMEDOUT', 'EAI_AGAIN'].includes(code)) return true
  return (
    error instanceof Error &&
    /Connection terminated|timeout expired|Query read timeout|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|connection error and is not queryable/.test(
      error.message,
    )
  )
}

/** Away for everybody, not one connection too many, here or there, and not one change that is slow: what a breaker counts. */
export const isWholeDatabaseAway = (error: unknown): boolean =>
  isDatabaseAway(error) &&
  tooSlowUnit(error) === null &&
  !codeOf(error).startsWith('53') &&
  !(error instanceof Error && error.message.startsWith('timeout exceeded when trying to connect'))

/** We stopped waiting, and the answer may still come on that connection: whatever is asked there next would wait behind it. */
export const isAnswerOwed = (error: unknown): boolean =>
  error instanceof Error && error.message === 'Query read timeout'

/**
 * The database will not have a row: a constraint, a right, a value, something a team's own trigger says. The transaction is gone;
 * the batch is not. That is whatever the database itself says, but for what is wrong with the transaction or with the database.
 */
export const isRefusedByDatabase = (error: unknown): boolean =>
  isSaidByDatabase(error) && !/^(08|25|3D|40|53|55|57|58|XX|SY001|SY014)/.test(codeOf(error))

// an operating system's code can look like one of the database's
const isSaidByDatabase = (error: unknown): boolean =>
  codeOf(error).length === 5 && typeof (error as { severity?: unknown } | null)?.severity === 'string'
