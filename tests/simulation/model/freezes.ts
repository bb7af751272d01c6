// sync.freezes_of and sync.is_freeze_near, as scripts/carry-declarations.ts writes them from the declarations.
import type { JsonObject } from '@wedsync/protocol'
import { placesOf, rowKey, type Row } from './rows.ts'
import type { Transaction } from './transaction.ts'

const hourMs = 3_600_000
const nearMs = 15 * hourMs

export const freezesOf = ({ tx, caller, collections }: Transaction, scopes: readonly string[]): JsonObject => {
  const { name, freezes } = [...collections.values()].find(({ isScope }) => isScope)!
  return Object.fromEntries(
    scopes.flatMap((scope) => {
      const row = caller.scopes.includes(scope) ? tx.get<Row>('row', rowKey(name, scope)) : undefined
      if (!freezes || caller.role === 'viewer' || row?.organization_id !== caller.organizationId) return []
      return [[scope, Object.fromEntries([freezes.from, freezes.to, freezes.zone].map((field) => [field, row[field] ?? null]))]] // prettier-ignore
    }),
  )
}

/** `of`: the records, by table. */
export const isFreezeNear = (
  of: Transaction,
  records: readonly { table: string; id: string }[],
  at: string,
): boolean => {
  const { tx, caller, collections } = of
  const { freezes } = [...collections.values()].find(({ isScope }) => isScope)!
  const scopes = records.flatMap(({ table, id }) =>
    placesOf(tx, table, id).flatMap(({ scope, gone }) =>
      gone === null && !caller.leads.includes(scope) ? [scope] : [],
    ),
  )
  const asIfUtc = (wall: unknown) => Date.parse(`${wall as string}Z`)
  return Object.values(freezesOf(of, scopes)).some((told) => {
    const [from, to] = [asIfUtc((told as JsonObject)[freezes!.from]), asIfUtc((told as JsonObject)[freezes!.to])]
    return from < Date.parse(at) + nearMs && to > Date.parse(at) - nearMs
  })
}
