// What is cut: one transaction of the server, made ready anew each time; asked for, and asked for again with the same ids until it
// is answered; and what must stand in the database afterwards.
import { expect } from 'vitest'
import type { CutWorld } from './a-cut-world.ts'

/** Answers whether it was answered. */
export type Ask = () => Promise<boolean>

export type Shape = {
  name: string
  /** How a connection begins is part of it. */
  isFromGreeting?: boolean
  /** Makes ready what this time is about. */
  prepares: (world: CutWorld) => Promise<{ asks: Ask; holds: () => Promise<void> | void }>
}

/** What stands in the ledger, how many lines of history a change has, and how many conflicts it opened. */
export type Stands = { status: string; lines: number; conflicts: number }

export const expectStands = async (
  { wedding }: CutWorld,
  expected: Record<string, Partial<Stands> & { code?: string }>,
): Promise<void> => {
  const rows = await wedding.sql<Stands & { id: string; code: string | null }>(
    `select c.id, q.status, q.error_code as code,
            (select count(*)::integer from sync.history h where h.change_id = c.id) as lines,
            (select count(*)::integer from public.sync_conflict_log l where l.change_id = c.id) as conflicts
       from unnest($1::uuid[]) as c (id) left join public.offline_sync_queue q on q.change_id = c.id`,
    [Object.keys(expected)],
  )
  expect(Object.fromEntries(rows.map(({ id, ...row }) => [id, row]))).toMatchObject(expected)
}

/** Answered is also who hears that it is done already, once their own first word may have done it. */
export const over = (ask: () => Promise<{ status: number }>): Ask => {
  let isFirst = true
  return async () => {
    const { status } = await ask()
    const isAnswered = status === 200 || (!isFirst && status === 409)
    isFirst = false
    return isAnswered
  }
}
