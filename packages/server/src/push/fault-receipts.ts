// Takes a change; hands on the receipt it gets should the database refuse to write it, by the kind of refusal.
import { failureCodes, type FailureCode, type Receipt } from '@wedsync/protocol'
import type { Decision } from './decide-batch.ts'

const codeBySqlState: Record<string, FailureCode> = {
  '23503': 'missing_parent',
  '23505': 'duplicate_value',
  '23514': 'invalid_value',
  '23502': 'missing_field',
  '42501': 'forbidden',
  SY010: 'forbidden',
  // what this builds on could not be written either
  failed: 'depends_on_failed',
  behind: 'behind',
  other: 'invalid_value',
}

export const faultReceipts = ({ changeId, index, read }: Decision, retryAt: string): Record<string, Receipt> =>
  Object.fromEntries(
    Object.entries(codeBySqlState).map(([sqlState, known]) => {
      // a delete that other records forbid is no missing parent
      const code = known === 'missing_parent' && read.action === 'delete' ? 'in_use' : known
      const { retryable, says } = failureCodes[code]
      const failure = { changeId, index, code, message: says, retryable, retryAt: retryable ? retryAt : null }
      return [sqlState, { kind: 'failed', failure }]
    }),
  )
