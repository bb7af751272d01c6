// Takes conflicts a person has in front of them, and one choice for all; stores a decision for each, all of them in one step or none,
// with or without a signal. From there each goes its own way: an ordinary change, with a receipt of its own. One that is no longer
// what they saw is left out and told so; one that is not harmless is no mistake to pass over, so then nothing is stored.
// Keeps P3, P4.
import { whyNotHarmless } from '@wedsync/merge'
import { choicesForAll, ConflictDecision, conflictsTable, failureCodes, type ChoiceForAll } from '@wedsync/protocol'
import { RefusedEdit } from '../errors.ts'
import { type Device } from '../settings.ts'
import { layOver } from '../store/lay-over.ts'
import { isInOtherWords, otherWindow } from '../store/other-words.ts'
import { readState } from '../store/read-state.ts'
import { inOneStep, type Key, type Store } from '../store/store.ts'
import { findOpen, freshDecision, storeDecision, type Fresh, type Open, type Reason } from './capture-decision.ts'
import { type ShownConflict } from './conflict-query.ts'
import { listedConflict, noProposalFor } from './listed-conflict.ts'

/** A conflict as a person saw it: one of `watchConflicts`. */
export type SeenConflict = Pick<ShownConflict, 'id' | 'version'>

/** What is said of all of them. `merged` is what the rules propose. */
export type HarmlessDecision = { choice: ChoiceForAll; note?: string | null }

export type DecidedTogether = {
  /** Safe on this phone, each with the change that carries it. */
  saved: { conflictId: string; changeId: string }[]
  /** As they were: moved on or decided meanwhile, not here, or without a proposal. One sentence says which. */
  leftOut: ({ conflictId: string } & Reason)[]
}

/** Throws `RefusedEdit` where one of them is not harmless, and `problems` says which and why. */
export const decideHarmless = (
  { store, device }: { store: Store; device: Device },
  seen: readonly SeenConflict[],
  { choice, note }: HarmlessDecision,
): Promise<DecidedTogether> => {
  const read = ConflictDecision.safeParse({ choice, ...(note !== undefined && { note }) })
  if (!read.success || !choicesForAll.includes(choice))
    throw new RefusedEdit('This is nothing that can be said of several conflicts.')
  const versions = new Map(seen.map(({ id, version }) => [id.toLowerCase(), version]))
  const wishes = [...versions].map(([id, version]) => ({ id, version, fresh: freshDecision(device) }))
  return inOneStep(store, async (tx) => {
    const state = await readState(tx)
    if (isInOtherWords(state, device)) throw new RefusedEdit(otherWindow)
    const fit: (Wish & { open: Open })[] = []
    const leftOut: DecidedTogether['leftOut'] = []
    const mistakes: DecidedTogether['leftOut'] = []
    for (const wish of wishes) {
      const open = await findOpen(tx, wish.id)
      const verdict = verdictOn(open, wish.version, choice)
      if ('fit' in verdict) fit.push({ ...wish, open: verdict.fit })
      else (verdict.isMistake ? mistakes : leftOut).push({ conflictId: wish.id, ...verdict.why })
    }
    if (mistakes.length > 0) throw notTogether(mistakes, wishes.length)
    for (const { open, version, fresh } of fit) await storeDecision(tx, open, { ...read.data, version }, fresh, state)
    const keys = fit.map(({ id }): Key => [conflictsTable, id])
    await layOver(tx, device, keys, state)
    return { saved: fit.map(({ id, fresh }) => ({ conflictId: id, changeId: fresh.changeId })), leftOut }
  })
}

type Wish = { id: string; version: number; fresh: Fresh }
type Verdict = { fit: Open } | { why: Reason; isMistake: boolean }

// what others did meanwhile is nobody's mistake: that is looked at first
const verdictOn = (open: Open | Reason, version: number, choice: ChoiceForAll): Verdict => {
  const leaves = (why: Reason): Verdict => ({ why, isMistake: false })
  if ('message' in open) return leaves(open)
  if (open.row.base['version'] !== version) return leaves(moved)
  const conflict = listedConflict(open.row)
  if (!conflict) return { why: unreadable, isMistake: true }
  const against = whyNotHarmless(conflict)
  if (against) return { why: against, isMistake: true }
  const without = choice === 'merged' && conflict.fields.find(({ proposed }) => proposed === undefined)
  return without ? leaves({ code: 'no_proposal', message: noProposalFor(without.field) }) : { fit: open }
}

const unreadable: Reason = {
  code: 'needs_decision',
  message: 'This app cannot show all of it, so it is decided elsewhere.',
}

const moved: Reason = { code: 'conflict_moved', message: failureCodes.conflict_moved.says }

const notTogether = (mistakes: DecidedTogether['leftOut'], of: number): RefusedEdit => {
  const [{ code, message }] = mistakes as [DecidedTogether['leftOut'][number]]
  const which = mistakes.map(({ conflictId }) => conflictId).join(', ')
  return new RefusedEdit(
    `Nothing was saved: ${mistakes.length} of ${of} cannot be decided together with others (${which}). ${message}`,
    mistakes.map((one) => ({ field: one.conflictId, code: 'invalid_value', message: one.message })),
    code,
  )
}
