// Takes decisions about a locked batch; the database writes them, with conflict rows and ledger, in the transaction that
// holds the locks. Hands back the decisions with the receipts as they were stored: versions filled in.  Keeps P1 to P4.
import type { Receipt } from '@wedsync/protocol'
import { callWriteDecisions } from '../db/call-sql.ts'
import type { Session } from '../db/pool.ts'
import type { Decision } from './decide-batch.ts'
import { faultReceipts } from './fault-receipts.ts'
import { planWrites, unitOf } from './plan-writes.ts'

export type WriteSettings = {
  deviceId: string
  sessionId: string
  batchId: string
  retryAt: string
  ranks: ReadonlyMap<string, number>
  /** Group by group, each in its own savepoint: after the batch as a whole could not be written. */
  isCareful: boolean
}

export const writeDecisions = async (
  tx: Session,
  decisions: readonly Decision[],
  settings: WriteSettings,
): Promise<Decision[]> => {
  const { deviceId, sessionId, batchId, retryAt, ranks, isCareful } = settings
  const fresh = decisions.filter(({ isReplay }) => !isReplay)
  const stored = fresh.filter(({ isStored }) => isStored)
  if (stored.length === 0) return [...decisions]

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
      entries: stored.map((decision) => ({
        changeId: decision.changeId,
        unit: unitOf(decision, isCareful),
        hash: decision.read.hash,
        table: decision.read.table,
        id: decision.read.id,
        action: decision.read.action,
        ...decision.read.kept,
        receipt: decision.receipt,
        ...(isCareful && { ifFault: faultReceipts(decision, retryAt) }),
      })),
    }),
  )
  const { receipts } = JSON.parse(text) as { receipts: Record<string, Receipt> }
  return decisions.map((decision) => {
    // another payload under the id of a change of this batch has its own answer
    const isAnswered = decision.isReplay ? decision.receipt.kind !== 'failed' : decision.isStored
    const receipt = isAnswered ? receipts[decision.changeId] : undefined
    return receipt ? { ...decision, receipt } : decision
  })
}
