// Takes a batch of somebody who belongs to the organization no more; hands it over to those who plan: every change is in the
// ledger as one that failed, nothing of it is applied, and the device has its receipts. Null where nothing is taken: from a
// device that never synced here.  Keeps P3, P8.
import type { Receipt } from '@wedsync/protocol'
import type { Caller } from '../auth/caller.ts'
import { callTakeIntoEscrow } from '../db/call-sql.ts'
import type { Database } from '../db/pool.ts'
import { failed, refusal, replay, reused, type Decision } from './decision.ts'
import type { ReadChange } from './read-changes.ts'

type Taken = Record<string, { hash: string; isOwn: boolean; receipt: Receipt | null }>

export const takeIntoEscrow = async (
  database: Database,
  caller: Caller,
  { deviceId, batchId }: { deviceId: string; batchId: string },
  changes: readonly ReadChange[],
): Promise<Decision[] | null> => {
  const decisions = changes.map((read) => failed(read, untried, read.refusal ?? refusal('forbidden')))
  const entries = decisions
    .filter(({ isStored }) => isStored)
    .map(({ changeId, receipt, read: { hash, table, id, action, kept } }) => ({
      ...{ changeId, hash, table, id, action, ...kept, receipt },
    }))
  const text = await callTakeIntoEscrow(database, caller.claims, JSON.stringify({ deviceId, batchId, entries }))
  const taken = JSON.parse(text) as Taken | null
  if (taken === null && entries.length > 0) return null
  return decisions.map((decision) => {
    const row = taken?.[decision.changeId]
    if (!row) return decision
    const { read } = decision
    if (!row.isOwn || row.hash !== read.hash) return reused(read, untried)
    return { ...replay(read, { receipt: row.receipt! }), index: decision.index }
  })
}

const untried = { retryAt: null, opened: { again: [] } }
