// Takes the decisions of a batch; hands them back so that changes of one action go in together or not at all: where one
// failed, all of its group fail; where one waits for a person, all wait behind its conflict.  Keeps P11.
import { failureCodes } from '@wedsync/protocol'
import type { Decision } from './decide-batch.ts'

/**
 * Decides until the groups stand: what a group leaves undone was never there for the changes behind it, so these are
 * decided again without it.
 */
export const decideGroups = (decide: (undone: ReadonlyMap<string, Decision>) => Decision[]): Decision[] => {
  const undone = new Map<string, Decision>()
  for (;;) {
    const decisions = decide(undone)
    const settled = settleGroups(decisions, undone)
    const fresh = settled.filter((one, nth) => one !== decisions[nth])
    if (fresh.length === 0) return settled
    for (const one of fresh) undone.set(one.changeId, one)
  }
}

const settleGroups = (decisions: readonly Decision[], undone: ReadonlyMap<string, Decision>): Decision[] => {
  const groups = Map.groupBy(decisions, groupOf)
  return decisions.map((decision) => {
    const group = groupOf(decision)
    if (group === null || decision.isReplay) return decision
    const members = groups.get(group)!
    const guilty = members.find(({ receipt }) => receipt.kind === 'failed')
    // undone already; only what waited can still fail
    if (undone.has(decision.changeId) && !(guilty && decision.receipt.kind === 'waiting')) return decision
    if (guilty) return guilty === decision || decision.receipt.kind === 'failed' ? decision : fallen(decision, guilty)
    const asked = members.find(({ receipt }) => receipt.kind === 'waiting')
    return asked ? waitingBehind(decision, asked) : decision
  })
}

const groupOf = ({ read }: Decision): string | null => read.groupId

// A final failure takes its group along; one that may pass lets the whole group be sent again.
const fallen = (decision: Decision, guilty: Decision): Decision => {
  const code = guilty.isStored ? 'depends_on_failed' : 'rolled_back'
  return {
    ...withoutWrite(decision),
    isStored: guilty.isStored,
    receipt: {
      kind: 'failed',
      failure: {
        changeId: decision.changeId,
        index: decision.index,
        code,
        message: failureCodes[code].says,
        retryable: !guilty.isStored,
      },
    },
  }
}

const waitingBehind = (decision: Decision, asked: Decision): Decision => {
  if (asked.receipt.kind !== 'waiting') return decision
  if (asked === decision)
    return { ...decision, write: null, conflict: decision.conflict?.status === 'pending' ? decision.conflict : null }
  const { conflict } = asked.receipt
  return {
    ...withoutWrite(decision),
    receipt: { kind: 'waiting', conflict: { ...conflict, changeId: decision.changeId } },
  }
}

const withoutWrite = (decision: Decision): Decision => ({
  ...decision,
  write: null,
  conflict: null,
  conflictUpdates: [],
})
