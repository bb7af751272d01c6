// Takes the decisions of an atomic batch that cannot go in whole; hands them back with nothing done: the guilty with
// their code, the others rolled back, all of them free to be sent again.
import { failureCodes } from '@wedsync/protocol'
import type { Decision } from './decision.ts'

export const rollBackAll = (decisions: readonly Decision[]): Decision[] =>
  decisions.map((decision) => {
    const { receipt, changeId, index } = decision
    if (receipt.kind === 'failed') {
      const { kept: _, ...failure } = receipt.failure
      return { ...decision, isStored: false, awaits: null, receipt: { kind: 'failed', failure } }
    }
    const code = receipt.kind === 'waiting' ? 'needs_decision' : 'rolled_back'
    const failure = { changeId, index, code, message: failureCodes[code].says, retryable: failureCodes[code].retryable }
    return { ...decision, isStored: false, awaits: null, receipt: { kind: 'failed', failure } }
  })
