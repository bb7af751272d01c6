// What people disagree about, in an older app's words: each side of each field by itself. A conflict of which that app cannot
// show everything, or whose sides look alike in it, is not decided there: nobody decides on what they do not see.  Keeps P4.
import { sameJson, type Json } from '@wedsync/protocol'
import { type Schema } from './schema-history.ts'

const sides = ['base', 'client', 'server', 'resolved', 'proposed'] as const

/** A contested field, as far as words go; `table` where it is not the conflict's own. */
export type Contested = { readonly field: string; readonly table?: string | undefined } & {
  readonly [side in (typeof sides)[number]]?: Json | undefined
}

/** The field as that version tells of it; null: it does not know it. */
export const contestedTold = <Field extends Contested>(schema: Schema, table: string, field: Field): Field | null => {
  const itsTable = field.table ?? table
  if (!schema.collections.has(itsTable)) return null
  const wording = schema.wordsOf(itsTable)?.byNew.get(field.field)
  if (wording === undefined) return field
  if (wording === null) return null
  return { ...field, field: wording.was, ...eachSide(field, wording.told) }
}

/** The field of that version in today's words, as far as they can be guessed. */
export const contestedMeant = <Field extends Contested>(schema: Schema, table: string, field: Field): Field => {
  const wording = schema.wordsOf(field.table ?? table)?.byOld.get(field.field)
  return wording ? { ...field, field: wording.is, ...eachSide(field, wording.meant) } : field
}

/** True where that version shows all there is to decide about. */
export const isWhole = (schema: Schema, table: string, fields: readonly Contested[]): boolean =>
  fields.every((field) => {
    const itsTable = field.table ?? table
    if (!schema.collections.has(itsTable)) return false
    const wording = schema.wordsOf(itsTable)?.byNew.get(field.field)
    if (wording === undefined) return true
    if (wording === null) return false
    const { client, server } = field
    const looksAlike = client !== undefined && server !== undefined && sameJson(wording.told(client), wording.told(server)) // prettier-ignore
    return (
      (!looksAlike || sameJson(client, server)) &&
      sides.every((side) => field[side] === undefined || wording.standsFor(wording.told(field[side]), field[side]))
    )
  })

const eachSide = (field: Contested, say: (value: Json) => Json): Partial<Record<(typeof sides)[number], Json>> =>
  Object.fromEntries(
    sides.flatMap((side): [string, Json][] => (field[side] === undefined ? [] : [[side, say(field[side])]])),
  )
