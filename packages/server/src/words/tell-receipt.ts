// A receipt in an older app's words. The ledger keeps it in today's, so that one change is told to each device as it can read it.
import { contestedTold, nameTold, type Schema } from '@wedsync/merge'
import type { Conflict, Receipt } from '@wedsync/protocol'

/** `table`: of the change; null where nobody knows any more. */
export const toldReceipt = (past: Schema, receipt: Receipt, table: string | null): Receipt => {
  if (receipt.kind === 'waiting') return { ...receipt, conflict: toldConflict(past, receipt.conflict) }
  if (receipt.kind === 'processed')
    return receipt.conflict ? { ...receipt, conflict: toldConflict(past, receipt.conflict) } : receipt
  const { field, ...failure } = receipt.failure
  const told = field === undefined ? null : fieldTold(past, field, table)
  return { kind: 'failed', failure: { ...failure, ...(told !== null && { field: told }) } }
}

/** Of a conflict: the fields that version knows, each side by itself. */
export const toldConflict = <Told extends Pick<Conflict, 'table' | 'fields'>>(past: Schema, conflict: Told): Told => ({
  ...conflict,
  fields: conflict.fields.flatMap((field) => contestedTold(past, conflict.table, field) ?? []),
})

// without its table only a field that every table of that version calls so
const fieldTold = (past: Schema, field: string, table: string | null): string | null => {
  if (table !== null) return nameTold(past, table, field)
  return [...past.collections.keys()].every((one) => nameTold(past, one, field) === field) ? field : null
}
