// Takes a batch whose records are locked, and what stands; decides every change in order: replay, refusal, wait or write.
// Pure: the same for the same arguments. Later changes see what earlier ones of the batch leave behind.
// Keeps P1, P3, P4, P11, P13; the order of its questions is rules 6 to 11 of decision 4.
import {
  attemptsMax,
  failureCodes,
  type Conflict,
  type JsonObject,
  type Receipt,
  type Strategy,
  type WireChange,
} from '@wedsync/protocol'
import type { Collection, Outcome } from '@wedsync/merge'
import { chainOf } from './chain-of.ts'
import { deriveId } from './derive-id.ts'
import { judgeChange } from './judge-change.ts'
import type { OpenConflict, OpenedBatch, OwnKnownChange, StoredRow } from './opened-batch.ts'
import { parentsOf } from './parents-of.ts'
import type { ReadChange, Refusal } from './read-changes.ts'
import { givenData, refusalFor, scopeRefusal } from './refusal-for.ts'

export type Write = {
  changeId: string
  table: string
  id: string
  action: 'create' | 'update' | 'delete'
  data: JsonObject
}

export type Decision = {
  index: number
  changeId: string
  read: ReadChange
  /** Its version is 0 where the write gives it. */
  receipt: Receipt
  /** False: answered, not stored; the device keeps it and sends it again. */
  isStored: boolean
  /** True: the ledger has it already. */
  isReplay: boolean
  write: Write | null
  scope: string | null
  /** The row this change opens in the list of conflicts. */
  conflict: Conflict | null
  /** Open conflicts of which this change replaces its author's side. */
  conflictUpdates: { conflictId: string; version: number; fields: Conflict['fields'] }[]
}

export type Decide = {
  changes: readonly ReadChange[]
  opened: OpenedBatch
  strategy: Strategy
  userId: string
  retryAt: string
  detectionFailed: (changeId: string, thrown: unknown) => void
  /** What became of changes whose group left them undone. */
  undone?: ReadonlyMap<string, Decision>
}

export const decideBatch = (of: Decide): Decision[] => {
  const table = new Map<string, StoredRow>(of.opened.stored.map((row) => [keyOf(row), structuredClone(row)]))
  const state: State = {
    ...of,
    ...{ opened: { ...of.opened, scopes: [...of.opened.scopes] }, table, touched: new Set(), decided: new Map() },
    openConflicts: structuredClone(of.opened.openConflicts),
  }
  const decisions: Decision[] = []
  for (const read of of.changes) {
    const decision = decide(read, state)
    decisions.push(decision)
    if (!state.decided.has(read.changeId)) state.decided.set(read.changeId, decision)
    const { conflict, isReplay } = decision
    if (conflict?.status === 'pending' && !isReplay) state.openConflicts.push(structuredClone(conflict))
  }
  return decisions
}

type State = Decide & {
  table: Map<string, StoredRow>
  /** Records that this batch has written: their version comes with the write. */
  touched: Set<string>
  decided: Map<string, Decision>
  openConflicts: OpenConflict[]
}

const decide = (read: ReadChange, state: State): Decision => {
  const twin = state.decided.get(read.changeId)
  if (twin) return twin.read.hash === read.hash ? { ...twin, index: read.index, isReplay: true } : reused(read)
  const known = state.opened.known[read.changeId]
  if (known) return known.isOwn && known.hash === read.hash ? replay(read, known) : reused(read)
  if (read.refusal) return failed(read, state, read.refusal)
  const undone = state.undone?.get(read.changeId)
  if (undone) return undone

  const { change, collection } = read
  const waits = predecessorRefusal(change, state)
  if (waits) return failed(read, state, waits)
  const row = state.table.get(keyOf(change))
  const refusal =
    refusalFor(change, collection, row, state.opened) ??
    (row ? null : scopeRefusal(change, collection, state.opened)) ??
    parentRefusal(change, collection, state)
  if (refusal) return failed(read, state, refusal)
  if (!row && change.action === 'create') return created(read, change, collection, state)
  if (!row) return failed(read, state, lostCreateRefusal(change, state))
  return judged(read, change, collection, row, state)
}

// -- what the change builds on

const predecessorRefusal = ({ after }: WireChange, { decided, opened }: State): Refusal | null => {
  if (!after) return null
  const here = decided.get(after)
  if (here && !here.isStored && !here.isReplay) return refusal('behind')
  const there = opened.known[after]
  const receipt = here?.receipt ?? (there?.isOwn ? there.receipt : undefined)
  if (!receipt) return refusal('unknown_after')
  return receipt.kind === 'failed' ? refusal('depends_on_failed') : null
}

const lostCreateRefusal = ({ table, id }: WireChange, { decided }: State): Refusal => {
  const create = [...decided.values()].find(
    ({ read }) => read.action === 'create' && read.table === table && read.id === id,
  )
  if (!create) return refusal('record_missing')
  return create.isStored ? refusal('depends_on_failed') : refusal('behind')
}

