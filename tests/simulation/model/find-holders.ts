// sync.find_holders: who holds what a batch wants and only one may hold, or is alike, of those the caller sees.
import { sameJson, type JsonObject } from '@wedsync/protocol'
import { storedFor } from './open-batch.ts'
import { byId, rowKey, rowsOf, type Row } from './rows.ts'
import { knowsTable, readFields, writesOf } from './sight.ts'
import type { Transaction } from './transaction.ts'

type Claim = { table: string; same: string[]; folded: string[]; isHeld: boolean; wanted: JsonObject[] }
type Asked = { inTurn: { table: string; wedding: string }[]; claims: Claim[] }

export const findHolders = async (of: Transaction, { inTurn, claims }: Asked): Promise<object[]> => {
  const turns = inTurn.filter(({ wedding }) => of.caller.scopes.includes(wedding))
  for (const turn of new Set(turns.map(({ table, wedding }) => `${table}/${wedding}`).sort()))
    await of.tx.lock(`alike/${turn}`)
  const all: object[] = []
  for (const claim of claims) all.push(...(await holdersOf(of, claim)))
  return all
}

const holdersOf = async (of: Transaction, { table, same, folded, isHeld, wanted }: Claim): Promise<object[]> => {
  const { tx, caller, collections } = of
  const collection = collections.get(table)
  if (!collection || !knowsTable(collection, caller.role) || same.length === 0) return []
  const known = ['id', ...readFields(collection, caller.role), ...writesOf(collection, caller.role)]
  if (![...same, ...folded].every((name) => known.includes(name))) return []
  const isWanted = (row: Row) =>
    wanted.some(
      (one) =>
        same.every((name) => (row[name] ?? null) !== null && sameJson(row[name], one[name] ?? null)) &&
        folded.every((name) => foldedText(row[name]) !== null && foldedText(row[name]) === foldedText(one[name])),
    )
  const ids = rowsOf(tx, table)
    .filter((row) => row.organization_id === caller.organizationId && isWanted(row))
    .sort(byId)
    .map(({ id }) => id)
  if (isHeld) for (const id of ids) if (tx.get('row', rowKey(table, id))) await tx.lock(rowKey(table, id))
  return ids.flatMap((id) => {
    const told = storedFor(of, table, id)
    return told && 'fields' in told ? [told] : []
  })
}

const foldedText = (value: unknown): string | null =>
  typeof value === 'string' ? value.replaceAll(/^ +| +$/g, '').toLowerCase() : null
