// Takes decisions about whole groups; hands them back so that changes of one action go in together or not at all: where one
// failed, all of its group fail; where one is kept for another try, or waits for a person, all wait with it.  Keeps P11.
import { attemptsMax, failureCodes, severities, type Conflict, type ConflictField } from '@wedsync/protocol'
import { isKept, withoutWrite, type Decision } from './decision.ts'
import { keyOf } from './key-of.ts'

/** `undone`: what is left undone already. The same decision where nothing changes. */
export const settleGroups = (decisions: readonly Decision[], undone: ReadonlyMap<string, Decision>): Decision[] => {
  const groups = Map.groupBy(decisions, groupOf)
  return decisions.map((decision) => {
    const group = groupOf(decision)
    if (group === null || decision.isReplay) return decision
    const members = groups.get(group)!
    const gravest = members.reduce((worst, next) => (gravityOf(next) > gravityOf(worst) ? next : worst))
    if (gravityOf(decision) >= gravity.kept && gravityOf(decision) === gravityOf(gravest)) return decision
    if (gravityOf(gravest) >= gravity.kept) return fallen(decision, gravest)
    if (undone.has(decision.changeId)) return decision
    const waiting = members.filter(({ receipt }) => receipt.kind === 'waiting')
    const opening = waiting.filter(opensConflict)
    const asked = opening[0] ?? waiting[0]
    return asked ? waitingBehind(decision, asked, conflictOf(asked, opening, members)) : decision
  })
}

const groupOf = ({ read }: Decision): string | null => read.groupId

// What the gravest of a group is, all of it is. One that was damaged on its way may be any change, so then nothing of the
// group is written at all, and all of it is sent again.
const gravity = { done: 0, waiting: 1, kept: 2, failed: 3, damaged: 4 } as const

const gravityOf = (decision: Decision): number => {
  const { receipt, isStored } = decision
  if (receipt.kind !== 'failed') return receipt.kind === 'waiting' ? gravity.waiting : gravity.done
  return isKept(decision) ? gravity.kept : isStored ? gravity.failed : gravity.damaged
}

// A final failure takes its group along; where one is kept for another try, all are, and are tried together.
const fallen = (decision: Decision, gravest: Decision): Decision => {
  const { isStored, changeId } = gravest
  const code = isKept(gravest) ? 'behind' : isStored ? 'depends_on_failed' : 'rolled_back'
  const { says, retryable, kept } = failureCodes[code]
  return {
    ...withoutWrite(decision),
    isStored,
    awaits: kept ? { change: changeId } : null,
    receipt: {
      kind: 'failed',
      failure: {
        ...{ changeId: decision.changeId, index: decision.index, code, message: says, retryable },
        ...(kept && { kept, attempt: 1, maxAttempts: attemptsMax, retryAt: null }),
      },
    },
  }
}

const isSettled = ({ conflict }: Decision) => conflict?.status === 'resolved'
const opensConflict = ({ conflict }: Decision) => conflict?.status === 'pending'

// One row for the group: what is contested in its other records stands in it too, with table and id.
const conflictOf = (asked: Decision, opening: readonly Decision[], members: readonly Decision[]): Conflict | null => {
  if (asked.receipt.kind !== 'waiting') return null
  const deleted = new Set(
    members.flatMap(({ read }) => (read.action === 'delete' && read.change ? [keyOf(read.change)] : [])),
  )
  const conflict = withDeletes(asked.receipt.conflict, deleted)
  // what a rule settled goes with what its author did away with in the same action: whoever says so sees it, too
  const all = opening.flatMap((one) => (one.conflict ? [withDeletes(one.conflict, deleted)] : []))
  const settled = opening.length > 0 ? members.filter((one) => isSettled(one) && deleted.has(keyOf(one.conflict!))) : []
  for (const { conflict: one } of settled) all.push({ ...one!, fields: besideDelete(one!, all) })
  if (all.length < 2) return conflict
  const { severity, because } = all.reduce((worst, next) =>
    severities.indexOf(next.severity) > severities.indexOf(worst.severity) ? next : worst,
  )
  const fields = all.flatMap((one) =>
    one.fields.map((field) => (keyOf(one) === keyOf(conflict) ? field : { table: one.table, id: one.id, ...field })),
  )
  return { ...conflict, severity, because, score: Math.max(...all.map(({ score }) => score)), fields }
}

// as of any other field that somebody changed before the record goes; those that are asked about already are left out
const besideDelete = (conflict: Conflict, asked: readonly Conflict[]): ConflictField[] => {
  const known = asked.flatMap((one) => (keyOf(one) === keyOf(conflict) ? one.fields.map(({ field }) => field) : []))
  const reason = 'Somebody changed this while somebody else deleted it, so a person decides whether it stays.'
  return conflict.fields
    .filter(({ field }) => !known.includes(field))
    .map(({ client: _wanted, proposed: _proposed, resolved: _settled, weighed: _told, ...field }) => ({
      ...field,
      ...{ rule: 'delete_edited@1', reason },
    }))
}

// what its author changed in a record that they delete in the same action does not come back, and nobody is to think so
const withDeletes = (conflict: Conflict, deleted: ReadonlySet<string>): Conflict => {
  if (!deleted.has(keyOf(conflict))) return conflict
  const reason = 'Its author changed this and then deleted it, in one action: it goes, or it stays as it is.'
  const told = ({ proposed: _proposed, weighed: _told, ...field }: ConflictField): ConflictField => ({
    ...field,
    reason,
  })
  return { ...conflict, fields: conflict.fields.map((field) => (field.client === undefined ? field : told(field))) }
}

const waitingBehind = (decision: Decision, asked: Decision, conflict: Conflict | null): Decision => {
  if (!conflict) return decision
  if (asked === decision) {
    const told = decision.receipt.kind === 'waiting' ? { kind: 'waiting' as const, conflict } : decision.receipt
    return {
      ...decision,
      write: null,
      decides: null,
      receipt: told,
      conflict: opensConflict(decision) ? conflict : null,
    }
  }
  return {
    ...withoutWrite(decision),
    // what it says more about waits already; see whole-action
    conflictUpdates: decision.conflictUpdates,
    receipt: { kind: 'waiting', conflict: { ...conflict, changeId: decision.changeId } },
  }
}
