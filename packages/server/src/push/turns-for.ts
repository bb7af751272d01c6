// Takes the changes of a batch and what stands; answers where it has to wait its turn: of a wedding's table in which records may be in one
// another's way one batch looks after the other, so that of two at one moment the second sees the first.  Keeps P13.
import type { Collection } from '@wedsync/merge'
import { keyOf } from './key-of.ts'
import { isAskedAbout, mayMeetOthers } from './may-meet-others.ts'
import type { OpenedBatch } from './opened-batch.ts'
import type { ReadChange } from './read-changes.ts'

export type Turn = { table: string; wedding: string }

export const turnsFor = (
  changes: readonly ReadChange[],
  { stored, decided }: Pick<OpenedBatch, 'stored' | 'decided'>,
  collections: ReadonlyMap<string, Collection>,
): Turn[] => {
  const rows = new Map(stored.map((row) => [keyOf(row), row]))
  const turns = [
    ...changes.flatMap(({ change, collection, refusal, wish }) => {
      if (!change || !collection || refusal || wish) return []
      const { table, id, action, data } = change
      const row = rows.get(keyOf({ table, id }))
      const wedding = data['client_id'] ?? row?.scope ?? null
      const meets = mayMeetOthers(collection, action, data) || (row?.isDeleted && isAskedAbout(collection))
      return meets && typeof wedding === 'string' ? [{ table, wedding }] : []
    }),
    ...decided.flatMap(({ scope, fields, changes: waiting, ...conflict }) =>
      [conflict.table, ...fields.flatMap(({ table }) => table ?? []), ...waiting.map(({ table }) => table)].flatMap(
        (table) => (isAskedAbout(collections.get(table)) ? [{ table, wedding: scope }] : []),
      ),
    ),
  ]
  return [...new Map(turns.map((turn) => [`${turn.table}/${turn.wedding}`, turn])).values()]
}
