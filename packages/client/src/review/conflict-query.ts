// The conflicts of a wedding that wait for a person, as a question to the store: the gravest first, then the newest.
import { conflictsTable, severities, type Json, type ListedConflict } from '@wedsync/protocol'
import { type ShownRecord } from '../store/shown-record.ts'
import { type RowQuery } from '../store/watch-records.ts'

/** A conflict as it stands on this device: `id` is its own, the record it is about is `recordTable` and `recordId`. */
export type ShownConflict = ShownRecord<
  Omit<ListedConflict, 'table' | 'id'> & { choice?: string; choices?: { [field: string]: string } }
>

export const conflictQuery = (scope?: string): RowQuery<ShownConflict> => ({
  table: conflictsTable,
  scope,
  // most of what a device holds is decided
  picks: ({ status }) => status === 'pending',
  sortBy: (one, other) =>
    one.severity === other.severity
      ? compared(other.detectedAt, one.detectedAt)
      : severities.indexOf(other.severity) - severities.indexOf(one.severity),
})

const compared = (one: Json, other: Json): number => (one === other ? 0 : one! < other! ? -1 : 1)
