// Takes a change of a group that waits for a person; hands it back with all that the group wants of each contested field on its
// author's side. Of a value with parts one change of an action may touch one part and the next another: what nobody contests of the
// one waits beside what somebody does of the other, and nothing of the group itself stands.  Keeps P4, P11.
import { keyingOf, severityFor, sideLaid, type Keying, type Weight } from '@wedsync/merge'
import {
  sameJson,
  severities,
  type Conflict,
  type ConflictField,
  type Json,
  type JsonObject,
  type WireChange,
} from '@wedsync/protocol'
import type { State } from './batch-state.ts'
import { recordOf } from './contested-record.ts'
import { contextFor } from './context-for.ts'
import type { Decision } from './decision.ts'
import { keyOf } from './key-of.ts'
import type { OpenConflict } from './opened-batch.ts'
import type { SideUpdate } from './replace-sides.ts'
import { sidesMoved } from './sides-moved.ts'

/** `decision`: left undone with its group, as `state.undone` has it. */
export const withWholeAction = (decision: Decision, state: State): Decision => {
  const { groupId } = decision.read
  if (groupId === null) return decision
  const members = [...(state.undone?.values() ?? [])].filter(({ read }) => read.groupId === groupId)
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

// An action that joins what waits already is asked about there, and nowhere else, whatever else of it somebody contests or waits by itself:
// in two places it would be decided by halves.
const inOneConflict = (decision: Decision, members: readonly Decision[], state: State): Decision => {
  const joining = members.find(({ conflictUpdates }) => conflictUpdates.length > 0)
  const open = joining && openIn(state, joining.conflictUpdates[0]!.conflictId)
  if (!joining || !open || decision.receipt.kind !== 'waiting') return decision
  const found = members.find(({ conflict }) => conflict?.status === 'pending')?.conflict ?? null
  const updates = decision.conflictUpdates.filter(({ conflictId }) => conflictId === open.conflictId)
  const more = fieldsBeside(open, found, members, state)
  const weighs = found && { severity: found.severity, score: found.score, because: found.because }
  const takesIn = (update: SideUpdate, nth: number): SideUpdate =>
    nth === 0 ? { ...update, more: [...update.more, ...more], ...(weighs && { weighs }) } : update
  // whoever comes after it finds it there
  const fields = decision.index > joining.index ? open.fields : [...open.fields, ...more]
  const told = { ...decision.receipt.conflict, ...open, ...weighs, fields: structuredClone(fields) }
  return {
    ...decision,
    conflict: null,
    receipt: { kind: 'waiting', conflict: { ...told, changeId: decision.changeId, status: 'pending' } },
    conflictUpdates: decision.changeId === joining.changeId ? updates.map(takesIn) : updates,
  }
}

// each field of a record once: of a value with parts all that the action wants of it is laid over the side that is there
const fieldsBeside = (
  open: OpenConflict,
  found: Conflict | null,
  members: readonly Decision[],
  state: State,
): ConflictField[] => {
  const placed = (of: { table: string; id: string }, field: ConflictField) => ({ ...field, ...recordOf(of, field) })
  const elsewhere = members.flatMap(({ conflictUpdates }) =>
    conflictUpdates.flatMap(({ conflictId, sides, more }) => {
      const other = conflictId === open.conflictId ? undefined : openIn(state, conflictId)
      return other
        ? [...sides.map(({ place, client }) => ({ ...other.fields[place]!, client })), ...more].map((field) =>
            placed(other, field),
          )
        : []
    }),
  )
  const all = [...(found?.fields.map((field) => placed(found, field)) ?? []), ...elsewhere]
  const nameIn = (field: ConflictField) => `${keyOf(recordOf(open, field))} ${field.field}`
  const known = new Set(open.fields.map(nameIn))
  return [...new Map(all.toReversed().map((field) => [nameIn(field), field])).values()]
    .toReversed()
    .filter((field) => !known.has(nameIn(field)))
    .map((field) => {
      const { table, id, ...own } = field
      return keyOf({ table: table, id: id }) === keyOf(open) ? own : field
    })
}

const openIn = ({ openConflicts, toDecide }: State, conflictId: string): OpenConflict | undefined =>
  [...openConflicts, ...toDecide].find((one) => one.conflictId === conflictId)

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

// what a rule proposed on a side, and what it was told, are of that side
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
  const { proposed: _of, weighed: _told, ...rest } = field
  return { ...rest, client }
}

// each by what its author saw; where they did not say, they saw what they had just made of it
const allLaid = (over: Json, edits: readonly WireChange[], name: string, { by }: Keying): Json =>
  edits.reduce((side, { data, base }, nth) => {
    const before = base?.[name] ?? edits[nth - 1]?.data[name]
    return before === undefined ? side : (sideLaid(data[name], before, side, by) ?? side)
  }, over)

// two changes may each have met somebody in another part of one value; places stay as they are
const onceEach = (conflict: Conflict, fields: readonly ConflictField[]): ConflictField[] => {
  const isSame = (one: ConflictField, other: ConflictField) =>
    one.field === other.field &&
    keyOf(recordOf(conflict, one)) === keyOf(recordOf(conflict, other)) &&
    sameJson(one.client ?? null, other.client ?? null)
  return fields.filter((field, nth) => fields.findIndex((other) => isSame(field, other)) === nth)
}

const withWholeWeight = (conflict: Conflict, changes: readonly WireChange[], state: State): Conflict => {
  const weighs = weightBeside(conflict, changes, state)
  if (!weighs || rankOf(weighs) <= rankOf(conflict)) return conflict
  return { ...conflict, ...weighs, score: Math.max(weighs.score, conflict.score) }
}

// what nobody contests goes in with the decision: whoever decides says so of all of it
const weightBeside = (
  conflict: Pick<Conflict, 'table' | 'id' | 'fields'>,
  changes: readonly WireChange[],
  state: State,
): Weight | null => {
  const weights = changes.flatMap((change) => {
    const contested = conflict.fields.filter((field) => keyOf(recordOf(conflict, field)) === keyOf(change))
    return weightOf(
      change,
      contested.map(({ field }) => field),
      state,
    )
  })
  const heaviest = weights.toSorted(heaviestFirst)[0]
  return heaviest ? { ...heaviest, because: heaviest.because.replace(/\.$/, ', in the same action.') } : null
}

const weightOf = (change: WireChange, contested: readonly string[], state: State): Weight[] => {
  const collection = state.collections.get(change.table)
  const row = state.table.get(keyOf(change))
  const names = Object.keys(change.data).filter((name) => !contested.includes(name))
  const isWhole = change.action !== 'update'
  if (!collection || (isWhole ? contested.length > 0 : names.length === 0)) return []
  const context = contextFor({ scope: row?.scope ?? null, id: change.id }, state)
  const around = { ...context, isEvenlyMatched: false, isWhole }
  return [severityFor(collection, isWhole ? [] : names, row?.fields ?? change.data, around)]
}

const rankOf = ({ severity }: Pick<Weight, 'severity'>): number => severities.indexOf(severity)
const heaviestFirst = (one: Weight, other: Weight): number => rankOf(other) - rankOf(one)
