// Takes the changes of a device that says when it last heard, not what it saw; hands them back with the version each author
// had seen, as far as that moment tells. What it does not tell is left to `base`, and without that counts as moved.
// The ledger keeps the change as it came.  Keeps P4.
import { callBasePositions } from '../db/call-sql.ts'
import type { Session } from '../db/pool.ts'
import type { ReadChange } from './read-changes.ts'

/** In the transaction that locked the records, so that what has moved cannot move on. */
export const withOldBases = async (
  tx: Session,
  changes: readonly ReadChange[],
  lastSyncTime: string | null,
): Promise<readonly ReadChange[]> => {
  const old = changes.filter(isWithoutVersion)
  if (lastSyncTime === null || old.length === 0) return changes
  const records = [...Map.groupBy(old, ({ table }) => table)].map(([table, members]) => ({
    ...{ table, ids: members.map(({ id }) => id) },
  }))
  const text = await callBasePositions(tx, lastSyncTime, JSON.stringify(records))
  const positions = (JSON.parse(text) ?? {}) as Record<string, number>
  return changes.map((read) => {
    const baseVersion = positions[`${read.table}/${read.id}`]
    if (!isWithoutVersion(read) || read.refusal || baseVersion === undefined) return read
    return { ...read, change: { ...read.change, baseVersion } }
  })
}

const isWithoutVersion = ({ change, refusal }: ReadChange): boolean =>
  !refusal && change.action !== 'create' && change.baseVersion == null && change.fromBefore !== true
