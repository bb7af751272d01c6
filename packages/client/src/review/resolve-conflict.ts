// Takes a conflict, how it is to end and who says so; answers what became of that. One that waits for a person is decided as
// on any screen, with or without a signal. One that was only detected ends by handing its change in with that strategy. Who may
// decide is for the server to say, never for an argument.  Keeps P4, P7.
import {
  conflictsTable,
  failureCodes,
  sameJson,
  strategies,
  type Choice,
  type Conflict,
  type Failure,
  type ListedConflict,
  type Outcome,
  type Role,
  type Strategy,
} from '@wedsync/protocol'
import { RefusedEdit } from '../errors.ts'
import { receiptsOf } from '../outbox/receipts-of.ts'
import { type Device } from '../settings.ts'
import { type Store } from '../store/store.ts'
import { type OfflineChange, type SyncChangesOptions, type SyncChangesResult } from '../push/offline-change.ts'
import { captureDecision } from './capture-decision.ts'
import { type ShownConflict } from './conflict-query.ts'
import { type DetectedConflict } from './detect-conflicts.ts'
import { listedConflict, noProposalFor } from './listed-conflict.ts'

/** Who decides: the person who is signed in on this device. `coordinator` is another word for planner. */
export type ResolvedBy = { userId: string; role: Role | 'coordinator' }

/** A conflict from `detectConflicts`, from `watchConflicts`, from an event or from the answer of `syncChanges`. */
export type ConflictToResolve = DetectedConflict | ShownConflict | Conflict

export type Resolution = {
  /**
   * `decided`: it is over, and everybody hears of it. `saved`: it is safe on this phone, and goes when there is a signal.
   * `left-to-person`: it waits for somebody. `refused`: the server said no, and `failure` says why.
   */
  state: 'decided' | 'saved' | 'left-to-person' | 'refused'
  conflictId: string
  /** The change that carries the decision; null where nothing was done. */
  changeId: string | null
  /** What became of the author's change, once it is decided. */
  outcome: Outcome | null
  failure: Failure | null
  /** One sentence for the person. */
  message: string
}

type Parts = {
  store: Store
  device: Device
  onStored: () => Promise<void>
  syncNow: () => Promise<void>
  handIn: (changes: readonly OfflineChange[], options: SyncChangesOptions) => Promise<SyncChangesResult>
}

/** Throws `RefusedEdit` where nothing can be decided so: not this person, moved on, decided already, no proposal. */
export const resolveConflict = async (
  parts: Parts,
  conflict: ConflictToResolve,
  strategy: Strategy,
  by: ResolvedBy,
): Promise<Resolution> => {
  checkPerson(parts.device, by)
  if (!strategies.includes(strategy)) throw new RefusedEdit(`There is no strategy ${strategy as string}.`)
  if ('change' in conflict) return handIn(parts, conflict, strategy)
  if (conflict.status === 'resolved') throw refusal('already_resolved')
  const { conflictId, version } = conflict
  if (strategy === 'manual') return answered('left-to-person', conflictId, { message: leftAsItIs })
  const listed = await readListed(parts, conflictId, version)
  if (listed.version !== version) throw refusal('conflict_moved')
  return decide(parts, listed, strategy)
}

const checkPerson = ({ user }: Device, { userId, role }: ResolvedBy): void => {
  if (userId.toLowerCase() !== user.id.toLowerCase())
    throw new RefusedEdit(`${user.name} is signed in here, and nobody decides in another person’s name.`)
  const said = role === 'coordinator' ? 'planner' : role
  if (said !== user.role)
    throw new RefusedEdit(
      `${user.name} is ${user.role} here, not ${said}. What they may decide is for the server to say, whatever is given here.`,
    )
}

// -- what was only detected

