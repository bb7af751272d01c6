// Takes a batch that is opened; hands it on with the records that hold what its changes want and only one may hold, that may be the same as
// one it makes, or that make up the plan it is part of. Asked once the batch's own records are locked, in the same transaction, and only where there is anything to ask.
import type { Collection } from '@wedsync/merge'
import { callFindHolders } from '../db/call-sql.ts'
import type { Session } from '../db/pool.ts'
import { claimsFor } from './claims-for.ts'
import type { OpenedBatch, StoredRow } from './opened-batch.ts'
import type { ReadChange } from './read-changes.ts'

export const withHolders = async (
  tx: Session,
  opened: OpenedBatch,
  changes: readonly ReadChange[],
  collections: ReadonlyMap<string, Collection>,
): Promise<OpenedBatch> => {
  const claims = claimsFor(changes, opened, collections)
  if (!claims) return opened
  return { ...opened, holders: JSON.parse(await callFindHolders(tx, JSON.stringify(claims))) as StoredRow[] }
}
