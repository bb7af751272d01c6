// Takes a change and what of it is clean or contested; hands back the same with what the freeze holds, or what needs somebody's word, taken
// out of what goes in: it waits, though nobody contests it, and of fields that only make sense together all do.  Keeps P4.
import { type Json } from '@wedsync/protocol'
import { type CheckedChange, type ContestedField, type Detected, type StoredRecord } from './contested-fields.ts'
import { wordsFor, type Collection } from './declaration.ts'
import { type Hold, type Holds } from './holds.ts'
import { capital } from './in-words.ts'
import { canonicalOf } from './read-data.ts'
import { type Verdict } from './settle-field.ts'

type Holding = {
  readonly collection: Collection
  readonly change: CheckedChange
  readonly stored: StoredRecord
  readonly contested: Detected
  readonly holds?: Holds
}

/** `held`: the fields that wait and that nobody contests. */
export type HeldBack = { readonly contested: Detected; readonly held: ReadonlyMap<string, Hold> }

export const heldBack = (of: Holding): HeldBack => {
  const { contested, change, stored, holds } = of
  // what comes back from the dead is made anew
  if (!holds || stored.isDeleted || change.action === 'create') return { contested, held: new Map() }
  if (change.action === 'delete') return deleteHeldBack(of, holds)
  const held = heldOf(of, holds)
  if (held.size === 0) return { contested, held }
  const isContested = (name: string) => contested.contested.some(({ field }) => field === name)
  return {
    contested: {
      ...contested,
      kind: contested.kind ?? 'proposal',
      clean: Object.fromEntries(Object.entries(contested.clean).filter(([name]) => !held.has(name))),
      contested: [
        // of a value with parts, nothing goes in while others of it wait
        ...contested.contested.map((field) => (held.has(field.field) ? wholly(of, field) : field)),
        ...[...held.keys()]
          .filter((name) => !isContested(name))
          .map((name) => ({ ...sides(of, name), client: contested.clean[name]! })),
      ],
    },
    held,
  }
}

/** A contested field that is held is settled by no rule and no strategy; what these would have made of it is proposed. */
export const heldVerdict = (holds: Holds | undefined, { field, client }: ContestedField, verdict: Verdict): Verdict => {
  const hold = holds?.(field, client) ?? null
  if (hold === null) return verdict
  const proposed = 'settled' in verdict ? verdict.settled : verdict.proposed
  return { ask: true, ...(proposed !== undefined && { proposed }), ...hold }
}

const heldOf = ({ collection, contested }: Holding, holds: Holds): Map<string, Hold> => {
  const clean = Object.entries(contested.clean)
  const held = new Map(
    clean.flatMap(([name, value]) => {
      const hold = holds(name, value)
      return hold ? [[name, hold] as const] : []
    }),
  )
  for (const [name, hold] of [...held]) {
    const group = collection.fieldOf(name)?.group ?? null
    for (const [other] of clean)
      if (group !== null && !held.has(other) && collection.fieldOf(other)?.group === group)
        held.set(other, { ...hold, reason: waitsTogether(collection, other) })
  }
  return held
}

// whoever deletes a record takes away what stands in its held fields
const deleteHeldBack = (of: Holding, holds: Holds): HeldBack => {
  const { contested, collection, stored } = of
  const held = new Map(
    collection.fieldNames.flatMap((name) => {
      const hold = Object.hasOwn(stored.fields, name) ? holds(name, undefined) : null
      return hold ? [[name, hold] as const] : []
    }),
  )
  if (contested.kind !== null || held.size === 0) return { contested, held: new Map() }
  const fields = [...held.keys()].map((name) => sides(of, name))
  return { contested: { ...contested, kind: 'proposal', contested: fields }, held }
}

// what stands is what its author saw, where they did not say
const sides = ({ change, ...of }: Holding, field: string): ContestedField => {
  const server = standing(of, field)
  return { field, base: change.base && Object.hasOwn(change.base, field) ? change.base[field]! : server, server }
}

const wholly = (of: Holding, { keys: _keys, ...field }: ContestedField): ContestedField => ({
  ...field,
  server: standing(of, field.field),
})

const standing = ({ collection, stored }: Pick<Holding, 'collection' | 'stored'>, name: string): Json => {
  const value = stored.fields[name] ?? null
  const field = collection.fieldOf(name)
  return field ? canonicalOf(field, value) : value
}

/** Why a field waits that nothing is wrong with by itself. */
export const waitsTogether = (collection: Collection, name: string): string =>
  `${capital(wordsFor(collection, name))} belongs to fields that only make sense together, so they wait for a person together.`
