// Takes what a batch writes; moves along what the changes after it are judged by, and what waits about the same records.  Keeps P4.
import type { JsonObject } from '@wedsync/protocol'
import type { State } from './batch-state.ts'
import type { Decision } from './decision.ts'
import { keyOf } from './key-of.ts'
import type { StoredRow } from './opened-batch.ts'
import { sidesMoved } from './sides-moved.ts'
import type { Write } from './write.ts'

/** What a write leaves behind for the changes after it: whatever it moved has moved for everyone who did not build on it. */
export const standsAs = (row: StoredRow, { action, data }: Write, state: State) => {
  state.touched.add(keyOf(row))
  row.isDeleted = action === 'delete'
  row.fields = { ...row.fields, ...data }
  const moved = Object.keys(data).map((field): [string, number] => [field, movedHere])
  row.fieldVersions = { ...row.fieldVersions, ...Object.fromEntries(moved) }
  row.version = Math.max(row.version, 1)
  for (const conflict of state.openConflicts) conflict.fields = sidesMoved(conflict, movedIn(state))
}

/** The position of what this batch has moved: after everything that is there. */
const movedHere = Number.MAX_SAFE_INTEGER

const movedIn =
  ({ table }: State) =>
  (key: string): JsonObject | undefined => {
    const row = table.get(key)
    if (!row?.fields || row.isDeleted) return undefined
    return Object.fromEntries(Object.entries(row.fields).filter(([field]) => row.fieldVersions?.[field] === movedHere))
  }

/** What a change puts before a person is written when all of the batch stands, later changes to its record included. */
export const withSidesAsTheyStand = (decision: Decision, state: State): Decision => {
  const { conflict, receipt, conflictUpdates } = decision
  const updates = conflictUpdates.map((update) => {
    const open = state.openConflicts.find(({ conflictId }) => conflictId === update.conflictId)
    const sides = update.sides.map(({ place, client, wanted = client }) => ({
      ...{ place, wanted },
      client: open?.fields[place]?.client ?? client,
    }))
    return open ? { ...update, sides } : update
  })
  const fields = conflict?.status === 'pending' ? sidesMoved(conflict, movedIn(state)) : conflict?.fields
  if (!conflict || !fields || fields === conflict.fields)
    return conflictUpdates.length === 0 ? decision : { ...decision, conflictUpdates: updates }
  const told = { ...conflict, fields }
  return {
    ...decision,
    ...{ conflict: told, conflictUpdates: updates },
    receipt: receipt.kind === 'waiting' ? { ...receipt, conflict: told } : receipt,
  }
}
