// Takes a change of a length and the plan it is part of; answers whether fixed times hold with a value as well as they did with what both
// edits started from.  Keeps P13: what stands of the plan is held until commit.
import type { Collection, ConflictToResolve } from '@wedsync/merge'
import type { Json, JsonObject, WireChange } from '@wedsync/protocol'
import type { State } from './batch-state.ts'
import type { StoredRow } from './opened-batch.ts'
import { plansAsked } from './plans-asked.ts'
import { standingIn } from './rivals.ts'

/** Undefined where nobody has asked for the plan: then nothing is known of it. */
export const keepsPlanFor = (
  change: WireChange,
  collection: Collection,
  row: StoredRow,
  state: State,
): ConflictToResolve['keepsPlan'] => {
  const { plan } = collection
  if (!plan?.fields.some((field) => Object.hasOwn(change.data, field))) return undefined
  if (!plansAsked(state.changes, state.opened).some(({ wedding }) => wedding === row.scope)) return undefined
  const around = plan.tables.map((table): [string, JsonObject[]] => [
    table,
    standingIn(state, state.collections.get(table)!).flatMap(({ id, fields }) =>
      fields['client_id'] === row.scope && (table !== row.table || id !== row.id) ? [{ ...fields, id }] : [],
    ),
  ])
  const missed = (field: string, value: Json) =>
    plan.missedMin(
      new Map(
        around.map(([table, records]) => [
          table,
          table === row.table ? [...records, { ...row.fields, [field]: value, id: row.id }] : records,
        ]),
      ),
    )
  return (field, value) => {
    if (!plan.fields.includes(field)) return undefined
    const before = change.base?.[field]
    return missed(field, value) <= (before === undefined ? 0 : missed(field, before))
  }
}
