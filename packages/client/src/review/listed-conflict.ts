// Takes what this device holds of a conflict; hands it back under the names of the wire, or null where it is none this app can read.
import { ListedConflict } from '@wedsync/protocol'
import { type RecordRow } from '../store/store.ts'

/** In the feed `table` and `id` are the conflict's own; here they name the record, as in a receipt. */
export const listedConflict = (row: Pick<RecordRow, 'base'> | undefined): ListedConflict | null => {
  const base = row?.base
  return base
    ? (ListedConflict.safeParse({ ...base, table: base['recordTable'], id: base['recordId'] }).data ?? null)
    : null
}

/** What a person is told who takes a proposal where there is none. */
export const noProposalFor = (field: string): string =>
  `No rule has a proposal for ${field}: choose one side, or decide field by field.`
