// A conflict of the review queue, or of the feed, in an older app's words, and a decision of such an app in today's. What that
// app cannot show whole can be looked at there, and is decided elsewhere.  Keeps P4.
import { isWhole, nameTold, recordTold, type Schema } from '@wedsync/merge'
import { type ConflictDecision, type ConflictField, type Json, type JsonObject } from '@wedsync/protocol'
import { nameOf, recordOf } from '../push/contested-record.ts'
import { toldConflict } from './tell-receipt.ts'

/** Null: it is about nothing that version knows. */
export const toldListed = (past: Schema, conflict: JsonObject): JsonObject | null => {
  const table = conflict['recordTable'] as string
  const fields = conflict['fields'] as ConflictField[]
  if (!past.collections.has(table)) return null
  const told = toldConflict(past, { table, fields }).fields
  if (fields.length > 0 && told.length === 0) return null
  return {
    ...conflict,
    fields: told as unknown as Json,
    canDecide: conflict['canDecide'] === true && isWhole(past, table, fields),
  }
}

/** What happened to its record, line by line. */
export const toldLines = (past: Schema, table: string, lines: readonly JsonObject[]): JsonObject[] =>
  lines.map((line) => ({
    ...line,
    ...Object.fromEntries(
      ['before', 'after'].flatMap((side) =>
        line[side] ? [[side, recordTold(past, table, line[side] as JsonObject)]] : [],
      ),
    ),
  }))

type Decided = { table: string; id: string; fields: ConflictField[] }

/** The decision in today's words; null where that version could not show all there is to decide. */
export const decisionMeant = (past: Schema, wish: ConflictDecision, conflict: Decided): ConflictDecision | null => {
  if (!isWhole(past, conflict.table, conflict.fields)) return null
  const byToldName = new Map(
    conflict.fields.map((field) => {
      const { table } = recordOf(conflict, field)
      return [nameOf({ ...field, field: nameTold(past, table, field.field) ?? field.field }), { table, field }]
    }),
  )
  const said = <Value>(of: Record<string, Value>, meant: (value: Value, name: string) => Value) =>
    Object.fromEntries(
      Object.entries(of).map(([name, value]) => {
        const known = byToldName.get(name)
        return [known ? nameOf(known.field) : name, meant(value, name)]
      }),
    )
  const valueMeant = (value: Json, name: string): Json => {
    const known = byToldName.get(name)
    const wording = known && past.wordsOf(known.table)?.byNew.get(known.field.field)
    return wording ? wording.laid(value, known.field.server ?? null) : value
  }
  return {
    ...wish,
    ...(wish.choices && { choices: said(wish.choices, (choice) => choice) }),
    ...(wish.values && { values: said<Json>(wish.values, valueMeant) }),
  }
}
