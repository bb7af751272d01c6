// What happened to a record, in an older app's words: an entry that was only about fields it does not know is left out.
import { contestedTold, type Schema } from '@wedsync/merge'
import type { HistoryEntry, HistoryResponse } from '@wedsync/protocol'

/** Null where that version does not know the table. */
export const toldHistory = (past: Schema, history: HistoryResponse): HistoryResponse | null => {
  const { table, entries } = history
  if (!past.collections.has(table)) return null
  return { ...history, entries: entries.map((entry) => toldEntry(past, table, entry)).filter(saysAnything(entries)) }
}

const toldEntry = (past: Schema, table: string, entry: HistoryEntry): HistoryEntry => ({
  ...entry,
  fields: entry.fields.flatMap(({ field, from, to }) => {
    const wording = past.wordsOf(table)?.byNew.get(field)
    if (wording === undefined) return [{ field, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }]
    if (wording === null) return []
    const { was, told } = wording
    return [{ field: was, ...(from !== undefined && { from: told(from) }), ...(to !== undefined && { to: told(to) }) }]
  }),
  conflicts: entry.conflicts.map((met) => ({
    ...met,
    fields: met.fields.flatMap((field) => contestedTold(past, table, field) ?? []),
  })),
})

const saysAnything = (before: readonly HistoryEntry[]) => (entry: HistoryEntry, place: number) =>
  entry.action !== 'update' || entry.fields.length > 0 || before[place]!.fields.length === 0
