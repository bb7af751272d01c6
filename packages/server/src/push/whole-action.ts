// Takes a change of a group that waits for a person; hands it back with all that the group wants of each contested field on its
// author's side. Of a value with parts one change of an action may touch one part and the next another: what nobody contests of the
// one waits beside what somebody does of the other, and nothing of the group itself stands.  Keeps P4, P11.
import { editLaid, keyingOf, type Keying } from '@wedsync/merge'
import {
  sameJson,
  type Conflict,
  type ConflictField,
  type Json,
  type JsonObject,
  type WireChange,
} from '@wedsync/protocol'
import { openIn, type State } from './batch-state.ts'
import { recordOf } from './contested-record.ts'
import type { Decision } from './decision.ts'
import { inOneConflict } from './in-one-conflict.ts'
import { keyOf } from './key-of.ts'
import { withSide, type SideUpdate } from './replace-sides.ts'
import { sidesMoved } from './sides-moved.ts'
import { heaviestFirst, weightBeside, withWholeWeight } from './weight-beside.ts'

/** `decision`: left undone with its group, as `state.undone` has it. */
export const withWholeAction = (decision: Decision, state: State): Decision => {
  const { groupId } = decision.read
  if (groupId === null) return decision
  const members = [...state.undone.values()].filter(({ read }) => read.groupId === groupId)
  const changes = members.flatMap(({ read }) => read.change ?? [])
  const { conflict, receipt, conflictUpdates } = inOneConflict(decision, members, state)
  const wholeOf = (asked: Conflict) => withWholeWeight(withWholeSides(asked, changes, state), changes, state)
  return {
    ...decision,
    conflict: conflict && wholeOf(conflict),
    receipt: receipt.kind === 'waiting' ? { kind: 'waiting', conflict: wholeOf(receipt.conflict) } : receipt,
    conflictUpdates: wholeUpdates(conflictUpdates, changes, state),
  }
}

const withWholeSides = (conflict: Conflict, changes: readonly WireChange[], state: State): Conflict => ({
  ...conflict,
  fields: onceEach(conflict, wholeFields(conflict, changes, state)),
})

// it was looked at while the first of the group still stood
const wholeFields = (
  conflict: Pick<Conflict, 'table' | 'id' | 'fields'>,
  changes: readonly WireChange[],
  state: State,
): ConflictField[] =>
  sidesMoved(conflict, (key) => standingBeside(key, changes, state)).map((field) =>
    wholeSide(field, recordOf(conflict, field), changes, state),
  )

const standingBeside = (key: string, changes: readonly WireChange[], { table }: State): JsonObject | undefined => {
  const row = table.get(key)
  if (!row?.fields || row.isDeleted) return undefined
  const named = new Set(changes.flatMap((change) => (keyOf(change) === key ? Object.keys(change.data) : [])))
  return Object.fromEntries(Object.entries(row.fields).filter(([field]) => named.has(field)))
}

// a conflict of the group itself that another one of it took in is told there
const wholeUpdates = (updates: readonly SideUpdate[], changes: readonly WireChange[], state: State): SideUpdate[] =>
  updates.flatMap((update) => {
    const open = openIn(state, update.conflictId)
    if (!open) return []
    const sides = update.sides.map((side) => {
      const field = { ...open.fields[side.place]!, client: side.wanted ?? side.client }
      return { ...side, client: wholeSide(field, recordOf(open, field), changes, state).client! }
    })
    const more = wholeFields({ ...open, fields: update.more }, changes, state)
    const beside = weightBeside({ ...open, fields: [...open.fields, ...more] }, changes, state)
    const weighs = [beside, update.weighs].filter((one) => one != null).sort(heaviestFirst)[0]
    return [{ ...update, sides, more, ...(weighs && { weighs }) }]
  })

const wholeSide = (
  field: ConflictField,
  record: { table: string; id: string },
  changes: readonly WireChange[],
  { collections }: State,
): ConflictField => {
  const edits = changes.filter((change) => keyOf(change) === keyOf(record) && Object.hasOwn(change.data, field.field))
  if (field.client === undefined || edits.length === 0 || edits.some(({ action }) => action !== 'update')) return field
  const declared = collections.get(record.table)?.fieldOf(field.field)
  const keying = declared ? keyingOf(declared) : null
  const client = keying ? allLaid(field.client, edits, field.field, keying) : edits.at(-1)!.data[field.field]!
  if (sameJson(client, field.client)) return field
  return withSide(field, client)
}

// each by what its author saw; where they did not say, they saw what they had just made of it
const allLaid = (over: Json, edits: readonly WireChange[], name: string, { by }: Keying): Json =>
  edits.reduce((side, { data, base }, nth) => {
    const before = base?.[name] ?? edits[nth - 1]?.data[name]
    return before === undefined ? side : (editLaid(data[name], before, side, by) ?? side)
  }, over)

// two changes may each have met somebody in another part of one value; places stay as they are
const onceEach = (conflict: Conflict, fields: readonly ConflictField[]): ConflictField[] => {
  const isSame = (one: ConflictField, other: ConflictField) =>
    one.field === other.field &&
    keyOf(recordOf(conflict, one)) === keyOf(recordOf(conflict, other)) &&
    sameJson(one.client ?? null, other.client ?? null)
  return fields.filter((field, nth) => fields.findIndex((other) => isSame(field, other)) === nth)
}
