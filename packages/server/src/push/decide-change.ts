// Takes the next change of a batch whose records are locked, and what stands after those before it; decides what becomes of it: replay,
// refusal, wait or write, and leaves behind in the state what those after it see. The same for the same arguments.
// Keeps P1, P3, P4, P11, P13; the order of its questions is rules 6 to 11 of decision 4.
import {
  conflictsTable,
  deriveId,
  type Conflict,
  type ConflictDecision,
  type Receipt,
  type WireChange,
} from '@wedsync/protocol'
import { levelOf, type Collection, type Outcome } from '@wedsync/merge'
import type { State } from './batch-state.ts'
import { behindRefusal, lostCreateRefusal, madeInGroup, parentRefusal, predecessorRefusal } from './builds-on.ts'
import { chainOf, type Chain } from './chain-of.ts'
import { stayingGone } from './closes-circle.ts'
import { contextFor } from './context-for.ts'
import { decideConflict } from './decide-conflict.ts'
import { base, failed, isKept, refusal, replay, reused, written, type Decision } from './decision.ts'
import { givingWay, withoutTaken } from './give-way.ts'
import { authorityOf, holdsFor } from './holds-for.ts'
import { freeFields, judgeChange } from './judge-change.ts'
import { keepsPlanFor } from './keeps-plan-for.ts'
import { keyOf } from './key-of.ts'
import { standingFor } from './leaving-after.ts'
import { madeTwice, type MadeTwice } from './made-twice.ts'
import { meantOver } from './meant-over.ts'
import type { OpenConflict, StoredRow } from './opened-batch.ts'
import type { ReadChange } from './read-changes.ts'
import { givenData, refusalFor, scopeRefusal } from './refusal-for.ts'
import { replaceAgain, replaceSides, type SideUpdate } from './replace-sides.ts'
import { movedByCaller, standsAs } from './stands-as.ts'
import { decisionMeant } from '../words/tell-conflict.ts'
import { withWholeAction } from './whole-action.ts'
import type { Write } from './write.ts'

/** Moves the state along. */
export const decideChange = (read: ReadChange, state: State): Decision => {
  const decision = decide(read, state)
  if (!state.decided.has(read.changeId)) state.decided.set(read.changeId, decision)
  const { conflict, isReplay } = decision
  if (conflict?.status === 'pending' && !isReplay) state.openConflicts.push(structuredClone(conflict))
  if (isKept(decision) && read.change) state.held.set(keyOf(read.change), read.changeId)
  return decision
}

const decide = (sent: ReadChange, state: State): Decision => {
  const twin = state.decided.get(sent.changeId)
  if (twin) return twin.read.hash === sent.hash ? { ...twin, index: sent.index, isReplay: true } : reused(sent, state)
  const known = state.opened.known[sent.changeId]
  if (known) return known.isOwn && known.hash === sent.hash ? replay(sent, known) : reused(sent, state)
  const left = state.undone.get(sent.changeId)
  if (left) {
    const undone = withWholeAction(left, state)
    replaceAgain(undone.conflictUpdates, [...state.openConflicts, ...state.toDecide])
    return undone
  }
  if (sent.refusal) return failed(sent, state, sent.refusal)
  if (sent.wish) {
    const waits = behindRefusal(sent.change, state)
    return waits ? failed(sent, state, waits) : decidedOn(sent, sent.wish, state)
  }

  const row = state.table.get(keyOf(sent.change))
  const read = sent.past ? meantOver(sent, row, chainFor(sent, sent.change, state).set) : sent
  const { change, collection } = read
  const waits = behindRefusal(change, state) ?? predecessorRefusal(change, state)
  if (waits) return failed(read, state, waits)
  const refused =
    refusalFor(change, collection, row, state.opened) ??
    scopeRefusal(change, collection, state.opened) ??
    parentRefusal(change, collection, state)
  if (refused) return failed(read, state, refused)
  if (!row && change.action === 'create') return created(read, change, collection, state)
  const made = row ? undefined : madeInGroup(change, change.groupId, state)
  if (made?.receipt.kind === 'waiting') return { ...base(read, made.scope), receipt: waitingToo(read, made.receipt) }
  if (!row) return failed(read, state, lostCreateRefusal(change, state))
  return judged(read, change, collection, row, state)
}

// -- what becomes of it

