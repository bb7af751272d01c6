// Takes a record, or one that somebody makes; answers what is going on around it, by which its conflicts weigh.
import type { ResolveContext } from '@wedsync/merge'
import type { State } from './batch-state.ts'
import type { StoredRow } from './opened-batch.ts'

const hourMs = 3_600_000

/** By the server's clock; hours to a tenth. */
export const contextFor = (
  { scope, id }: Pick<StoredRow, 'scope' | 'id'>,
  { opened, collections, at }: State,
): ResolveContext => {
  const scopeRecord = (scope !== null && opened.scopeRecords[scope]) || null
  const begins = scopeRecord && [...collections.values()].find(({ isScope }) => isScope)?.begins(scopeRecord)
  const now = Date.parse(at)
  const hoursUntilEvent = begins == null ? null : Math.round((begins - now) / (hourMs / 10)) / 10
  return { hoursUntilEvent, scopeRecord, at: Number.isNaN(now) ? null : now, dependants: opened.awaited[id] ?? 0 }
}
