// Takes the decisions of an atomic batch that cannot go in whole; hands them back with nothing done: the guilty with
// their code, the others rolled back, all of them free to be sent again.
import { failureCodes } from '@wedsync/protocol'
import type { Decision } from './decide-batch.ts'

export const rollBackAll = (decisions: readonly Decision[]): Decision[] =>
  decisions.map((decision) => {
    const { receipt, changeId, index } = decision
    if (receipt.kind === 'failed') return { ...decision, isStored: false }
    const code = receipt.kind === 'waiting' ? 'needs_decision' : 'rolled_back'
    const failure = { changeId, index, code, message: failureCodes[code].says, retryable: failureCodes[code].retryable }
    return { ...decision, isStored: false, receipt: { kind: 'failed', failure } }
  })