const created = (read: ReadChange, change: WireChange, collection: Collection, state: State): Decision => {
  const data = givenData(change, collection, state.opened.rights[change.table]!.writes)
  const scope = collection.isScope
    ? change.id
    : collection.scope === 'wedding'
      ? (change.data['client_id'] as string)
      : null
  const context = contextFor({ scope, id: change.id }, state)
  const twice = madeTwice(read, change, collection, data, state, context)
  if (twice) return instead(read, collection, scope, twice)
  const without = withoutTaken(read, change, collection, data, state, context)
  const given = without?.data ?? data
  if (collection.isScope) {
    state.opened.scopes.push(change.id)
    // as assign_creator has it
    if (state.opened.role === 'planner') state.opened.leads.push(change.id)
  }
  state.touched.add(keyOf(change))
  state.table.set(keyOf(change), {
    ...{ table: change.table, id: change.id, scope: scope ?? '', version: 0 },
    ...{
      isDeleted: false,
      isForeign: false,
      isVisible: true,
      fields: { ...collection.defaults, ...given },
      fieldVersions: {},
      movedBy: movedByCaller(collection.fieldNames, scope, read.changeId, state),
    },
  })
  const write: Write = {
    ...{ changeId: read.changeId, table: change.table, id: change.id },
    ...{ action: 'create', data: given },
  }
  if (!without) return written(read, 'applied', scope, write)
  const conflict = toldConflict(read.changeId, change, collection, {}, without.draft)
  return { ...base(read, scope), receipt: { kind: 'waiting', conflict }, conflict, write }
}

const waitingToo = ({ changeId }: ReadChange, { conflict }: Receipt & { kind: 'waiting' }): Receipt => ({
  kind: 'waiting',
  conflict: { ...conflict, changeId },
})

// nothing is made: what it may be is there already
const instead = (
  read: ReadChange,
  collection: Collection,
  scope: string | null,
  { of, beside, draft }: MadeTwice,
): Decision => {
  if (!draft) {
    const decision = written(read, 'already_applied', scope, null)
    if (decision.receipt.kind === 'processed') decision.receipt.processed.version = beside.version
    return decision
  }
  const conflict = toldConflict(read.changeId, of, collection, beside, draft)
  return { ...base(read, scope), receipt: { kind: 'waiting', conflict }, conflict }
}

const judged = (
  read: ReadChange,
  change: WireChange,
  collection: Collection,
  row: StoredRow,
  state: State,
): Decision => {
  const chain = chainFor(read, change, state)
  const { deviceId } = state
  const holds = holdsFor(row, collection, state)
  const free = state.openConflicts.length > 0 ? freeFields({ change, collection, row, chain, deviceId, holds }) : []
  const { updates, joined, rest } = replaceSides(change, row, state.openConflicts, free)
  replaceAgain(updates, state.toDecide)
  const waits = joined[0] ? waitingIn(read, row, joined[0], updates) : null
  if (waits && Object.keys(rest).length === 0) return waits
  const left = waits ? { ...change, data: rest } : change
  const context = contextFor(row, state)
  const judgement = judgeChange(
    {
      change: left,
      collection,
      row,
      ...{ chain, deviceId },
      strategy: state.strategy,
      author: { userId: state.userId, role: authorityOf(row.scope, state) },
      context,
      holds,
      keepsPlan: keepsPlanFor(left, collection, row, state),
    },
    (thrown) => state.detectionFailed(read.changeId, thrown),
  )
  const given = givingWay(read, left, collection, row, judgement, { state, context })
  const { strategy } = state
  const outcome = stayingGone(collection, row, given, standingFor(read, state), { strategy, context })
  const decision = conclude(read, left, collection, row, outcome, state)
  if (!waits) return decision
  // part of it waits, so all of it does, whatever of it went in
  const receipt = decision.receipt.kind === 'waiting' ? decision.receipt : waits.receipt
  return { ...decision, receipt, conflictUpdates: updates }
}

// The author's later edit of a field that already waits for a person takes the place of their side; other fields go on.
const waitingIn = (
  read: ReadChange,
  row: StoredRow,
  { conflictId, table, id, kind, version, fields }: OpenConflict,
  updates: SideUpdate[],
): Decision => ({
  ...base(read, row.scope),
  receipt: {
    kind: 'waiting',
    conflict: {
      ...{ conflictId, changeId: read.changeId, table, id, kind, version, severity: 'high', score: 0.5 },
      ...{ because: 'It joins what already waits for a person.', status: 'pending', resolution: null },
      fields: structuredClone(fields),
    },
  },
  conflictUpdates: updates,
})

