// Takes a change and what is known of what it builds on: earlier changes of its device, its own record, the records it refers to.
// Answers why it cannot be judged yet, or never, or null. Rules 7 to 9 of decision 4.  Keeps P3, P14.
import type { Collection } from '@wedsync/merge'
import type { WireChange } from '@wedsync/protocol'
import type { State } from './batch-state.ts'
import { refusal, type Decision } from './decision.ts'
import { keyOf } from './key-of.ts'
import { parentsOf } from './parents-of.ts'
import type { Refusal } from './read-changes.ts'

// rule 7: an earlier change of this device to the same record is kept for another try; this one does not overtake it
export const behindRefusal = (change: WireChange, { held }: State): Refusal | null => {
  const earlier = held.get(keyOf(change))
  return earlier === undefined ? null : { ...refusal('behind'), awaits: { change: earlier } }
}

export const predecessorRefusal = ({ after }: WireChange, { decided, opened }: State): Refusal | null => {
  if (!after) return null
  const here = decided.get(after)
  // answered, not stored: it is sent again, and this one after it
  if (here && !here.isStored && !here.isReplay) return refusal('unknown_after')
  const there = opened.known[after]
  const receipt = here?.receipt ?? (there?.isOwn ? there.receipt : undefined)
  if (!receipt) return refusal('unknown_after')
  if (receipt.kind !== 'failed') return null
  return receipt.failure.kept ? { ...refusal('behind'), awaits: { change: after } } : refusal('depends_on_failed')
}

// the record was never here: its making failed, in this batch or before, or it may still come
export const lostCreateRefusal = ({ table, id }: WireChange, state: State): Refusal => {
  const create = [...state.decided.values()].find(
    ({ read }) => read.action === 'create' && read.table === table && read.id === id,
  )
  if (create && !create.isStored && !create.isReplay) return refusal('unknown_after')
  // one that waits for a person may still come; so may what waits for it
  if ((create && create.receipt.kind !== 'waiting') || isLost({ table, id }, state)) return refusal('depends_on_failed')
  return { ...refusal('record_missing'), awaits: { table, id } }
}

const isLost = ({ table, id }: { table: string; id: string }, { opened }: State): boolean =>
  opened.lostCreates.some((lost) => lost.table === table && lost.id === id)

export const parentRefusal = (change: WireChange, collection: Collection, state: State): Refusal | null => {
  const { opened, table } = state
  for (const { field, ...parent } of parentsOf(change, collection)) {
    const here = table.get(keyOf(parent))
    if (here && !here.isDeleted && !here.isForeign) continue
    if (!here && madeInGroup(parent, change.groupId, state)) continue
    const there = opened.parents.find(({ table: name, id }) => name === parent.table && id === parent.id)
    if (there?.isForeign || here?.isForeign) return { ...refusal('forbidden'), field }
    if (there?.isGone || here?.isDeleted) return { ...refusal('parent_deleted'), field }
    if (!there) return { ...missingParent(parent, state), field }
  }
  return null
}

/** The making of a record that waits for a person: whatever else its action does to it, or with it, waits for the same. */
export const madeInGroup = (
  { table, id }: { table: string; id: string },
  groupId: string | null | undefined,
  { decided }: State,
): Decision | undefined =>
  groupId
    ? [...decided.values()].find(
        ({ read, receipt }) =>
          receipt.kind === 'waiting' &&
          read.groupId === groupId &&
          read.action === 'create' &&
          read.table === table &&
          read.id === id,
      )
    : undefined

const missingParent = (parent: { table: string; id: string }, state: State): Refusal =>
  isLost(parent, state) || failedHere(parent, state)
    ? refusal('depends_on_failed')
    : { ...refusal('missing_parent'), awaits: parent }

const failedHere = ({ table, id }: { table: string; id: string }, { decided }: State): boolean =>
  [...decided.values()].some(
    ({ read, receipt, isStored }) =>
      read.action === 'create' &&
      read.table === table &&
      read.id === id &&
      isStored &&
      receipt.kind === 'failed' &&
      receipt.failure.kept !== true,
  )
