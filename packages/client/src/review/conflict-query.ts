// The conflicts of a wedding that wait for a person, as a question to the store: the gravest first, then the newest.
import { conflictsTable, severities, type Json, type ListedConflict } from '@wedsync/protocol'
import { type Query, type ShownRecord } from '../store/shown-record.ts'

/** A conflict as it stands on this device: `id` is its own, the record it is about is `recordTable` and `recordId`. */
export type ShownConflict = ShownRecord<
  Omit<ListedConflict, 'table' | 'id'> & { choice?: string; choices?: { [field: string]: string } }
>

export const conflictQuery = (scope?: string): Query<ShownConflict> => ({
  table: conflictsTable,
  scope,
  where: ({ status }) => status === 'pending',
  sortBy: (one, other) =>
    severities.indexOf(other.severity) - severities.indexOf(one.severity) || compared(other.detectedAt, one.detectedAt),
})

const compared = (one: Json, other: Json): number => (one === other ? 0 : one! < other! ? -1 : 1)
