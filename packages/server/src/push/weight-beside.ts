// Takes what somebody contests of an action that waits, and the whole action; answers how much the rest of it weighs, which goes in with the
// decision.  Keeps P4.
import { severityFor, type Weight } from '@wedsync/merge'
import { severities, type Conflict, type WireChange } from '@wedsync/protocol'
import type { State } from './batch-state.ts'
import { recordOf } from './contested-record.ts'
import { contextFor } from './context-for.ts'
import { keyOf } from './key-of.ts'

/** The conflict, weighing as much as all that goes in with a decision about it. */
export const withWholeWeight = (conflict: Conflict, changes: readonly WireChange[], state: State): Conflict => {
  const weighs = weightBeside(conflict, changes, state)
  if (!weighs || rankOf(weighs) <= rankOf(conflict)) return conflict
  return { ...conflict, ...weighs, score: Math.max(weighs.score, conflict.score) }
}

/** Of what an action wants and nobody contests: whoever decides says so of that, too. Null: there is nothing else. */
export const weightBeside = (
  conflict: Pick<Conflict, 'table' | 'id' | 'fields'>,
  changes: readonly WireChange[],
  state: State,
): Weight | null => {
  const weights = changes.flatMap((change) => {
    const contested = conflict.fields.filter((field) => keyOf(recordOf(conflict, field)) === keyOf(change))
    return weightOf(
      change,
      contested.map(({ field }) => field),
      state,
    )
  })
  const heaviest = weights.toSorted(heaviestFirst)[0]
  return heaviest ? { ...heaviest, because: heaviest.because.replace(/\.$/, ', in the same action.') } : null
}

const weightOf = (change: WireChange, contested: readonly string[], state: State): Weight[] => {
  const collection = state.collections.get(change.table)
  const row = state.table.get(keyOf(change))
  const names = Object.keys(change.data).filter((name) => !contested.includes(name))
  const isWhole = change.action !== 'update'
  if (!collection || (isWhole ? contested.length > 0 : names.length === 0)) return []
  const context = contextFor({ scope: row?.scope ?? null, id: change.id }, state)
  const around = { ...context, isEvenlyMatched: false, isWhole }
  return [severityFor(collection, isWhole ? [] : names, row?.fields ?? change.data, around)]
}

const rankOf = ({ severity }: Pick<Weight, 'severity'>): number => severities.indexOf(severity)
export const heaviestFirst = (one: Weight, other: Weight): number => rankOf(other) - rankOf(one)
