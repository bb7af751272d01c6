// A digest tells no canary, but it tells whether somebody read more than they may: it must be that of their sight, no other.
import { createHash } from 'node:crypto'
import { digestText, type JsonObject } from '@wedsync/protocol'
import type { Sight } from '../visible-to.ts'
import type { Reply } from './somebody.ts'

export const digestProblems = (sight: Sight, scope: string, { body }: Reply): string[] => {
  const mine = [...sight.values()].filter((one) => one.scope === scope)
  const should = Object.fromEntries(
    [...Map.groupBy(mine, ({ table }) => table)].map(([table, records]) => {
      const text = digestText(records.map(({ id, data }) => ({ id, data: data as JsonObject })))
      return [table, createHash('sha256').update(text).digest('hex')]
    }),
  )
  const told = body['tables'] as Record<string, { digest: string }>
  return [...new Set([...Object.keys(should), ...Object.keys(told)])].flatMap((table) =>
    told[table]?.digest === should[table] ? [] : [`the digest of ${table} is not that of their rows`],
  )
}
