// Takes a batch and what stands; answers of which weddings the whole plan has to be known, because two edits of a length may have met: which of
// them stays hangs on whether fixed times hold with it. Asks for nothing where it stands as its author saw it.
import { sameJson } from '@wedsync/protocol'
import { recordOf } from './contested-record.ts'
import { keyOf } from './key-of.ts'
import type { OpenedBatch } from './opened-batch.ts'
import type { ReadChange } from './read-changes.ts'

export type PlanAsked = { wedding: string; tables: readonly string[] }

export const plansAsked = (
  changes: readonly ReadChange[],
  { stored, decided }: Pick<OpenedBatch, 'stored' | 'decided'>,
): PlanAsked[] => {
  const rows = new Map(stored.map((row) => [keyOf(row), row]))
  // a decision of the same batch may move it as well
  const moving = new Set(
    decided.flatMap((conflict) => conflict.fields.map((field) => keyOf(recordOf(conflict, field)))),
  )
  return changes.flatMap(({ change, collection, wish, refusal }) => {
    if (!change || wish || refusal || !collection?.plan || change.action === 'delete') return []
    const row = rows.get(keyOf(change))
    const { fields = {}, fieldVersions } = row ?? {}
    const { base = {}, baseVersion } = change
    const hasMoved = (name: string) =>
      Object.hasOwn(change.data, name) &&
      (moving.has(keyOf(change)) ||
        (fieldVersions?.[name] ?? 0) > (baseVersion ?? 0) ||
        (Object.hasOwn(base, name) && !sameJson(base[name], fields[name] ?? null)))
    return row?.scope && collection.plan.fields.some(hasMoved)
      ? [{ wedding: row.scope, tables: collection.plan.tables }]
      : []
  })
}
