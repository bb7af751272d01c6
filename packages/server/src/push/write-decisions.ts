// Takes decisions about a locked batch; the database writes them, with conflict rows and ledger, in the transaction that
// holds the locks. Hands back the decisions with the receipts as they were stored: versions filled in.  Keeps P1 to P4.
import type { Receipt } from '@wedsync/protocol'
import { callWriteDecisions } from '../db/call-sql.ts'
import type { Session } from '../db/pool.ts'
import type { Decision } from './decide-batch.ts'
import { faultReceipts } from './fault-receipts.ts'
import { planWrites, unitOf } from './plan-writes.ts'

export type WriteSettings = {
  /** Null: a person decided, no device sent anything. Then there are no ledger rows to write. */
  deviceId: string | null
  sessionId: string
  batchId: string
  retryAt: string
  ranks: ReadonlyMap<string, number>
  /** Group by group, each in its own savepoint: after the batch as a whole could not be written. */
  isCareful: boolean
  /** These failed before and are tried again: their ledger rows are there. */
  isAgain?: boolean
}

export const writeDecisions = async (
  tx: Session,
  decisions: readonly Decision[],
  settings: WriteSettings,
): Promise<Decision[]> => {
  const { deviceId, sessionId, batchId, retryAt, ranks, isAgain } = settings
  const fresh = decisions.filter(({ isReplay }) => !isReplay)
  const stored = fresh.filter(({ isStored }) => isStored)
  if (stored.length === 0) return [...decisions]
  // what a person decided is written in its turn among the changes around it
  const isCareful = settings.isCareful || stored.some(({ decides }) => decides !== null)

  const text = await callWriteDecisions(
    tx,
    JSON.stringify({
      ...{ deviceId, sessionId, batchId, isCareful },
      units: planWrites(stored, ranks, isCareful),
      conflicts: stored.flatMap(({ conflict, scope, ...decision }) =>
        conflict ? [{ ...conflict, scope, unit: unitOf({ conflict, scope, ...decision }, isCareful) }] : [],
      ),
      conflictUpdates: stored.flatMap((decision) =>
        decision.conflictUpdates.map((update) => ({ ...update, unit: unitOf(decision, isCareful) })),
      ),
      entries: deviceId === null ? [] : stored.map((decision) => entryFor(decision, isCareful, retryAt, isAgain)),
    }),
  )
  const { receipts, faults } = JSON.parse(text) as Written
  return decisions.map((decision) => {
    // another payload under the id of a change of this batch has its own answer
    const isAnswered = decision.isReplay ? decision.receipt.kind !== 'failed' : decision.isStored
    const fault = deviceId === null ? faults[unitOf(decision, isCareful)] : undefined
    const told = fault && faultReceipts(decision, retryAt)
    const receipt = told ? (told[fault.sqlstate] ?? told['other']) : receipts[decision.changeId]
    return isAnswered && receipt ? { ...decision, receipt } : decision
  })
}

type Written = { receipts: Record<string, Receipt>; faults: Record<string, { sqlstate: string }> }

const entryFor = (decision: Decision, isCareful: boolean, retryAt: string, isAgain: boolean | undefined) => ({
  changeId: decision.changeId,
  unit: unitOf(decision, isCareful),
  hash: decision.read.hash,
  table: decision.read.table,
  id: decision.read.id,
  action: decision.read.action,
  ...decision.read.kept,
  receipt: decision.receipt,
  waitsFor: waitsFor(decision),
  ...(isAgain && { again: true }),
  ...(isCareful && { ifFault: faultReceipts(decision, retryAt) }),
})

/** The conflicts that have to be decided before this change has its last receipt. */
const waitsFor = ({ receipt, conflictUpdates }: Decision): string[] =>
  receipt.kind === 'waiting'
    ? [...new Set([receipt.conflict.conflictId, ...conflictUpdates.map(({ conflictId }) => conflictId)])]
    : []
