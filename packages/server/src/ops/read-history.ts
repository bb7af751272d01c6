// Takes a record; hands back what happened to it, newest first, as the caller may know it, or null where they may not see
// it. Rights are the database's business: what comes back from there is told as it is.  Keeps P7.
import { isId, type HistoryResponse } from '@wedsync/protocol'
import type { Caller } from '../auth/caller.ts'
import { callHistoryFor } from '../db/call-sql.ts'
import type { Database } from '../db/pool.ts'
import { toldHistory } from '../words/tell-history.ts'
import type { Words } from '../words/words-for.ts'

export type HistoryWish = { table: string; id: string; before: string | null; limit: number }

export const createReadHistory =
  (database: Database) =>
  async (caller: Caller, wish: HistoryWish, { past }: Words): Promise<HistoryResponse | null> => {
    // what PostgreSQL could not even read is nobody's record
    if (!isId(wish.id) || wish.table.includes('\u0000')) return null
    const text = await callHistoryFor(database, caller.claims, wish)
    const found = JSON.parse(text) as Pick<HistoryResponse, 'entries' | 'nextPage'> | null
    const history = found && { success: true, table: wish.table, id: wish.id.toLowerCase(), ...found }
    return history && past ? toldHistory(past, history) : history
  }
