// Takes a change; hands on the receipt it gets should the database refuse to write it, by SQLSTATE, by its class, or `other`.
// A refusal that nobody here knows, of a trigger the team has of its own say, may pass: the change is kept and tried again.
import { attemptsMax, failureCodes, type FailureCode, type Receipt } from '@wedsync/protocol'
import type { Decision } from './decision.ts'

/** `attempts`: this one counted. `nextTryAt`: when the server tries again. */
export type Tries = { attempts: number; nextTryAt: string }

const codeByState: Record<string, FailureCode> = {
  // the parent went while this was on its way; the next look tells which
  '23503': 'not_written',
  '23505': 'duplicate_value',
  '23502': 'missing_field',
  '42501': 'forbidden',
  SY010: 'forbidden',
  // an earlier change of the same batch moved what is decided here
  SY013: 'conflict_moved',
  '22': 'invalid_value',
  '23': 'invalid_value',
  '44': 'forbidden',
  '54': 'invalid_value',
  // what this builds on could not be written either
  failed: 'depends_on_failed',
  behind: 'behind',
  other: 'not_written',
}

export const faultReceipts = (decision: Decision, tries: Tries): Record<string, Receipt> =>
  Object.fromEntries(
    Object.entries(codeByState).map(([state, known]) => {
      // a delete that other records forbid
      const code = state === '23503' && decision.read.action === 'delete' ? 'in_use' : codeOf(known, tries.attempts)
      return [state, receiptOf(decision, code, tries)]
    }),
  )

/** The receipt for a refusal of this SQLSTATE. */
export const receiptForFault = (receipts: Record<string, Receipt>, state: string): Receipt =>
  receipts[state] ?? receipts[state.slice(0, 2)] ?? receipts['other']!

const codeOf = (known: FailureCode, attempts: number): FailureCode =>
  known === 'not_written' && attempts >= attemptsMax ? 'given_up' : known

const receiptOf = ({ changeId, index }: Decision, code: FailureCode, { attempts, nextTryAt }: Tries): Receipt => {
  const { retryable, kept, says } = failureCodes[code]
  return {
    kind: 'failed',
    failure: {
      ...{ changeId, index, code, message: says, retryable, ...(kept && { kept }) },
      ...{ attempt: attempts, maxAttempts: attemptsMax, retryAt: code === 'not_written' ? nextTryAt : null },
    },
  }
}
