// Takes a conflict, what a person chose and what is written for it; answers how each change that waited behind it ends.
// Keeps P3.
import { keysApart } from '@wedsync/merge'
import { sameJson, type ConflictField, type Outcome } from '@wedsync/protocol'
import type { Chosen } from './chosen.ts'
import { recordOf } from './contested-record.ts'
import { keyOf } from './key-of.ts'
import { twiceRule } from './double-rules.ts'
import type { DecidedConflict, WaitingChange } from './opened-batch.ts'
import { deletedByGroup } from './rest-of-group.ts'
import type { Write } from './write.ts'

export const endingsFor = (
  conflict: DecidedConflict,
  chosen: readonly Chosen[],
  writes: readonly Write[],
): Record<string, Outcome> => {
  const deleted = deletedByGroup(conflict)
  const written = new Set(writes.map(keyOf))
  return Object.fromEntries(
    conflict.changes.map((change) => [
      change.changeId,
      change.action !== 'delete' && deleted.has(keyOf(change))
        ? 'server_won'
        : endingOf(change, conflict, chosen, written),
    ]),
  )
}

// an edit of its author that a later one replaced, or their own delete, won nothing, even where the later one did
const endingOf = (
  change: WaitingChange,
  conflict: DecidedConflict,
  chosen: readonly Chosen[],
  written: ReadonlySet<string>,
): Outcome => {
  const own = conflict.fields.flatMap((field, nth) =>
    (keyOf(recordOf(conflict, field)) === keyOf(change) || isOfFirst(change, field)) &&
    (change.action === 'delete' || Object.hasOwn(change.data ?? {}, field.field))
      ? [{ field, chosen: chosen[nth]! }]
      : [],
  )
  if (own.length === 0 && chosen.every(({ choice }) => choice === 'server')) return 'server_won'
  // what its author made and did away with in one action never was, and what everybody else has by now needs no writing
  if (own.length === 0) return written.has(keyOf(change)) ? 'applied' : 'already_applied'
  const isOver = ({ field, chosen: { choice } }: (typeof own)[number]) =>
    choice === 'client' && (change.action === 'delete' || isItsSide(change, field))
  if (own.every(isOver)) return 'client_won'
  return own.some((one) => isOver(one) || ['merged', 'custom'].includes(one.chosen.choice)) ? 'merged' : 'server_won'
}

// what was made a second time is decided in the first
const isOfFirst = ({ action }: WaitingChange, { rule }: ConflictField): boolean =>
  action === 'create' && rule === twiceRule

// of a field with parts the side is laid over what stands, so it is the parts that tell
const isItsSide = ({ data, base }: WaitingChange, { field, client = null, keyedBy }: ConflictField): boolean => {
  const by = keyedBy ?? null
  const [wanted, before] = [data?.[field] ?? null, base?.[field]]
  if (sameJson(wanted, client)) return true
  const touched = keysApart(before, wanted, by)
  const differing = keysApart(wanted, client, by)
  return touched !== null && differing !== null && !touched.some((key) => differing.includes(key))
}
