// Takes decisions about a locked batch; the database writes them, with conflict rows and ledger, in the transaction that
// holds the locks. Hands back the decisions with the receipts as they were stored: versions filled in.  Keeps P1 to P4.
import type { Receipt } from '@wedsync/protocol'
import { callWriteDecisions } from '../db/call-sql.ts'
import type { Session } from '../db/pool.ts'
import { isKept, withoutWrite, type Decision } from './decision.ts'
import { faultReceipts, receiptForFault, type Tries } from './fault-receipts.ts'
import type { AgainChange } from './opened-batch.ts'
import { behindOf, planWrites, unitOf } from './plan-writes.ts'

export type WriteSettings = {
  /** Null: a person decided, no device sent anything. Then there are no ledger rows to write. */
  deviceId: string | null
  sessionId: string
  batchId: string
  /** When the server tries again what could not be written, by how often it was tried. */
  nextTryAt: (attempts: number) => string
  ranks: ReadonlyMap<string, number>
  /** Group by group, each in its own savepoint: after the batch as a whole could not be written. */
  isCareful: boolean
  /** Units that took the time of all others, and are kept for another try. */
  tooSlow?: ReadonlySet<string>
  /** These are tried again: their ledger rows are there. */
  again?: readonly AgainChange[]
  /** Under which the server itself tries them; without one, a person asked for it. */
  lease?: string
}

export const writeDecisions = async (
  tx: Session,
  decisions: readonly Decision[],
  settings: WriteSettings,
): Promise<Decision[]> => (await writeAndHear(tx, decisions, settings)).decisions

/** The same, with those that the database itself refused, as what they are now: they were decided as if they could go in, and so was what
 * came behind them. */
export const writeAndHear = async (
  tx: Session,
  decisions: readonly Decision[],
  settings: WriteSettings,
): Promise<Heard> => {
  const { deviceId, sessionId, batchId, lease, ranks } = settings
  const fresh = decisions.filter(({ isReplay }) => !isReplay)
  const stored = fresh.filter(({ isStored }) => isStored)
  if (stored.length === 0) return { decisions: [...decisions], refused: [], clashed: [] }
  // what a person decided is written in its turn among the changes around it
  const isCareful = settings.isCareful || stored.some(({ decides }) => decides !== null)

  const text = await callWriteDecisions(
    tx,
    JSON.stringify({
      ...{ deviceId, sessionId, batchId, isCareful, ...(lease && { lease, isQuiet: stored.every(isStillKept) }) },
      units: planWrites(stored, ranks, isCareful),
      tooSlow: [...(settings.tooSlow ?? [])],
      conflicts: stored.flatMap(({ conflict, scope, ...decision }) =>
        conflict ? [{ ...conflict, scope, unit: unitOf({ conflict, scope, ...decision }, isCareful) }] : [],
      ),
      conflictUpdates: stored.flatMap((decision) =>
        decision.conflictUpdates.map((update) => ({ ...update, unit: unitOf(decision, isCareful) })),
      ),
      entries: deviceId === null ? [] : stored.map((decision) => entryFor(decision, stored, isCareful, settings)),
    }),
  )
  const { receipts, faults } = JSON.parse(text) as Written
  const answered = decisions.map((decision) => {
    // another payload under the id of a change of this batch has its own answer
    const isAnswered = decision.isReplay ? decision.receipt.kind !== 'failed' : decision.isStored
    const fault = deviceId === null ? faults[unitOf(decision, isCareful)] : undefined
    const told = fault && faultReceipts(decision, triesOf(decision, stored, settings))
    const receipt = told ? receiptForFault(told, fault.sqlstate) : receipts[decision.changeId]
    return isAnswered && receipt ? { ...decision, receipt } : decision
  })
  const isRefused = (decision: Decision) => {
    const fault = faults[unitOf(decision, isCareful)]
    return fault !== undefined && fault.told !== 'failed' && fault.told !== 'behind'
  }
  return {
    decisions: answered,
    refused: answered.filter((one) => !one.isReplay && one.isStored && isRefused(one)).map(withoutWrite),
    clashed: Object.keys(faults).filter((unit) => faults[unit]!.sqlstate === '23505'),
  }
}

/** `clashed`: units that wanted what another record holds. */
type Heard = { decisions: Decision[]; refused: Decision[]; clashed: string[] }

/** `told`: under which name; `failed` and `behind`: only what it builds on was refused. */
type Written = { receipts: Record<string, Receipt>; faults: Record<string, { sqlstate: string; told: string }> }

// nothing of it goes in, nobody hears anything new: only the count of its tries may have moved
const isStillKept = (decision: Decision): boolean =>
  isKept(decision) && !decision.write && !decision.decides && decision.conflictUpdates.length === 0

const entryFor = (decision: Decision, all: readonly Decision[], isCareful: boolean, settings: WriteSettings) => ({
  changeId: decision.changeId,
  unit: unitOf(decision, isCareful),
  hash: decision.read.hash,
  table: decision.read.table,
  id: decision.read.id,
  action: decision.read.action,
  ...decision.read.kept,
  receipt: decision.receipt,
  awaits: decision.awaits,
  waitsFor: waitsFor(decision),
  ...(settings.again && { again: true }),
  ...(isCareful && {
    ifFault: faultReceipts(decision, triesOf(decision, all, settings)),
    behind: behindOf(decision, all),
  }),
})

// a group is given up as a whole: the member that was tried most often counts
const triesOf = (
  { changeId, read }: Decision,
  all: readonly Decision[],
  { again, nextTryAt }: WriteSettings,
): Tries => {
  const group = all.filter((one) => read.groupId !== null && one.read.groupId === read.groupId)
  const ids = [changeId, ...group.map((one) => one.changeId)]
  const attempts = Math.max(1, ...(again ?? []).filter((one) => ids.includes(one.changeId)).map((one) => one.attempts))
  return { attempts, nextTryAt: nextTryAt(attempts) }
}

/** The conflicts that have to be decided before this change has its last receipt. */
const waitsFor = ({ receipt, conflictUpdates }: Decision): string[] =>
  receipt.kind === 'waiting'
    ? [...new Set([receipt.conflict.conflictId, ...conflictUpdates.map(({ conflictId }) => conflictId)])]
    : []
