// Takes decisions and a page of news; writes the answer of the wire. The page's rows are spliced in as the text they are.
import type { Conflict, Failure, Processed, Settled, SyncMetrics } from '@wedsync/protocol'
import type { NewsPage } from '../../pull/read-page.ts'
import type { Decision } from '../../push/decision.ts'

export type Answered = {
  success: boolean
  sessionId: string
  processed: Processed[]
  conflicts: Conflict[]
  failures: Failure[]
  metrics: SyncMetrics
}

export const receiptsOf = (
  sessionId: string,
  decisions: readonly Decision[],
  isAtomic: boolean,
  ms: number,
): Answered => {
  const receipts = decisions.map(({ receipt }) => receipt)
  const processed = receipts.flatMap((receipt) => (receipt.kind === 'processed' ? [receipt.processed] : []))
  const conflicts = receipts.flatMap((receipt) =>
    receipt.kind !== 'failed' && receipt.conflict ? [withoutAccounts(receipt.conflict)] : [],
  )
  const failures = decisions.flatMap(({ receipt, index }) =>
    receipt.kind === 'failed' ? [{ ...receipt.failure, index }] : [],
  )
  return {
    success: !isAtomic || processed.length === decisions.length,
    sessionId,
    processed,
    conflicts,
    failures,
    metrics: {
      itemsProcessed: processed.length,
      conflictCount: conflicts.length,
      errorCount: failures.length,
      throughput: ms > 0 ? Math.round((decisions.length / ms) * 1e6) / 1e3 : 0,
    },
  }
}

// Whose account the other side is, the record of the conflict tells those who may know it; a receipt tells nobody.
const withoutAccounts = (conflict: Conflict): Conflict => ({
  ...conflict,
  fields: conflict.fields.map(({ serverBy, ...field }) => {
    if (!serverBy) return field
    const { userId: _, ...by } = serverBy
    return { ...field, serverBy: by }
  }),
})

export const syncAnswer = (
  answered: Answered,
  page: NewsPage,
  nextSyncTime: string,
  processingTime: number,
): string => {
  const settled: Settled[] = page.settled
  const { cursor, position, hasMore, remaining, revokedScopes } = page
  const rest = {
    ...answered,
    settled,
    cursor,
    position,
    hasMore,
    remaining,
    revokedScopes,
    nextSyncTime,
    processingTime,
  }
  return `${JSON.stringify(rest).slice(0, -1)},"serverChanges":${page.changesJson}}`
}