const parentRefusal = (change: WireChange, collection: Collection, { opened, table }: State): Refusal | null => {
  for (const parent of parentsOf(change, collection)) {
    const here = table.get(keyOf(parent))
    if (here && !here.isDeleted && !here.isForeign) continue
    const there = opened.parents.find(({ table: name, id }) => name === parent.table && id === parent.id)
    if (there?.isForeign || here?.isForeign) return { ...refusal('forbidden'), field: parent.field }
    if (!there || there.isGone || here?.isDeleted) return { ...refusal('missing_parent'), field: parent.field }
  }
  return null
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
  const replaced = replaceOwnSides(read, change, state)
  if (replaced?.isWhole) return replaced.decision
  const left = replaced ? { ...change, data: replaced.rest } : change
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
      author: { userId: state.userId, role: state.opened.leads.includes(row.scope) ? 'lead' : state.opened.role },
    },
    (thrown) => state.detectionFailed(read.changeId, thrown),
  )
  const decision = conclude(read, left, row, outcome, state)
  if (!replaced) return decision
  // part of it waits, so all of it does, whatever of it went in
  const receipt = decision.receipt.kind === 'waiting' ? decision.receipt : replaced.decision.receipt
  return { ...decision, receipt, conflictUpdates: replaced.decision.conflictUpdates }
}

const wentOn = ({ decided }: State, changeId: string): boolean => {
  const kind = decided.get(changeId)?.receipt.kind
  return kind === 'processed' || kind === 'waiting'
}

const conclude = (
  read: ReadChange,
  change: WireChange,
  row: StoredRow,
  { does, write, outcome, conflict }: Outcome,
  { touched }: State,
): Decision => {
  const told = conflict ? toldConflict(read.changeId, change, conflict) : null
  const action = does === 'restore' ? 'create' : does
  const data = does === 'restore' ? { ...row.fields, ...write } : write
  const wanted: Write | null =
    action === 'nothing' ? null : { changeId: read.changeId, table: change.table, id: change.id, action, data }
  const isTouched = touched.has(keyOf(row))
  if (wanted) {
    touched.add(keyOf(row))
    row.isDeleted = action === 'delete'
    row.fields = action === 'delete' ? (row.fields ?? {}) : { ...row.fields, ...data }
    // whatever this change moved has moved for everyone who did not build on it
    row.fieldVersions = {
      ...row.fieldVersions,
      ...Object.fromEntries(Object.keys(write).map((field) => [field, Number.MAX_SAFE_INTEGER])),
    }
    row.version = Math.max(row.version, 1)
  }
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
  { table, id }: WireChange,
  draft: NonNullable<Outcome['conflict']>,
): Conflict => ({
  conflictId: deriveId('conflict', changeId),
  changeId,
  table,
  id,
  ...draft,
  fields: draft.fields.map((field) => ({ ...field })),
  version: 1,
})

// The author's later edit of a field that already waits for a person takes the place of their side; other fields go on.
const replaceOwnSides = (read: ReadChange, change: WireChange, { openConflicts }: State) => {
  if (change.action !== 'update') return null
  const isTaken = ({ field }: { field: string }) => Object.hasOwn(change.data, field)
  const open = openConflicts.filter(
    ({ table, id, kind, fields }) =>
      table === change.table && id === change.id && kind === 'fields' && fields.some(isTaken),
  )
  const [first] = open
  if (!first) return null
  const taken = open.flatMap(({ fields }) => fields.filter(isTaken).map(({ field }) => field))
  for (const one of open) {
    one.fields = one.fields.map((field) => (isTaken(field) ? { ...field, client: change.data[field.field]! } : field))
    one.version += 1
  }
  const rest = Object.fromEntries(Object.entries(change.data).filter(([field]) => !taken.includes(field)))
  const { conflictId, table, id, kind, version, fields } = first
  const conflict: Conflict = {
    ...{ conflictId, changeId: read.changeId, table, id, kind, version },
    ...{
      severity: 'high',
      score: 0.5,
      because: 'It joins what already waits for a person.',
      status: 'pending',
      fields,
      resolution: null,
    },
  }
  const decision: Decision = {
    ...base(read, null),
    receipt: { kind: 'waiting', conflict },
    conflictUpdates: open.map((one) => ({ conflictId: one.conflictId, version: one.version, fields: one.fields })),
  }
  return { isWhole: Object.keys(rest).length === 0, rest, decision }
}

// -- the shapes of a decision

const base = (read: ReadChange, scope: string | null) =>
  ({
    index: read.index,
    changeId: read.changeId,
    read,
    isStored: true,
    isReplay: false,
    write: null,
    scope,
    conflict: null,
    conflictUpdates: [] as Decision['conflictUpdates'],
  }) as const

const written = (
  read: ReadChange,
  outcome: Exclude<Outcome['outcome'], 'waiting'>,
  scope: string | null,
  write: Write | null,
): Decision => ({
  ...base(read, scope),
  receipt: {
    kind: 'processed',
    processed: { changeId: read.changeId, serverId: read.id!, action: read.change!.action, version: 0, outcome },
  },
  write,
})

const failed = (read: ReadChange, { retryAt }: Pick<State, 'retryAt'>, { code, message, field }: Refusal): Decision => {
  const { retryable } = failureCodes[code]
  return {
    ...base(read, null),
    receipt: {
      kind: 'failed',
      failure: {
        ...{ changeId: read.changeId, index: read.index, code, message },
        ...(field && { field }),
        ...{ retryable, attempt: 1, maxAttempts: attemptsMax, retryAt: retryable ? retryAt : null },
      },
    },
    isStored: !retryable,
  }
}

const reused = (read: ReadChange): Decision => ({
  ...failed(read, { retryAt: '' }, refusal('change_id_reused')),
  isStored: false,
})

const replay = (read: ReadChange, { receipt }: OwnKnownChange): Decision => ({
  ...base(read, null),
  receipt,
  isReplay: true,
})

const refusal = (code: Refusal['code']): Refusal => ({ code, message: failureCodes[code].says })

export const keyOf = ({ table, id }: { table: string; id: string }): string => `${table}/${id}`
