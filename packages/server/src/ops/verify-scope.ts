// Takes a scope; hands back a digest of each of its tables as the caller may read it, and the position it holds for; null
// for a scope that is not theirs. All of it is of one snapshot.  Keeps P5, P7.
import { digestText, type HeldRecord, type VerifyResponse } from '@wedsync/protocol'
import type { Caller } from '../auth/caller.ts'
import { callAssumeCaller, callReadScope } from '../db/call-sql.ts'
import { inSnapshot } from '../db/in-transaction.ts'
import type { Database } from '../db/pool.ts'
import { sha256 } from '../push/sha256.ts'
import { toldTables } from '../words/tell-page.ts'
import type { Words } from '../words/words-for.ts'

type Read = { position: number; since: number; tables: Record<string, HeldRecord[]> }

export const createVerifyScope =
  (database: Database) =>
  async (caller: Caller, scope: string, { past }: Words): Promise<VerifyResponse | null> => {
    const text = await inSnapshot(database, async (tx) => {
      const role = await callAssumeCaller(tx, caller.claims)
      return role === 'nobody' ? 'null' : await callReadScope(tx, scope)
    })
    const read = JSON.parse(text) as Read | null
    if (!read) return null
    const held = past ? toldTables(past, read.tables) : read.tables
    const tables = Object.entries(held).map(([table, records]) => [
      table,
      { digest: sha256(digestText(records)), records: records.length },
    ])
    const { position, since } = read
    return { success: true, scope, position, since, tables: Object.fromEntries(tables) as VerifyResponse['tables'] }
  }
