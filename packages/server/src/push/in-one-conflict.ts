// Takes a change of an action that waits; hands it back with all of the action asked about in one place, where some of it waits already.
// Keeps P4, P11.
import { deriveId, type Conflict, type ConflictField } from '@wedsync/protocol'
import { openIn, type State } from './batch-state.ts'
import { recordOf } from './contested-record.ts'
import type { Decision } from './decision.ts'
import { keyOf } from './key-of.ts'
import type { OpenConflict } from './opened-batch.ts'
import { withSide, type SideUpdate } from './replace-sides.ts'

// An action that joins what waits already is asked about there, and nowhere else, whatever else of it somebody contests or waits by itself:
// in two places it would be decided by halves.
export const inOneConflict = (decision: Decision, members: readonly Decision[], state: State): Decision => {
  // what one of it opened and another one joined is its own
  const own = members.map(({ changeId }) => deriveId('conflict', changeId))
  const waits = members.flatMap(({ conflictUpdates }) => conflictUpdates).find((one) => !own.includes(one.conflictId))
  const open = waits && openIn(state, waits.conflictId)
  const joining = open && members.find((one) => joins(one, open))
  if (!joining || decision.receipt.kind !== 'waiting') return decision
  const found = members.find(({ conflict }) => conflict?.status === 'pending')?.conflict ?? null
  const updates = decision.conflictUpdates.filter(({ conflictId }) => conflictId === open.conflictId)
  const more = fieldsBeside(open, found, members, state)
  const weighs = found && { severity: found.severity, score: found.score, because: found.because }
  const takesIn = (update: SideUpdate, nth: number): SideUpdate =>
    nth === 0 ? { ...update, more: [...update.more, ...more], ...(weighs && { weighs }) } : update
  // whoever comes after it finds it there
  const fields = decision.index > joining.index ? open.fields : [...open.fields, ...more]
  const version = open.version + members.filter((one) => one.index >= decision.index && joins(one, open)).length
  const told = { ...decision.receipt.conflict, ...open, ...weighs, version, fields: structuredClone(fields) }
  return {
    ...decision,
    conflict: null,
    receipt: { kind: 'waiting', conflict: { ...told, changeId: decision.changeId, status: 'pending' } },
    conflictUpdates: decision.changeId === joining.changeId ? updates.map(takesIn) : updates,
  }
}

const joins = ({ conflictUpdates }: Decision, { conflictId }: OpenConflict): boolean =>
  conflictUpdates.some((update) => update.conflictId === conflictId)

// each field of a record once: of a value with parts all that the action wants of it is laid over the side that is there
const fieldsBeside = (
  open: OpenConflict,
  found: Conflict | null,
  members: readonly Decision[],
  state: State,
): ConflictField[] => {
  const elsewhere = members.flatMap(({ conflictUpdates }) =>
    conflictUpdates.flatMap(({ conflictId, sides, more }) => {
      const other = conflictId === open.conflictId ? undefined : openIn(state, conflictId)
      return other
        ? [...sides.map(({ place, client }) => withSide(other.fields[place]!, client)), ...more].map((field) =>
            placed(other, field),
          )
        : []
    }),
  )
  const all = [...(found?.fields.map((field) => placed(found, field)) ?? []), ...elsewhere]
  const nameIn = (field: ConflictField) => `${keyOf(recordOf(open, field))} ${field.field}`
  const known = new Set(open.fields.map(nameIn))
  return all.flatMap((field) => {
    if (known.has(nameIn(field))) return []
    known.add(nameIn(field))
    const { table, id, ...own } = field
    return keyOf({ table, id }) === keyOf(open) ? [own] : [field]
  })
}

const placed = (of: { table: string; id: string }, field: ConflictField) => ({ ...field, ...recordOf(of, field) })
