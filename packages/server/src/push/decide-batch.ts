// Takes a batch whose records are locked, and what stands; decides every change in order: replay, refusal, wait or write.
// Pure: the same for the same arguments. Later changes see what earlier ones of the batch leave behind.
// Keeps P1, P3, P4, P11, P13; the order of its questions is rules 6 to 11 of decision 4.
import { conflictsTable, type Conflict, type ConflictDecision, type WireChange } from '@wedsync/protocol'
import { levelOf, type Collection, type Outcome } from '@wedsync/merge'
import { stateFor, type Decide, type State } from './batch-state.ts'
import { behindRefusal, lostCreateRefusal, parentRefusal, predecessorRefusal } from './builds-on.ts'
import { chainOf } from './chain-of.ts'
import { decideConflict } from './decide-conflict.ts'
import { base, failed, isKept, refusal, replay, reused, written, type Decision } from './decision.ts'
import { deriveId } from './derive-id.ts'
import { judgeChange } from './judge-change.ts'
import { keyOf } from './key-of.ts'
import type { OpenConflict, StoredRow } from './opened-batch.ts'
import type { ReadChange } from './read-changes.ts'
import { givenData, refusalFor, scopeRefusal } from './refusal-for.ts'
import { replaceSides, type SideUpdate } from './replace-sides.ts'
import type { Write } from './write.ts'

export const decideBatch = (of: Decide): Decision[] => {
  const state = stateFor(of)
  const decisions: Decision[] = []
  for (const read of of.changes) {
    const decision = decide(read, state)
    decisions.push(decision)
    if (!state.decided.has(read.changeId)) state.decided.set(read.changeId, decision)
    const { conflict, isReplay } = decision
    if (conflict?.status === 'pending' && !isReplay) state.openConflicts.push(structuredClone(conflict))
    if (isKept(decision) && read.change) state.held.set(keyOf(read.change), read.changeId)
  }
  return decisions
}

const decide = (read: ReadChange, state: State): Decision => {
  const twin = state.decided.get(read.changeId)
  if (twin) return twin.read.hash === read.hash ? { ...twin, index: read.index, isReplay: true } : reused(read, state)
  const known = state.opened.known[read.changeId]
  if (known) return known.isOwn && known.hash === read.hash ? replay(read, known) : reused(read, state)
  if (read.refusal) return failed(read, state, read.refusal)
  const undone = state.undone?.get(read.changeId)
  if (undone) return undone
  if (read.wish) {
    const waits = behindRefusal(read.change, state)
    return waits ? failed(read, state, waits) : decidedOn(read, read.wish, state)
  }

  const { change, collection } = read
  const waits = behindRefusal(change, state) ?? predecessorRefusal(change, state)
  if (waits) return failed(read, state, waits)
  const row = state.table.get(keyOf(change))
  const refused =
    refusalFor(change, collection, row, state.opened) ??
    scopeRefusal(change, collection, state.opened) ??
    parentRefusal(change, collection, state)
  if (refused) return failed(read, state, refused)
  if (!row && change.action === 'create') return created(read, change, collection, state)
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
  if (collection.isScope) state.opened.scopes.push(change.id)
  state.touched.add(keyOf(change))
  state.table.set(keyOf(change), {
    ...{ table: change.table, id: change.id, scope: scope ?? '', version: 0 },
    ...{
      isDeleted: false,
      isForeign: false,
      isVisible: true,
      fields: { ...collection.defaults, ...data },
      fieldVersions: {},
    },
  })
  return written(read, 'applied', scope, {
    changeId: read.changeId,
    table: change.table,
    id: change.id,
    action: 'create',
    data,
  })
}

const judged = (
  read: ReadChange,
  change: WireChange,
  collection: Collection,
  row: StoredRow,
  state: State,
): Decision => {
  const { updates, joined, rest } = replaceSides(change, row, state.openConflicts)
  const waits = joined[0] ? waitingIn(read, row, joined[0], updates) : null
  if (waits && Object.keys(rest).length === 0) return waits
  const left = waits ? { ...change, data: rest } : change
  const earlier = state.changes
    .filter(({ index, refusal: refused }) => index < read.index && !refused)
    .flatMap(({ change: other, changeId }) =>
      other && keyOf(other) === keyOf(change) && wentOn(state, changeId) ? [other] : [],
    )
  const outcome = judgeChange(
    {
      change: left,
      collection,
      row,
      chain: chainOf(change, earlier, state.opened.known),
      strategy: state.strategy,
      author: {
        userId: state.userId,
        role: row.scope !== null && state.opened.leads.includes(row.scope) ? 'lead' : state.opened.role,
      },
    },
    (thrown) => state.detectionFailed(read.changeId, thrown),
  )
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

// What a write leaves behind for the changes after it: whatever it moved has moved for everyone who did not build on it.
const standsAs = (row: StoredRow, { action, data }: Write, { touched }: State) => {
  touched.add(keyOf(row))
  row.isDeleted = action === 'delete'
  row.fields = { ...row.fields, ...data }
  const moved = Object.keys(data).map((field): [string, number] => [field, Number.MAX_SAFE_INTEGER])
  row.fieldVersions = { ...row.fieldVersions, ...Object.fromEntries(moved) }
  row.version = Math.max(row.version, 1)
}

const toldConflict = (
  changeId: string,
  { table, id }: WireChange,
  collection: Collection,
  { fields, movedBy }: StoredRow,
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
const decidedOn = (read: ReadChange, wish: ConflictDecision, state: State): Decision => {
  const conflict = state.toDecide.find(({ conflictId }) => conflictId === read.id)
  if (!conflict)
    return failed(read, state, { ...refusal('record_missing'), awaits: { table: conflictsTable, id: read.id! } })
  const { role, rights } = state.opened
  const plan = decideConflict(read.changeId, wish, conflict, { ...state, role, rights })
  if ('refusal' in plan) {
    const { more } = plan
    const moves = more.length > 0 ? [{ conflictId: conflict.conflictId, sides: [], more }] : []
    conflict.fields.push(...more)
    conflict.version += moves.length
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
