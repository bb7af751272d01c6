// Takes a record that says what waits for what, as it would be, and what stands; answers with which others it would go round in a circle,
// and what a person is asked then. The first in order stands; the later one is not made.  Keeps P3, P4.
import { circleThrough, type Collection, type ConflictFieldDraft } from '@wedsync/merge'
import { sameJson, type JsonObject } from '@wedsync/protocol'
import { circleRule } from './double-rules.ts'
import type { StoredRow } from './opened-batch.ts'
import type { Refusal } from './read-changes.ts'
import { standingIn, type Standing } from './rivals.ts'

type Link = StoredRow & { fields: JsonObject }

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

/** Both ends of the new one, and of the one by which the circle comes back to it. */
export const fieldsOfCircle = (
  { acyclic }: Collection,
  wanted: JsonObject,
  circle: readonly Link[],
): ConflictFieldDraft[] => {
  const beside = circle.at(-1)!
  const reason =
    circle.length === 1
      ? 'The two would wait for each other. A person says which of them goes in.'
      : `With ${circle.length} others this would go round in a circle, and nothing of it could begin. A person says which of them stay.`
  return [acyclic!.from, acyclic!.to].map((field) => ({
    ...{ field, client: wanted[field] ?? null, server: beside.fields[field] ?? null, rule: circleRule, reason },
  }))
}

export const circleRefusal = ({ acyclic }: Collection): Refusal => ({
  code: 'invalid_value',
  message: 'These would still wait for one another in a circle. Take one of the others away first.',
  field: acyclic!.to,
})