const handIn = async (parts: Parts, detected: DetectedConflict, strategy: Strategy): Promise<Resolution> => {
  const { conflictId, change } = detected
  if (strategy === 'merge' && detected.status === 'pending') checkProposals(detected.fields)
  const result = await parts.handIn([change], { conflictResolution: strategy })
  const [processed] = result.processed
  const [failure] = result.failures
  const waiting = result.conflicts.find(({ status }) => status === 'pending')
  const { changeId } = change
  if (processed) return answered('decided', conflictId, { changeId, outcome: processed.outcome, message: isDecided })
  if (failure && !failure.retryable)
    return answered('refused', conflictId, { changeId, failure, message: failure.message })
  if (!waiting) return answered('saved', conflictId, { changeId, message: isSaved })
  const left = answered('left-to-person', waiting.conflictId, { changeId, message: waitsForPerson })
  if (strategy === 'manual') return left
  // some fields are too important for any strategy: this person has looked at them, and decides now, if they may
  const listed = await findListed(parts.store, waiting.conflictId)
  const maySay = listed?.status === 'pending' && isForThem(listed, strategy) && isWhatWasSeen(listed, detected)
  return maySay && (strategy !== 'merge' || listed.fields.every(hasProposal)) ? decide(parts, listed, strategy) : left
}

const isWhatWasSeen = ({ fields }: ListedConflict, { fields: seen }: DetectedConflict): boolean =>
  fields.every((field) =>
    seen.some(
      (one) =>
        one.field === field.field &&
        sameJson(one.server ?? null, field.server ?? null) &&
        sameJson(one.proposed ?? null, field.proposed ?? null),
    ),
  )

// -- what waits for a person

const readListed = async ({ store, syncNow }: Parts, conflictId: string, version: number): Promise<ListedConflict> => {
  const known = await findListed(store, conflictId)
  // whoever was told of it by a receipt may not have its page yet
  if (!known || known.version < version) await syncNow()
  const listed = await findListed(store, conflictId)
  if (!listed) throw new RefusedEdit('There is no such conflict here: it is over, or it is not this person’s to see.')
  if (listed.status === 'resolved') throw refusal('already_resolved')
  return listed
}

const findListed = async (store: Store, conflictId: string): Promise<ListedConflict | null> =>
  listedConflict(await store.view((tx) => tx.records.get([conflictsTable, conflictId.toLowerCase()])))

// whoever wrote a side may take it back, though they may not decide
const isForThem = ({ canDecide, isOwn }: ListedConflict, strategy: Strategy): boolean =>
  canDecide || (isOwn && strategy === 'server_wins')

const choiceFor: Record<Exclude<Strategy, 'manual'>, Choice> = {
  client_wins: 'client',
  server_wins: 'server',
  merge: 'merged',
}
const outcomeFor: Record<Exclude<Strategy, 'manual'>, Outcome> = {
  client_wins: 'client_won',
  server_wins: 'server_won',
  merge: 'merged',
}

const decide = async (
  parts: Parts,
  listed: ListedConflict,
  strategy: Exclude<Strategy, 'manual'>,
): Promise<Resolution> => {
  const { conflictId, version } = listed
  if (!isForThem(listed, strategy)) throw refusal('forbidden')
  if (strategy === 'merge') checkProposals(listed.fields)
  const changeId = await captureDecision(parts, conflictId, { choice: choiceFor[strategy], version })
  await parts.onStored()
  await parts.syncNow()
  const receipt = (await receiptsOf(parts.store, [changeId]))[0]?.[1]
  if (receipt?.kind === 'processed')
    return answered('decided', conflictId, { changeId, outcome: outcomeFor[strategy], message: isDecided })
  if (receipt?.kind === 'failed' && !receipt.failure.retryable)
    return answered('refused', conflictId, { changeId, failure: receipt.failure, message: receipt.failure.message })
  return answered('saved', conflictId, { changeId, message: isSaved })
}

const hasProposal = ({ proposed }: Conflict['fields'][number]): boolean => proposed !== undefined

const checkProposals = (fields: Conflict['fields']): void => {
  const without = fields.find((field) => !hasProposal(field))
  if (without) throw new RefusedEdit(noProposalFor(without.field), [], 'no_proposal')
}

const refusal = (code: 'already_resolved' | 'conflict_moved' | 'forbidden'): RefusedEdit =>
  new RefusedEdit(code === 'forbidden' ? 'This is not yours to decide.' : failureCodes[code].says, [], code)

const answered = (state: Resolution['state'], conflictId: string, more: Partial<Resolution>): Resolution => ({
  ...{ state, conflictId, changeId: null, outcome: null, failure: null, message: '' },
  ...more,
})

const isDecided = 'This is decided, and everybody hears of it.'
const isSaved = 'This is safe on this phone, and goes as soon as there is a signal.'
const waitsForPerson = 'The change is handed in, and waits for somebody to decide.'
const leftAsItIs = 'Nothing was done: it goes on waiting for somebody to decide.'
