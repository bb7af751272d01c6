// Takes what a batch writes; moves along what the changes after it are judged by, and what waits about the same records.  Keeps P4.
import { sameJson, type Conflict, type JsonObject } from '@wedsync/protocol'
import { openIn, type State } from './batch-state.ts'
import { authorityOf } from './holds-for.ts'
import type { Decision } from './decision.ts'
import { recordOf } from './contested-record.ts'
import { keyOf } from './key-of.ts'
import type { DecidedConflict, MovedBy, StoredRow } from './opened-batch.ts'
import { sidesMoved } from './sides-moved.ts'
import type { Write } from './write.ts'

/** What a write leaves behind for the changes after it: whatever it moved has moved for everyone who did not build on it. */
export const standsAs = (row: StoredRow, write: Write, state: State) => {
  const { action, data } = write
  const moves = state.toDecide.filter((conflict) => isMovedBy(conflict, row, write, state))
  state.touched.add(keyOf(row))
  row.isDeleted = action === 'delete'
  row.fields = { ...row.fields, ...data }
  const moved = Object.keys(data).map((field): [string, number] => [field, movedHere])
  row.fieldVersions = { ...row.fieldVersions, ...Object.fromEntries(moved) }
  row.movedBy = { ...row.movedBy, ...movedByCaller(Object.keys(data), row.scope, write.changeId, state) }
  row.version = Math.max(row.version, 1)
  if (row.isDeleted) emptyReferences(row, write, state)
  for (const conflict of [...state.openConflicts, ...moves]) conflict.fields = sidesMoved(conflict, movedIn(state))
  for (const conflict of [...state.openConflicts, ...state.toDecide])
    if (keyOf(conflict) === keyOf(row)) conflict.kind = kindAfter(conflict, action)
  // whoever decides on it further on in this batch has not seen that
  for (const conflict of moves) conflict.version += 1
}

// as sync.move_conflicts has it: what was contested in a record that goes is whether it comes back
const kindAfter = ({ kind }: Pick<Conflict, 'kind'>, action: Write['action']): Conflict['kind'] =>
  action === 'delete' && kind === 'fields'
    ? 'edit_deleted'
    : action === 'create' && kind === 'edit_deleted'
      ? 'fields'
      : kind

// whoever named it names nobody now, by the doing of who deleted it, as the database has it
const emptyReferences = ({ table, id }: StoredRow, { changeId }: Write, state: State) => {
  for (const row of state.table.values())
    for (const [field, refers] of Object.entries(state.collections.get(row.table)?.refersTo ?? {})) {
      if (refers.onDelete !== 'null' || refers.table !== table || row.isDeleted || row.fields?.[field] !== id) continue
      standsAs(row, { changeId, table: row.table, id: row.id, action: 'update', data: { [field]: null } }, state)
    }
}

/** Who moved these fields, and what they meant: whoever sent the batch. As the database tells it to the batch after this one. */
export const movedByCaller = (
  names: readonly string[],
  scope: string | null,
  changeId: string,
  state: State,
): Record<string, MovedBy> => {
  const by = { userId: state.userId, role: authorityOf(scope, state), deviceId: state.deviceId, at: state.at }
  const intents = state.changes.find((one) => one.changeId === changeId)?.change?.intents ?? {}
  return Object.fromEntries(names.map((field) => [field, { ...by, intent: intents[field] ?? null }]))
}

// as sync.move_conflicts has it: what is contested moves, or what only makes sense with it, or what a delete asks about
const isMovedBy = (
  conflict: DecidedConflict,
  row: StoredRow,
  { action, data }: Write,
  { collections }: Pick<State, 'collections'>,
): boolean => {
  const here = conflict.fields.filter((field) => keyOf(recordOf(conflict, field)) === keyOf(row))
  if (here.length === 0 || action !== 'update') return here.length > 0
  const moved = Object.keys(data).filter((name) => !sameJson(row.fields?.[name] ?? null, data[name]))
  const groupOf = (name: string) => collections.get(row.table)?.fieldOf(name)?.group
  const groups = here.flatMap(({ field }) => groupOf(field) ?? [])
  return (
    (moved.length > 0 && here.some(({ client }) => client === undefined)) ||
    moved.some((name) => here.some(({ field }) => field === name) || groups.includes(groupOf(name) ?? ''))
  )
}

/** The position of what this batch has moved: after everything that is there. */
const movedHere = Number.MAX_SAFE_INTEGER

const movedIn =
  ({ table }: State) =>
  (key: string): JsonObject | undefined => {
    const row = table.get(key)
    return (
      row?.fields &&
      Object.fromEntries(Object.entries(row.fields).filter(([field]) => row.fieldVersions?.[field] === movedHere))
    )
  }

/** What a change puts before a person is written when all of the batch stands, later changes to its record included. */
export const withSidesAsTheyStand = (decision: Decision, state: State): Decision => {
  const { conflict, receipt, conflictUpdates, read, isReplay } = decision
  const updates = conflictUpdates.map((update) => {
    const open = state.openConflicts.find(({ conflictId }) => conflictId === update.conflictId)
    const sides = update.sides.map(({ place, client, wanted = client }) => ({
      ...{ place, wanted },
      client: open?.fields[place]?.client ?? client,
    }))
    // what only turned out to be contested is written when all of the batch stands, too
    const about = openIn(state, update.conflictId)
    const more = about ? sidesMoved({ ...about, fields: update.more }, movedIn(state)) : update.more
    return { ...update, more, ...(open && { sides }) }
  })
  const moved = conflictUpdates.length === 0 ? decision : { ...decision, conflictUpdates: updates }
  // all of a group are told of the one row that waits
  const isOfGroup = read.groupId !== null && !isReplay
  const told = conflict ?? (isOfGroup && receipt.kind === 'waiting' ? receipt.conflict : null)
  if (told?.status !== 'pending') return moved
  const fields = sidesMoved(told, movedIn(state))
  const kind = state.openConflicts.find(({ conflictId }) => conflictId === told.conflictId)?.kind ?? told.kind
  if (fields === told.fields && kind === told.kind) return moved
  return {
    ...moved,
    conflict: conflict && { ...conflict, kind, fields },
    receipt: receipt.kind === 'waiting' ? { ...receipt, conflict: { ...receipt.conflict, kind, fields } } : receipt,
  }
}
