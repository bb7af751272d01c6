// Takes the changes of a batch and what stands of their records; answers which values nobody else may hold, or may be meant twice, and of
// which plans everything is wanted, so that the database can be asked. Null for nearly every batch: then nobody is asked.
import { fieldThatYields, type Collection } from '@wedsync/merge'
import type { Json, JsonObject } from '@wedsync/protocol'
import { nameOf, recordOf } from './contested-record.ts'
import { keyOf } from './key-of.ts'
import { isAskedAbout, listsOf } from './may-meet-others.ts'
import type { DecidedConflict, OpenedBatch } from './opened-batch.ts'
import { plansAsked, type PlanAsked } from './plans-asked.ts'
import type { ReadChange } from './read-changes.ts'
import { turnsFor, type Turn } from './turns-for.ts'

/**
 * Records that hold the same in `same`, and in `folded` the same but for capitals and spaces around it. `isHeld`: while the batch is
 * decided they stay as they are.
 */
export type Claim = { table: string; same: string[]; folded: string[]; isHeld: boolean; wanted: JsonObject[] }

export type Claims = { inTurn: Turn[]; claims: Claim[] }

export const claimsFor = (
  changes: readonly ReadChange[],
  { stored, decided }: Pick<OpenedBatch, 'stored' | 'decided'>,
  collections: ReadonlyMap<string, Collection>,
): Claims | null => {
  const said = new Map<string, Said>()
  const add = (table: string, id: string, fields: JsonObject | null | undefined) => {
    if (!fields || !isAskedAbout(collections.get(table))) return
    const one = said.get(keyOf({ table, id })) ?? { table, fields: [] }
    said.set(keyOf({ table, id }), { table, fields: [...one.fields, fields] })
  }
  for (const { change, refusal, wish } of changes)
    if (!refusal && !wish && change.action !== 'delete') add(change.table, change.id, change.data)
  for (const conflict of decided) {
    for (const values of wantedIn(conflict)) add(values.table, values.id, values.fields)
    for (const { table, id, data } of conflict.changes) if (id !== null) add(table, id, data)
    for (const { wish } of changes)
      for (const field of conflict.fields) {
        const given = wish?.values?.[nameOf(field)]
        const { table, id } = recordOf(conflict, field)
        if (given !== undefined) add(table, id, { [field.field]: given })
      }
  }
  const plans = claimsOfPlans(plansAsked(changes, { stored, decided }))
  if (said.size === 0) return plans.length > 0 ? { inTurn: [], claims: plans } : null
  for (const { table, id, fields } of stored) if (said.has(keyOf({ table, id }))) add(table, id, fields)
  const made = [
    ...changes.flatMap(({ change, collection, refusal }) =>
      !refusal && collection && change.action === 'create' ? [{ collection, data: change.data }] : [],
    ),
    // what a decision makes was looked at when it came, and not since; and whoever makes the same at that moment looks after it
    ...decided.flatMap((conflict) =>
      conflict.changes.flatMap(({ table, action, data }) => {
        const collection = collections.get(table)
        return collection && action === 'create' && data ? [{ collection, data }] : []
      }),
    ),
  ]
  const byTable = Map.groupBy(said.values(), ({ table }) => table)
  const claims = [
    ...[...byTable].flatMap(([table, all]) => claimsOfTable(collections.get(table)!, all)),
    ...[...Map.groupBy(made, ({ collection }) => collection)].flatMap(([collection, all]) =>
      claimsOfAlike(
        collection,
        all.map(({ data }) => data),
      ),
    ),
    ...plans,
  ]
  const inTurn = turnsFor(changes, { stored, decided }, collections)
  return claims.length > 0 || inTurn.length > 0 ? { inTurn, claims } : null
}

/** Everything that is said of a record, here and there. */
type Said = { table: string; fields: JsonObject[] }

const wantedIn = (conflict: DecidedConflict): { table: string; id: string; fields: JsonObject }[] =>
  conflict.fields.flatMap((field) =>
    [field.client, field.server, field.proposed].flatMap((value) =>
      value === undefined ? [] : [{ ...recordOf(conflict, field), fields: { [field.field]: value } }],
    ),
  )

const claimsOfTable = (collection: Collection, all: readonly Said[]): Claim[] => {
  const claims = listsOf(collection).map((list): Claim => {
    // who holds any of them: the nearest that is free is to be found as well
    const yields = fieldThatYields(collection, list)
    const same = list.filter((name) => name !== yields)
    const wanted = all.flatMap(({ fields }) => combined(same, fields))
    return { table: collection.name, same, folded: [], isHeld: true, wanted }
  })
  const bounds = Object.values(collection.offers).map(({ of }): Claim => {
    const ids = new Set(all.flatMap(({ fields }) => valuesOf(of, fields)))
    return {
      table: collection.fieldOf(of)!.table!,
      same: ['id'],
      folded: [],
      isHeld: false,
      wanted: [...ids].map((id) => ({ id })),
    }
  })
  // what stands of the wedding's, all of it: a circle may be long
  const links = collection.acyclic
    ? [...new Set(all.flatMap(({ fields }) => valuesOf('client_id', fields)))].map((client_id) => ({ client_id }))
    : []
  const chained: Claim = { table: collection.name, same: ['client_id'], folded: [], isHeld: true, wanted: links }
  return [...claims, ...bounds, chained].filter(({ wanted }) => wanted.length > 0)
}

const claimsOfAlike = (collection: Collection, all: readonly JsonObject[]): Claim[] =>
  collection.alike
    .map(({ same = [], sameWords = [] }): Claim => {
      const inScope = collection.scope === 'wedding' && !collection.isScope ? ['client_id'] : []
      const whole = [...new Set([...inScope, ...same])]
      const wanted = all.map((data) => only(data, [...whole, ...sameWords]))
      const isSaid = (one: JsonObject) => [...whole, ...sameWords].every((name) => (one[name] ?? null) !== null)
      return {
        table: collection.name,
        same: whole,
        folded: [...sameWords],
        isHeld: true,
        wanted: wanted.filter(isSaid),
      }
    })
    .filter(({ wanted }) => wanted.length > 0)

const claimsOfPlans = (asked: readonly PlanAsked[]): Claim[] => {
  const tables = new Set(asked.flatMap(({ tables }) => tables))
  const weddings = [...new Set(asked.map(({ wedding }) => wedding))]
  return [...tables].map((table) => ({
    ...{ table, same: ['client_id'], folded: [], isHeld: true },
    wanted: weddings.map((client_id) => ({ client_id })),
  }))
}

const valuesOf = (name: string, fields: readonly JsonObject[]): Json[] => [
  ...new Set(fields.flatMap((one) => (one[name] === undefined || one[name] === null ? [] : [one[name]]))),
]

/** Every way to take one value of each: a table of today and the one wanted. */
const combined = (names: readonly string[], fields: readonly JsonObject[]): JsonObject[] =>
  names.reduce<JsonObject[]>(
    (ways, name) => ways.flatMap((way) => valuesOf(name, fields).map((value) => ({ ...way, [name]: value }))),
    [{}],
  )

const only = (fields: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(names.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]] as const])))
