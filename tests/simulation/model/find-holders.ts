// sync.find_holders: who holds what a batch wants and only one may hold, or is alike, of those the caller sees.
import { sameJson, type JsonObject } from '@wedsync/protocol'
import { storedFor } from './open-batch.ts'
import { byId, rowsOf, type Row } from './rows.ts'
import { knowsTable, readFields, writesOf } from './sight.ts'
import type { Transaction } from './transaction.ts'

type Claim = { table: string; same: string[]; folded: string[]; inTurn: boolean; wanted: JsonObject[] }

export const findHolders = async (of: Transaction, claims: readonly Claim[]): Promise<object[]> => {
  const all: object[] = []
  for (const claim of claims) all.push(...(await holdersOf(of, claim)))
  return all
}

const holdersOf = async (of: Transaction, { table, same, folded, inTurn, wanted }: Claim): Promise<object[]> => {
  const { tx, caller, collections } = of
  const collection = collections.get(table)
  if (!collection || !knowsTable(collection, caller.role) || same.length === 0) return []
  const known = ['id', ...readFields(collection, caller.role), ...writesOf(collection, caller.role)]
  if (![...same, ...folded].every((name) => known.includes(name))) return []
  const weddings = new Set(wanted.map((one) => one['client_id']).filter((one) => caller.scopes.includes(one as string)))
  if (inTurn) for (const wedding of [...weddings].sort()) await tx.lock(`alike/${table}/${wedding as string}`)
  const isHeld = (row: Row) =>
    wanted.some(
      (one) =>
        same.every((name) => (row[name] ?? null) !== null && sameJson(row[name], one[name] ?? null)) &&
        folded.every((name) => foldedText(row[name]) !== null && foldedText(row[name]) === foldedText(one[name])),
    )
  return rowsOf(tx, table)
    .filter((row) => row.organization_id === caller.organizationId && isHeld(row))
    .sort(byId)
    .flatMap(({ id }) => {
      const told = storedFor(of, table, id)
      return told && 'fields' in told ? [told] : []
    })
}

const foldedText = (value: unknown): string | null =>
  typeof value === 'string' ? value.replaceAll(/^ +| +$/g, '').toLowerCase() : null
