// Forgets what nobody needs any more: tombstones and marks of long ago, payloads of changes that are through, old history. What is
// open is never forgotten. A device that was away for longer than this loads again, with its outbox.  Keeps P3, P5, P9.
import { callCleanup } from '../db/call-sql.ts'
import type { Database } from '../db/pool.ts'

/** Longer than a phone keeps what it was told to be done (35 days), so that nothing is forgotten that it could still put back. */
export const keptDays = 60
/** Who changed what: more than a year of weddings. */
export const historyDays = 400
/** Rows of one kind in one transaction: it holds the clocks of whose tombstones go. */
const togetherMax = 2_000
/** Transactions of one round: what is left over is old tomorrow too. */
const stretchesMax = 500

export type Forgotten = Record<string, number>

export const createForgetOld =
  (database: Database, told: (forgotten: Forgotten) => void) => async (): Promise<Forgotten> => {
    const all: Forgotten = {}
    for (let stretch = 0; stretch < stretchesMax; stretch += 1) {
      const counts = JSON.parse(await callCleanup(database, keptDays, historyDays, togetherMax)) as Forgotten
      for (const [kind, count] of Object.entries(counts)) all[kind] = (all[kind] ?? 0) + count
      if (Object.values(counts).every((count) => count < togetherMax)) break
    }
    if (Object.values(all).some((count) => count > 0)) told(all)
    return all
  }
