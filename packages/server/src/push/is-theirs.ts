// Takes a record as it stands, or as somebody wants it to; answers whether they may write records like it. Where a role writes only
// some of what it sees, this must hold before and after. PostgreSQL's policies say the same.  Keeps P7.
import type { Collection, Condition } from '@wedsync/merge'
import type { JsonObject } from '@wedsync/protocol'
import type { OpenedBatch } from './opened-batch.ts'

export const isTheirs = (
  { writtenWhere }: Collection,
  record: JsonObject,
  caller: Pick<OpenedBatch, 'role' | 'person' | 'self' | 'scopes'>,
): boolean => {
  const clauses = writtenWhere.filter(({ roles }) => roles.includes(caller.role))
  return clauses.length === 0 || clauses.some(({ where }) => holds(where, record, caller))
}

// a field that is not there holds nothing: what cannot be told is not theirs
const holds = (
  where: Condition,
  record: JsonObject,
  { person, self, scopes }: Pick<OpenedBatch, 'person' | 'self' | 'scopes'>,
): boolean => {
  if (where.is === 'any') return true
  const value = record[where.field]
  if (where.is === 'one-of') return value !== undefined && where.values.includes(value)
  if (typeof value !== 'string') return false
  if (where.is === 'me') return value === person
  if (where.is === 'my-wedding') return scopes.includes(value)
  // told by no policy either
  return where.is === 'mine' && self.includes(`vendor:${value}`)
}