// what this device set on the record before, as it was meant: in this batch and in the ledger
const chainFor = ({ index }: ReadChange, change: WireChange, state: State): Chain => {
  const earlier = state.changes
    .filter((one) => one.index < index && !one.refusal && one.change && keyOf(one.change) === keyOf(change))
    .flatMap(({ changeId }) => (wentOn(state, changeId) ? (state.decided.get(changeId)!.read.change ?? []) : []))
  return chainOf(change, earlier, state.opened.known)
}

const wentOn = ({ decided }: State, changeId: string): boolean => {
  const kind = decided.get(changeId)?.receipt.kind
  return kind === 'processed' || kind === 'waiting'
}

const conclude = (
  read: ReadChange,
  change: WireChange,
  collection: Collection,
  row: StoredRow,
  { does, write, outcome, conflict }: Outcome,
  state: State,
): Decision => {
  const told = conflict ? toldConflict(read.changeId, change, collection, row, conflict) : null
  const action = does === 'restore' ? 'create' : does
  const data = does === 'restore' ? { ...row.fields, ...write } : write
  const wanted: Write | null =
    action === 'nothing' ? null : { changeId: read.changeId, table: change.table, id: change.id, action, data }
  const isTouched = state.touched.has(keyOf(row))
  if (wanted) standsAs(row, { ...wanted, data: action === 'delete' ? {} : data }, state)
  if (outcome === 'waiting' && told)
    return { ...base(read, row.scope), receipt: { kind: 'waiting', conflict: told }, conflict: told, write: wanted }
  const ended = outcome === 'waiting' ? 'server_won' : outcome
  const decision = written(read, ended, row.scope, wanted)
  if (decision.receipt.kind === 'processed') {
    if (!wanted && !isTouched) decision.receipt.processed.version = row.version
    if (told) decision.receipt.conflict = told
    if (told) decision.conflict = told
  }
  return decision
}

const toldConflict = (
  changeId: string,
  { table, id }: Pick<WireChange, 'table' | 'id'>,
  collection: Collection,
  { fields, movedBy }: Pick<StoredRow, 'fields' | 'movedBy'>,
  draft: NonNullable<Outcome['conflict']>,
): Conflict => ({
  conflictId: deriveId('conflict', changeId),
  changeId,
  table,
  id,
  ...draft,
  fields: draft.fields.map((field) => {
    const by = movedBy?.[field.field]
    return {
      ...field,
      level: levelOf(collection, field.field, fields ?? {}),
      ...(by && { serverBy: { userId: by.userId, deviceId: by.deviceId, at: new Date(by.at).toISOString() } }),
    }
  }),
  version: 1,
})

// A person's decision: what stands afterwards is there for the changes behind it, and nobody decides twice.
const decidedOn = (read: ReadChange, said: ConflictDecision, state: State): Decision => {
  const conflict = state.toDecide.find(({ conflictId }) => conflictId === read.id)
  if (!conflict)
    return failed(read, state, { ...refusal('record_missing'), awaits: { table: conflictsTable, id: read.id! } })
  // nobody decides on what their app could not show them
  const wish = read.past ? decisionMeant(read.past.schema, said, conflict) : said
  if (wish === null) return failed(read, state, refusal('too_old'))
  const { role, rights } = state.opened
  const authority = authorityOf(conflict.scope, state)
  const holds = (row: StoredRow, collection: Collection) => holdsFor(row, collection, state)
  const plan = decideConflict(read.changeId, wish, conflict, { ...state, role, authority, rights, holds })
  if ('refusal' in plan) {
    const { more } = plan
    const moves = more.length > 0 ? [{ conflictId: conflict.conflictId, sides: [], more }] : []
    // whoever has a side in it may say more about these fields behind the decision
    for (const one of [conflict, ...state.openConflicts])
      if (one.conflictId === conflict.conflictId) {
        one.fields.push(...more)
        one.version += moves.length
      }
    return { ...failed(read, state, plan.refusal), conflictUpdates: moves }
  }
  conflict.status = 'resolved'
  state.openConflicts = state.openConflicts.filter(({ conflictId }) => conflictId !== conflict.conflictId)
  for (const write of plan.decided.writes) {
    const row = state.table.get(keyOf(write))
    if (row) standsAs(row, write, state)
  }
  return { ...written(read, 'applied', conflict.scope, null), decides: plan.decided }
}
