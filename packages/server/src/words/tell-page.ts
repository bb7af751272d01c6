// A page of news in an older app's words. What that version does not know is left out of it.  Keeps P5: the digest of what a
// device holds is made over the same.
import { wholeRecordTold, type Schema } from '@wedsync/merge'
import { conflictsTable, type HeldRecord, type ServerChange } from '@wedsync/protocol'
import { toldListed } from './tell-conflict.ts'

/** A JSON list of rows as that version is told of them, as text. */
export const toldRows = (past: Schema, changesJson: string): string =>
  JSON.stringify((JSON.parse(changesJson) as ServerChange[]).flatMap((row) => toldRow(past, row) ?? []))

export const toldRow = <Row extends Pick<ServerChange, 'table' | 'data'>>(past: Schema, row: Row): Row | null => {
  const { table, data } = row
  if (table !== conflictsTable && !past.collections.has(table)) return null
  if (!data) return row
  const told = table === conflictsTable ? toldListed(past, data) : wholeRecordTold(past, table, data)
  return told && { ...row, data: told }
}

/** The tables of a scope, as a device of that version holds them. */
export const toldTables = (
  past: Schema,
  tables: Readonly<Record<string, HeldRecord[]>>,
): Record<string, HeldRecord[]> =>
  Object.fromEntries(
    Object.entries(tables).flatMap(([table, records]) =>
      past.collections.has(table)
        ? [[table, records.map((record) => ({ ...record, data: wholeRecordTold(past, table, record.data)! }))]]
        : [],
    ),
  )
