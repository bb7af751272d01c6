// Rows to write on: for each person and table one to change and one to delete, of a kind that this person sees and may write,
// so that what is allowed can be done for real and the world stays as it was. Nobody but that person touches them.
import { randomUUID } from 'node:crypto'
import type { Json, JsonObject } from '@wedsync/protocol'
import { rightsOf, type Collection } from '@wedsync/merge'
import { allCollections } from '@wedsync/wedding'
import type { Row } from '../visible-to.ts'
import { insertMade, parentsOf, type Made, type Wedding, type World } from './a-matrix-world.ts'
import { readTruth, type Truth } from './may-read.ts'
import { combinationsOf, rowOf, tellingValues, type Parents } from './row-values.ts'
import type { Somebody } from './somebody.ts'

export type Spare = { toChange: Made; toDelete: Made }
/** By person and table; none where the role neither changes nor deletes anything there. */
export type Spares = Map<Somebody, Map<string, Spare>>

export const insertSpares = async (
  world: World,
  people: readonly Somebody[],
  collections: readonly Collection[],
): Promise<Spares> => {
  const truth = await readTruth(world)
  const spares: Spares = new Map()
  for (const who of people) {
    const { role } = truth.eye(who)
    const own = new Map<string, Spare>()
    spares.set(who, own)
    if (!role) continue
    for (const collection of collections) {
      const { changes, mayDelete } = rightsOf(collection, role)
      if (changes.length === 0 && !mayDelete) continue
      const rows = [await likeTheirs(world, truth, who, collection), await likeTheirs(world, truth, who, collection)]
      const [toChange, toDelete] = await insertMade(world, collection.name, who.organization, rows)
      own.set(collection.name, { toChange: toChange!, toDelete: toDelete! })
      // whoever holds single weddings holds this one too
      if (collection.isScope && role !== 'owner' && role !== 'vendor')
        await insertMade(world, 'assignments', who.organization, [toChange!, toDelete!].map(({ id }) => ({ person_id: who.personId, client_id: id, is_lead: false }))) // prettier-ignore
    }
  }
  return spares
}

/** A whole row of the own wedding that this person sees and may write. */
const likeTheirs = async (world: World, truth: Truth, who: Somebody, collection: Collection): Promise<JsonObject> => {
  const kinds = kindsFor(world.own, who, collection)
  const kind = kinds.find((one) => isWritable(truth, who, collection, { ...one, client_id: world.own.id } as unknown as Row)) ?? {} // prettier-ignore
  const parents = await freshParents(world, collection)
  const isOfWedding = collection.scope === 'wedding' && !collection.isScope
  const telling = { ...(isOfWedding || collection.name === 'assignments' ? { client_id: world.own.id } : {}), ...kind }
  return { id: randomUUID(), ...rowOf(collection, 0, telling, parents, world.coins) }
}

export const isWritable = (truth: Truth, who: Somebody, collection: Collection, row: Row): boolean => {
  const { sees, holds, role } = truth.eye(who)
  if (!role) return false
  const { writesOnly } = rightsOf(collection, role)
  const isSeen = collection.isScope || sees(collection, row)
  return isSeen && (writesOnly.length === 0 || writesOnly.some((where) => holds(where, row)))
}

/** Kinds of rows, told by whatever is not the row's own and nobody else's. */
export const kindsFor = (wedding: Wedding, who: Somebody, collection: Collection): JsonObject[] => {
  const { id: _, ...values } = tellingValues(collection, {
    me: () => [who.personId, wedding.rival.personId],
    mine: (table) => [ownContact(wedding, table, who), null],
  })
  const alone = collection.unique.flat()
  return combinationsOf(Object.fromEntries(Object.entries(values).filter(([field]) => !alone.includes(field))))
}

const ownContact = ({ rows }: Wedding, table: string, who: Somebody): Json =>
  rows.get(table)!.find((row) => row['person_id'] === who.personId)?.id ?? null

/** What the new row refers to; where no two rows may refer to one record, a record of its own. */
export const freshParents = async (world: World, collection: Collection): Promise<Parents> => {
  const parents = new Map<string, readonly string[]>(parentsOf(world.own))
  const alone = new Set(collection.unique.flat())
  for (const field of alone) {
    const table = collection.fieldOf(field)?.table
    if (!table || field === 'client_id') continue
    const of = allCollections.find(({ name }) => name === table)!
    const telling = of.scope === 'wedding' ? { client_id: world.own.id } : { role: 'viewer' }
    const [made] = await insertMade(world, table, world.own.organization, [rowOf(of, 0, telling, parents, world.coins)])
    parents.set(table, [made!.id])
  }
  return parents
}
