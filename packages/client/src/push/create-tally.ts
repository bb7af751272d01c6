// Adds up what several answers of the server say of themselves, for whoever is told about them as one.
import { type SyncMetrics } from '@wedsync/protocol'

export type Tallied = { sessionId: string; metrics: SyncMetrics }

export type Tally = {
  /** One more answer, to a request with so many changes. */
  add: (sessionId: string, metrics: SyncMetrics, sent: number) => void
  /** The sum, and begins anew; null when there was no answer. */
  take: () => Tallied | null
}

export const createTally = (): Tally => {
  let session: { id: string; carriedChanges: boolean } | null = null
  let sum = { itemsProcessed: 0, conflictCount: 0, errorCount: 0 }
  let [sentInTime, seconds] = [0, 0]

  return {
    add: (sessionId, { throughput, itemsProcessed, conflictCount, errorCount }, sent) => {
      if (sent > 0 || !session?.carriedChanges) session = { id: sessionId, carriedChanges: sent > 0 }
      sum = {
        itemsProcessed: sum.itemsProcessed + itemsProcessed,
        conflictCount: sum.conflictCount + conflictCount,
        errorCount: sum.errorCount + errorCount,
      }
      if (throughput <= 0) return
      sentInTime += sent
      seconds += sent / throughput
    },
    take: () => {
      if (!session) return null
      const throughput = seconds > 0 ? Math.round((sentInTime / seconds) * 1e3) / 1e3 : 0
      const tallied = { sessionId: session.id, metrics: { ...sum, throughput } }
      session = null
      sum = { itemsProcessed: 0, conflictCount: 0, errorCount: 0 }
      ;[sentInTime, seconds] = [0, 0]
      return tallied
    },
  }
}
