// Takes what becomes of a change and who stands where it wants to; hands on what becomes of it then: the first in order keeps the seat,
// the later one stays as it was, or is made without a seat, and a person is asked about that alone, with the nearest free one
// beside it.  Keeps P3, P4.
import {
  capital,
  severityFor,
  wordsFor,
  type Collection,
  type ConflictDraft,
  type Outcome,
  type ResolveContext,
} from '@wedsync/merge'
import type { Json, JsonObject, Strategy, WireChange } from '@wedsync/protocol'
import type { State } from './batch-state.ts'
import { uniqueRule } from './double-rules.ts'
import { leavingAfter, standingFor } from './leaving-after.ts'
import type { StoredRow } from './opened-batch.ts'
import type { ReadChange } from './read-changes.ts'
import { freeNear, takenFrom } from './rivals.ts'

/** Of a new record: what of it goes in, and what waits; null: nobody is in its way. */
export const withoutTaken = (
  read: ReadChange,
  { id }: WireChange,
  collection: Collection,
  data: JsonObject,
  state: State,
  context: ResolveContext,
): { data: JsonObject; draft: ConflictDraft } | null => {
  const fields = { ...collection.defaults, ...data }
  const standing = standingFor(read, state)
  const taken = takenFrom(standing, collection, { id, fields }, collection.fieldNames, leavingAfter(read, state))
  if (!taken || taken.yields === null) return null
  const { [taken.yields]: _taken, ...rest } = data
  const stands = { ...fields, [taken.yields]: null }
  const offered = freeNear(standing, collection, { id, fields }, taken)
  const draft = draftOf({
    collection,
    wanted: fields,
    stands,
    yields: taken.yields,
    offered,
    context,
    strategy: state.strategy,
  })
  return { data: rest, draft }
}

/** Of a record that stands, or comes back. */
export const givingWay = (
  read: ReadChange,
  change: WireChange,
  collection: Collection,
  row: StoredRow,
  outcome: Outcome,
  { state, context }: { state: State; context: ResolveContext },
): Outcome => {
  const { does, write, conflict } = outcome
  if (does !== 'update' && does !== 'restore') return outcome
  const fields = { ...row.fields, ...write }
  const touched = does === 'restore' ? collection.fieldNames : Object.keys(write)
  const standing = standingFor(read, state)
  const taken = takenFrom(standing, collection, { id: row.id, fields }, touched, leavingAfter(read, state))
  if (!taken || taken.yields === null) return outcome
  const { yields } = taken
  const stands = does === 'restore' ? { ...fields, [yields]: null } : (row.fields ?? {})
  const offered = freeNear(standing, collection, { id: row.id, fields }, taken)
  const draft = draftOf({
    ...{ collection, wanted: fields, stands, yields, offered, context },
    ...{ strategy: state.strategy, base: change.base },
  })
  const names = draft.fields.map(({ field }) => field)
  const left = Object.fromEntries(Object.entries(write).filter(([name]) => !names.includes(name)))
  const others = (conflict?.fields ?? []).filter(({ field }) => !names.includes(field))
  return {
    does: does === 'restore' ? 'restore' : Object.keys(left).length > 0 ? 'update' : 'nothing',
    write: does === 'restore' ? { ...write, [yields]: null } : left,
    outcome: 'waiting',
    conflict: { ...draft, fields: [...others, ...draft.fields] },
  }
}

type Drafting = {
  collection: Collection
  wanted: JsonObject
  stands: JsonObject
  yields: string
  offered: number | null
  context: ResolveContext
  strategy: Strategy
  base?: JsonObject | undefined
}

// fields that only make sense together are asked about together
const draftOf = ({
  collection,
  wanted,
  stands,
  yields,
  offered,
  context,
  strategy,
  base = {},
}: Drafting): ConflictDraft => {
  const names = collection.groups.get(collection.fieldOf(yields)?.group ?? '') ?? [yields]
  const called = capital(wordsFor(collection, yields).replace(/^the /, ''))
  const free = offered === null ? '' : ` ${called} ${offered} is free.`
  const lead = (stands[yields] ?? null) === null ? '; this has none yet' : '; this stays as it was'
  const reason = `That ${called.toLowerCase()} is taken${lead}.${free}`
  const valueOf = (from: JsonObject, name: string): Json => from[name] ?? null
  return {
    ...{ kind: 'unique', status: 'pending' },
    ...severityFor(collection, names, stands, { ...context, isEvenlyMatched: false }),
    fields: names.map((name) => ({
      field: name,
      ...(Object.hasOwn(base, name) && { base: base[name]! }),
      client: valueOf(wanted, name),
      server: valueOf(stands, name),
      ...(offered !== null && { proposed: name === yields ? offered : valueOf(wanted, name) }),
      ...{ rule: uniqueRule, reason },
    })),
    resolution: { strategy, applied: false, confidence: 0 },
  }
}
