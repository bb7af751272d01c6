// What a batch would have come to. Nothing of it was written.
import type { DryRunResponse } from '@wedsync/protocol'
import type { Decision } from '../../push/decision.ts'
import { receiptsOf } from './answer-sync.ts'

export const dryRunAnswer = (sessionId: string, decisions: readonly Decision[]): DryRunResponse => {
  const { conflicts, failures } = receiptsOf(sessionId, decisions, false, 0)
  const errors = failures.filter(({ retryable }) => !retryable)
  const warnings = failures.filter(({ retryable }) => retryable)
  return {
    success: true,
    dryRun: true,
    sessionId,
    validation: { valid: errors.length === 0, conflicts, errors, warnings },
  }
}
