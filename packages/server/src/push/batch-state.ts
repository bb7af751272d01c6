// What deciding a batch is given, and what it remembers from one change to the next.
import type { Collection } from '@wedsync/merge'
import type { Strategy } from '@wedsync/protocol'
import type { Decision } from './decision.ts'
import { keyOf } from './key-of.ts'
import type { DecidedConflict, OpenConflict, OpenedBatch, StoredRow } from './opened-batch.ts'
import type { ReadChange } from './read-changes.ts'

export type Decide = {
  changes: readonly ReadChange[]
  collections: ReadonlyMap<string, Collection>
  opened: OpenedBatch
  strategy: Strategy
  userId: string
  deviceId: string | null
  /** When, by the server's clock: what the batch itself writes says so to the changes behind it. */
  at: string
  retryAt: string
  detectionFailed: (changeId: string, thrown: unknown) => void
  /** What the database would not have, as it is told. */
  refused?: ReadonlyMap<string, Decision>
  /** Units that were in somebody's way after all when they were written. */
  clashed?: ReadonlySet<string>
}

export type State = Decide & {
  /** What became of changes that the database would not have, or that their group left undone. */
  undone: ReadonlyMap<string, Decision>
  table: Map<string, StoredRow>
  /** Records that this batch has written: their version comes with the write. */
  touched: Set<string>
  decided: Map<string, Decision>
  openConflicts: OpenConflict[]
  /** Record → the last change to it that is kept for another try. */
  held: Map<string, string>
  toDecide: DecidedConflict[]
}

/** The state before the first change. What it is given is never altered. */
export const stateFor = (of: Decide): State => ({
  ...of,
  undone: of.refused ?? new Map(),
  opened: { ...of.opened, scopes: [...of.opened.scopes], leads: [...of.opened.leads] },
  table: new Map<string, StoredRow>(of.opened.stored.map((row) => [keyOf(row), structuredClone(row)])),
  touched: new Set(),
  decided: new Map(),
  openConflicts: structuredClone(of.opened.openConflicts),
  held: new Map(
    of.opened.held.flatMap(({ table, id, changeId }) => (id === null ? [] : [[keyOf({ table, id }), changeId]])),
  ),
  toDecide: structuredClone(of.opened.decided),
})

/**
 * The state as it is now: what is decided on the one leaves the other as it was. Of rows and conflicts nothing is altered but what they
 * hold themselves.
 */
export const copyOf = (state: State): State => ({
  ...state,
  opened: { ...state.opened, scopes: [...state.opened.scopes], leads: [...state.opened.leads] },
  table: new Map([...state.table].map(([key, row]) => [key, { ...row }])),
  touched: new Set(state.touched),
  decided: new Map(state.decided),
  openConflicts: state.openConflicts.map(withOwnFields),
  held: new Map(state.held),
  toDecide: state.toDecide.map(withOwnFields),
})

const withOwnFields = <Asked extends OpenConflict>(conflict: Asked): Asked => ({
  ...conflict,
  fields: [...conflict.fields],
})

/** A conflict that waits, or that this batch decides. */
export const openIn = (
  { openConflicts, toDecide }: Pick<State, 'openConflicts' | 'toDecide'>,
  conflictId: string,
): OpenConflict | undefined => [...openConflicts, ...toDecide].find((one) => one.conflictId === conflictId)
