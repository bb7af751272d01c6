// Where a contested field belongs, and what a decision calls it: a group's conflict is about several records.
import type { ConflictField } from '@wedsync/protocol'

/** The record a contested field belongs to. */
export const recordOf = (
  { table, id }: { table: string; id: string },
  field: ConflictField,
): { table: string; id: string } => ({ table: field.table ?? table, id: field.id ?? id })

/** The name under which a choice or a value speaks of a contested field: of a group's other records, with table and id. */
export const nameOf = ({ table, id, field }: ConflictField): string =>
  table === undefined && id === undefined ? field : `${table ?? ''}/${id ?? ''}/${field}`
