// Takes a change and its author's open conflicts; answers which of them it joins: their side of what already waits for a
// person is replaced, and what is left of the change goes its own way. Of a field with parts, part by part; of a record
// that somebody deleted, everything joins.  Keeps P3, P4 (rule 10 of decision 4).
import { editLaid, entriesLaid, isSameOrder, keysApart, keysLaid, type Weight } from '@wedsync/merge'
import { type ConflictField, type Json, type JsonObject, type WireChange } from '@wedsync/protocol'
import { recordOf } from './contested-record.ts'
import { keyOf } from './key-of.ts'
import type { OpenConflict, StoredRow } from './opened-batch.ts'

export type SideUpdate = {
  conflictId: string
  /** By its place among the conflict's fields. `wanted`: by this change alone, where later ones of its batch replaced it once more. */
  sides: { place: number; client: Json; wanted?: Json }[]
  more: ConflictField[]
  /** What else goes in with a decision now, where it weighs more. */
  weighs?: Weight
}

/** The updates, with what is left of the change's data. Moves the sides of `open` along. `free`: fields that are of what stands. */
export const replaceSides = (
  change: WireChange,
  row: StoredRow | undefined,
  opened: readonly OpenConflict[],
  free: readonly string[],
): { updates: SideUpdate[]; joined: OpenConflict[]; rest: JsonObject } => {
  const found = { updates: [] as SideUpdate[], joined: [] as OpenConflict[], rest: change.data }
  if (change.action !== 'update') return found
  // in one order, whether they were opened in this batch or before it
  const open = opened.toSorted((one, other) => (one.conflictId < other.conflictId ? -1 : 1))
  const sidesOf = open.map((conflict) =>
    conflict.fields.flatMap((field, place) => {
      const isHere = keyOf(recordOf(conflict, field)) === keyOf(change) && field.client !== undefined
      if (!isHere || !Object.hasOwn(found.rest, field.field) || free.includes(field.field)) return []
      const [wanted, before] = [found.rest[field.field]!, change.base?.[field.field]]
      // of a record that is gone no part goes its own way
      const parted =
        row?.isDeleted && conflict.kind === 'edit_deleted' && before !== undefined
          ? { side: editLaid(wanted, before, field.client!, field.keyedBy ?? null) ?? wanted }
          : partedBy(field, wanted, before)
      if (parted === null) return []
      const { [field.field]: _taken, ...others } = found.rest
      found.rest = parted.rest === undefined ? others : { ...others, [field.field]: parted.rest }
      return [{ place, client: parted.side }]
    }),
  )
  if (change.groupId) takeAllParts(change, open, sidesOf, found)
  // what has no side anywhere yet joins what waits about the record that is gone, whichever of its conflicts came first
  const gone = row?.isDeleted
    ? open.find(({ kind, ...conflict }) => kind === 'edit_deleted' && keyOf(conflict) === keyOf(change))
    : undefined
  open.forEach((conflict, nth) => {
    const sides = sidesOf[nth]!
    const more =
      conflict === gone
        ? Object.entries(found.rest).map(([field, client]) => joinsDeleted(field, client, change, row!))
        : []
    if (conflict === gone) found.rest = {}
    if (sides.length === 0 && more.length === 0) return
    const update = { conflictId: conflict.conflictId, sides, more }
    moveSides(conflict, update)
    found.updates.push(update)
    found.joined.push(conflict)
  })
  return found
}

// of an action that waits, no part goes in by itself: what nobody contests waits beside what somebody does
const takeAllParts = (
  { base }: WireChange,
  open: readonly OpenConflict[],
  sidesOf: readonly { place: number; client: Json }[][],
  found: { rest: JsonObject },
): void => {
  for (const [nth, sides] of sidesOf.entries())
    for (const side of sides) {
      const { field, keyedBy = null } = open[nth]!.fields[side.place]!
      if (!Object.hasOwn(found.rest, field)) continue
      const { [field]: left, ...others } = found.rest
      const before = base?.[field]
      const meant = entriesLaid(left!, before, side.client, keyedBy)
      side.client = keysLaid(side.client, meant, keysApart(before, left, keyedBy) ?? [], keyedBy)
      found.rest = others
    }
}

/** What was decided before is so still: the sides it replaced have moved for the changes behind it. */
export const replaceAgain = (updates: readonly SideUpdate[], open: readonly OpenConflict[]): void => {
  for (const update of updates)
    for (const conflict of open)
      if (conflict.conflictId === update.conflictId)
        moveSides(conflict, { ...update, sides: update.sides.map(ownSide) })
}

// what a later change made of it hangs on what becomes of that one
const ownSide = ({ place, client, wanted = client }: SideUpdate['sides'][number]) => ({ place, client: wanted })

/** Another side: what a rule proposed on the old one, and what it was told, are of that one. */
export const withSide = ({ proposed: _of, weighed: _told, ...field }: ConflictField, client: Json): ConflictField => ({
  ...field,
  client,
})

const moveSides = (conflict: OpenConflict, { sides, more }: SideUpdate): void => {
  for (const { place, client } of sides) {
    conflict.fields[place] = withSide(conflict.fields[place]!, client)
  }
  conflict.fields.push(...more)
  conflict.version += 1
}

const joinsDeleted = (field: string, client: Json, { base }: WireChange, row: StoredRow): ConflictField => ({
  field,
  ...(base && Object.hasOwn(base, field) && { base: base[field]! }),
  client,
  server: row.fields?.[field] ?? null,
  rule: 'edit_deleted@1',
  reason: 'Somebody deleted this while somebody else changed it, so a person decides whether it stays.',
})

/** The new side of a contested field and what the edit wants of it beside that; null: it does not touch what is contested. */
const partedBy = (
  { client, server, keyedBy }: ConflictField,
  wanted: Json,
  before: Json | undefined,
): { side: Json; rest?: Json } | null => {
  const by = keyedBy ?? null
  const touched = keysApart(before, wanted, by)
  const contested = keysApart(client, server, by)
  if (!touched || !contested) return { side: wanted }
  // whoever moves the lines of a list about means the order of the whole list
  if (!isSameOrder(before!, wanted, by)) return { side: editLaid(wanted, before!, client!, by)! }
  const hit = contested.filter((key) => touched.includes(key))
  if (hit.length === 0) return null
  const side = keysLaid(client!, entriesLaid(wanted, before, client!, by), hit, by)
  return hit.length === touched.length ? { side } : { side, rest: keysLaid(wanted, before!, hit, by) }
}
