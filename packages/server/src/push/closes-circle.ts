// Takes a record that says what waits for what, as it would be, and what stands; answers with which others it would go round in a circle,
// and what a person is asked then. The first in order stands; the later one is not made, and does not come back.  Keeps P3, P4.
import {
  circleThrough,
  severityFor,
  type Collection,
  type ConflictDraft,
  type Outcome,
  type ResolveContext,
} from '@wedsync/merge'
import { sameJson, type JsonObject, type Strategy } from '@wedsync/protocol'
import { circleRule } from './double-rules.ts'
import type { StoredRow } from './opened-batch.ts'
import type { Refusal } from './read-changes.ts'
import { standingIn, type Standing } from './rivals.ts'

export type Link = StoredRow & { fields: JsonObject }

/** `isLeaving`: what stands now does not for long. In the order of ids, so that the same circle is found whoever came with whom. */
export const circleIn = (
  standing: Standing,
  collection: Collection,
  { id, fields }: { id: string; fields: JsonObject },
  isLeaving: (row: StoredRow) => boolean = () => false,
): Link[] | null => {
  if (collection.acyclic === null) return null
  const links = standingIn(standing, collection).filter(
    (row) => row.id !== id && sameJson(row.fields['client_id'] ?? null, fields['client_id'] ?? null) && !isLeaving(row),
  )
  return circleThrough(
    collection,
    links.sort((one, other) => (one.id < other.id ? -1 : 1)),
    fields,
  )
}

type Asking = { circle: readonly Link[]; strategy: Strategy; context: ResolveContext }

/**
 * What a person is asked: both ends of the new one, and of the one by which the circle comes back to it. `beside`: what else its author
 * wants, which goes in with it or not at all, and what stands there.
 */
export const draftOfCircle = (
  collection: Collection,
  wanted: JsonObject,
  { circle, strategy, context }: Asking,
  beside: { names: readonly string[]; stands: JsonObject } = { names: [], stands: wanted },
): ConflictDraft => {
  const { from, to } = collection.acyclic!
  const ends = [from, to]
  const reason =
    circle.length === 1
      ? 'The two would wait for each other. A person says which of them goes in.'
      : `With ${circle.length} others this would go round in a circle, and nothing of it could begin. A person says which of them stay.`
  const names = [...ends, ...beside.names.filter((name) => !ends.includes(name))]
  const standsIn = (name: string) => (ends.includes(name) ? circle.at(-1)!.fields : beside.stands)
  return {
    ...{ kind: 'cycle', status: 'pending' },
    ...severityFor(collection, names, beside.stands, { ...context, isEvenlyMatched: false }),
    fields: names.map((field) => ({
      ...{ field, client: wanted[field] ?? null, server: standsIn(field)[field] ?? null, rule: circleRule, reason },
    })),
    resolution: { strategy, applied: false, confidence: 0 },
  }
}

/** Of a record that would come back: it stays gone until somebody says, where it would close a circle. */
export const stayingGone = (
  collection: Collection,
  { id, fields: stands = {} }: StoredRow,
  outcome: Outcome,
  standing: Standing,
  asking: Omit<Asking, 'circle'>,
): Outcome => {
  if (outcome.does !== 'restore') return outcome
  const wanted = { ...stands, ...outcome.write }
  const circle = circleIn(standing, collection, { id, fields: wanted })
  if (!circle) return outcome
  const beside = { names: Object.keys(outcome.write), stands }
  const conflict = draftOfCircle(collection, wanted, { ...asking, circle }, beside)
  return { does: 'nothing', write: {}, outcome: 'waiting', conflict }
}

export const circleRefusal = ({ acyclic }: Collection): Refusal => ({
  code: 'invalid_value',
  message: 'These would still wait for one another in a circle. Take one of the others away first.',
  field: acyclic!.to,
})
