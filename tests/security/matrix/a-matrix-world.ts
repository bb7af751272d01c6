// Two companies, three weddings, somebody of every role, and rows of every kind that anybody sees and somebody else does not.
// In come a database and a server on it; out go the people, the weddings and their rows, nothing of it edited yet.
import { randomUUID } from 'node:crypto'
import { roles, type Json, type JsonObject, type Role } from '@wedsync/protocol'
import { allCollections } from '@wedsync/wedding'
import type { TestDatabase } from '@wedsync/postgres/testing'
import { insertRows } from '../../../supabase/tests/testing/a-company.ts'
import { createCoins, type Coins } from './canaries.ts'
import { combinationsOf, rowOf, tellingValues } from './row-values.ts'
import { somebody, type Fetch, type Somebody } from './somebody.ts'

export type Made = { id: string; organization_id: string } & JsonObject
export type Crew = Record<Role, Somebody>
export type Wedding = {
  name: 'own wedding' | 'other wedding' | 'other organization'
  id: string
  organization: string
  crew: Crew
  /** Another vendor at the same wedding. */
  rival: Somebody
  rows: Map<string, Made[]>
}
export type World = {
  database: TestDatabase
  fetch: Fetch
  coins: Coins
  own: Wedding
  other: Wedding
  foreign: Wedding
  /** Somebody with a valid token whom nobody has heard of, and somebody who worked here once. */
  stranger: Somebody
  former: Somebody
  /** Records that somebody came to see, or lost from sight: their history does not tell everybody all of what stands. */
  turned: Set<string>
}

export const weddingsOf = ({ own, other, foreign }: World): Wedding[] => [own, other, foreign]
/** Everybody as whom every route is tried. */
export const triedBy = ({ own, stranger, former }: World): Somebody[] => [...Object.values(own.crew), stranger, former]

export const aMatrixWorld = async (database: TestDatabase, fetch: Fetch): Promise<World> => {
  const coins = createCoins()
  const [ours, theirs] = [randomUUID(), randomUUID()]
  for (const id of [ours, theirs])
    await database.admin.query('insert into organizations (id, name) values ($1, $2)', [id, coins.word()])
  const owner = somebody('owner', 'owner', ours)
  const own = aWedding('own wedding', ours, { owner })
  const other = aWedding('other wedding', ours, { owner })
  const foreign = aWedding('other organization', theirs, { owner: somebody('owner there', 'owner', theirs) })
  const [stranger, former] = [somebody('stranger', null, ours), somebody('former planner', 'planner', ours)]
  const world: World = { database, fetch, coins, own, other, foreign, stranger, former, turned: new Set() }

  await insertPeople(world, ours, [owner, ...crewOf(own), ...crewOf(other), former])
  await insertPeople(world, theirs, [foreign.crew.owner, ...crewOf(foreign)])
  for (const wedding of weddingsOf(world)) await insertWedding(world, wedding)
  return world
}

const aWedding = (name: Wedding['name'], organization: string, { owner }: { owner: Somebody }): Wedding => {
  const crew = Object.fromEntries(
    roles.map((role) => [role, role === 'owner' ? owner : somebody(name === 'own wedding' ? role : `${role} of the ${name}`, role, organization)]), // prettier-ignore
  ) as Crew
  const rival = somebody(`another vendor of the ${name}`, 'vendor', organization)
  return { name, id: randomUUID(), organization, crew, rival, rows: new Map() }
}

const crewOf = ({ crew, rival }: Wedding): Somebody[] => [
  ...Object.values(crew).filter(({ role }) => role !== 'owner'),
  rival,
]

const collectionOf = (table: string) => allCollections.find(({ name }) => name === table)!

/** Inserts whole rows; hands them back with their ids. */
export const insertMade = async (
  { database }: World,
  table: string,
  organization: string,
  rows: JsonObject[],
): Promise<Made[]> => {
  const made = rows.map((row): Made => ({ id: randomUUID(), organization_id: organization, ...row }))
  if (made.length > 0) await insertRows(database.admin, table, made)
  return made
}

const insertPeople = async (world: World, organization: string, members: Somebody[]) => {
  const { coins } = world
  // somebody of every role whom no account belongs to
  const contacts = roles.map((role) => ({ role, personId: randomUUID() }))
  const people = [...members, ...contacts].map(({ personId, role }, nth) => ({
    id: personId,
    ...rowOf(collectionOf('people'), nth, { role: role! }, new Map(), coins),
  }))
  await insertMade(world, 'people', organization, people)
  await insertMade(world, 'memberships', organization, members.map(({ userId, personId, role }, nth) => rowOf(collectionOf('memberships'), nth, { user_id: userId, person_id: personId, role: role! }, new Map(), coins))) // prettier-ignore
}

const insertWedding = async (world: World, wedding: Wedding) => {
  const { coins, former } = world
  const { id, organization, crew, rows } = wedding
  const { organization_id: _, ...client } = { organization_id: '', ...rowOf(collectionOf('clients'), 2, {}, new Map(), coins) } // prettier-ignore
  rows.set('clients', await insertMade(world, 'clients', organization, [{ id, ...client }]))
  const assigned = [...crewOf(wedding).filter(({ role }) => role !== 'vendor'), ...(wedding.name === 'own wedding' ? [former] : [])] // prettier-ignore
  rows.set('assignments', await insertMade(world, 'assignments', organization, assigned.map(({ personId }) => ({ person_id: personId, client_id: id, is_lead: personId === crew.planner.personId })))) // prettier-ignore
  for (const { name, scope, isScope } of allCollections)
    if (scope === 'wedding' && !isScope) rows.set(name, await insertKind(world, wedding, name))
}

/** A row of every kind of one table. */
const insertKind = async (world: World, wedding: Wedding, table: string): Promise<Made[]> => {
  const collection = collectionOf(table)
  const kinds = combinationsOf(
    tellingValues(collection, {
      me: () => [wedding.crew.vendor.personId, wedding.rival.personId, null],
      mine: (other) => [wedding.crew.vendor, wedding.rival, null].map((who) => contactOf(wedding, other, who)),
    }),
  )
  const enough = Array.from({ length: Math.max(kinds.length, 3) }, (_one, nth) => kinds[nth % kinds.length]!)
  const parents = parentsOf(wedding)
  return await insertMade(
    world,
    table,
    wedding.organization,
    enough.map((kind, nth) => rowOf(collection, nth, { client_id: wedding.id, ...kind }, parents, world.coins)),
  )
}

const contactOf = ({ rows }: Wedding, table: string, who: Somebody | null): Json =>
  who && rows.get(table)!.find((row) => row['person_id'] === who.personId)!.id

/** What rows of a wedding may refer to: its own rows, and the people who work on it. */
export const parentsOf = ({ rows, crew, rival }: Wedding): Map<string, string[]> =>
  new Map<string, string[]>([
    ...[...rows].map(([table, made]): [string, string[]] => [table, made.map(({ id }) => id)]),
    ['people', [...Object.values(crew), rival].map(({ personId }) => personId)],
  ])
