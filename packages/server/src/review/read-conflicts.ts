// Takes a wish for a page of the review queue, or a conflict's id; hands back what the caller may read of it.  Keeps P7.
import { explainConflict, type Collection, type FieldExplained } from '@wedsync/merge'
import type { Conflict, Json, JsonObject } from '@wedsync/protocol'
import type { Caller } from '../auth/caller.ts'
import { callConflictDetail, callConflictsFor } from '../db/call-sql.ts'
import type { Database } from '../db/pool.ts'
import { ApiError } from '../http/api-error.ts'
import { toldLines, toldListed } from '../words/tell-conflict.ts'
import type { Words } from '../words/words-for.ts'

export type ConflictsWish = {
  status: string | null
  severity: string | null
  scope: string | null
  limit: number
  page: string | null
}

export type ConflictsPage = { conflicts: JsonObject[]; nextPage: string | null; total: number }

export const createReadConflicts =
  (database: Database) =>
  async (caller: Caller, { page, ...wish }: ConflictsWish, { past }: Words): Promise<ConflictsPage> => {
    const asked = { ...wish, after: page === null ? null : placeIn(page) }
    const { conflicts, next, total } = JSON.parse(
      await callConflictsFor(database, caller.claims, JSON.stringify(asked)),
    ) as { conflicts: JsonObject[]; next: Json; total: number }
    const nextPage = next === null ? null : Buffer.from(JSON.stringify(next)).toString('base64url')
    const told = past ? conflicts.map((one) => toldListed(past, one)).filter((one) => one !== null) : conflicts
    return { conflicts: told.map(listed), nextPage, total }
  }

export type ConflictWithHistory = { conflict: JsonObject; history: JsonObject[] }
export type ConflictTold = ConflictWithHistory & { explanation?: readonly FieldExplained[] }

/** `collections`: what the rules are, by table. An app of another version is told no reasons: it has other words. */
export const createReadConflict =
  (database: Database, collections: ReadonlyMap<string, Collection>) =>
  async (caller: Caller, conflictId: string, { past }: Words): Promise<ConflictTold> => {
    const found = JSON.parse(
      await callConflictDetail(database, caller.claims, conflictId),
    ) as ConflictWithHistory | null
    const conflict = found && past ? toldListed(past, found.conflict) : found?.conflict
    if (!found || !conflict) throw new ApiError('not_found', 'There is no such conflict.')
    const history = past ? toldLines(past, conflict['recordTable'] as string, found.history) : found.history
    const told = listed(conflict)
    if (past) return { conflict: told, history }
    return { conflict: told, history, explanation: explainConflict(told as unknown as Conflict, collections) }
  }

/** Outside the feed, where `table` and `id` are free, they name the record, as in a receipt. */
export const listed = (conflict: JsonObject): JsonObject => ({
  ...conflict,
  table: conflict['recordTable']!,
  id: conflict['recordId']!,
})

// where the page before ended: severity, time, id
const placeIn = (page: string): Json => {
  try {
    const place = JSON.parse(Buffer.from(page, 'base64url').toString()) as unknown[]
    const [rank, at, id] = place
    const isPlace =
      Number.isInteger(rank) &&
      typeof at === 'string' &&
      /^\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d$/.test(at) &&
      typeof id === 'string' &&
      /^[0-9a-f-]{36}$/.test(id)
    if (isPlace) return [rank as number, at, id]
  } catch {
    // told below, like any other page nobody handed out
  }
  throw new ApiError('validation_failed', 'There is no such page.', {
    details: [{ path: 'page', code: 'invalid_value', message: 'Hand back what `nextPage` said.' }],
  })
}
