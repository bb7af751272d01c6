// Every write a person could try, with what the declarations say about it: changes of rows that are theirs and not theirs,
// field by field; new records in every wedding and none; deletes, restores; references to what is not theirs; ids that are
// taken elsewhere; decisions about what waits.
import { randomUUID } from 'node:crypto'
import type { JsonObject } from '@wedsync/protocol'
import { rightsOf, type Collection, type Rights } from '@wedsync/merge'
import { allCollections } from '@wedsync/wedding'
import { dataOf, type Row } from '../visible-to.ts'
import { parentsOf, weddingsOf, type World } from './a-matrix-world.ts'
import type { Truth } from './may-read.ts'
import type { Past } from './past.ts'
import { rowOf, valueOf } from './row-values.ts'
import type { Somebody } from './somebody.ts'
import { freshParents, isWritable, kindsFor, type Spare } from './spares.ts'

export type Cell = {
  what: string
  change: JsonObject & { changeId: string; table: string; id: string }
  /** `either`: the declarations leave it open; then only what comes back and what is written counts. */
  expect: 'allowed' | 'refused' | 'either'
  /** Codes a refusal may have. */
  codes: string[]
  /** Fields of the record that may be another afterwards; of a new or deleted record all. */
  moves: readonly string[] | 'all' | 'none'
}
export type Writing = { world: World; past: Past; truth: Truth; who: Somebody; versions: ReadonlyMap<string, number>; chance: () => number } // prettier-ignore

/** A refusal of what exists; of what nobody knows, that it has not arrived yet. */
const [no, notHere] = [['forbidden'], ['forbidden', 'record_missing', 'missing_parent', 'behind']]

export const cellsFor = async (
  writing: Writing,
  spares: ReadonlyMap<string, Spare>,
  collections: readonly Collection[],
): Promise<Cell[]> => {
  const cells: Cell[] = []
  for (const collection of collections) {
    const rights = rightsOf(collection, writing.truth.eye(writing.who).role ?? 'nobody')
    const spare = spares.get(collection.name)
    cells.push(
      ...updatesOfRows(writing, collection, rights),
      ...(spare ? await updatesOfSpare(writing, collection, rights, spare) : []),
      ...(await creates(writing, collection, rights)),
      ...deletes(writing, collection, rights, spare),
    )
  }
  return [...cells, ...editsAgain(writing), ...decisions(writing)]
}

const cell = (what: string, change: JsonObject & { table: string; id: string }, expect: Cell['expect'], codes = no, moves: Cell['moves'] = 'none'): Cell => ({ what: `${what} of ${change.table}`, change: { changeId: randomUUID(), ...change }, expect, codes, moves }) // prettier-ignore

/** Rows of all weddings: all of the own one, of the others one of each table. */
const rowsOf = ({ world, truth }: Writing, { name, isScope }: Collection): { row: Row; at: string }[] =>
  weddingsOf(world).flatMap((wedding) => {
    const made = wedding.rows.get(name) ?? []
    const chosen = wedding === world.own ? made : made.slice(0, 1)
    const ids = chosen.length > 0 || isScope ? chosen.map(({ id }) => id) : (truth.rows(wedding.organization).get(name) ?? []).slice(0, 2).map(({ id }) => id) // prettier-ignore
    return ids.flatMap((id) => {
      const row = truth.lastOf(id)
      return row ? [{ row, at: wedding.name }] : []
    })
  })

const isThere = ({ truth, who }: Writing, { name }: Collection, id: string) =>
  [who.organization].some((organization) =>
    truth
      .rows(organization)
      .get(name)!
      .some((row) => row.id === id),
  )

// Where the row is not theirs: with a base that is wrong, and as somebody who knows the version and says no base.
const updatesOfRows = (writing: Writing, collection: Collection, rights: Rights): Cell[] => {
  const { truth, who, versions, chance, world } = writing
  const fields = rights.changes.length > 0 ? rights.changes.slice(0, 3) : collection.fieldNames.filter((field) => !collection.fieldOf(field)!.isFixed).slice(0, 1) // prettier-ignore
  if (fields.length === 0) return []
  const wanted = (stands?: Row) =>
    Object.fromEntries(
      fields.map((field) => [field, different(collection, field, stands?.[field], valueOf(collection, field, 1, parentsOf(world.own), world.coins))]), // prettier-ignore
    )
  const known = rowsOf(writing, collection).flatMap(({ row, at }): Cell[] => {
    const isOurs = row['organization_id'] !== undefined || isThere(writing, collection, row.id)
    const may = rights.changes.length > 0 && isOurs && isWritable(truth, who, collection, row)
    // what they may write they do on rows of their own
    if (may) return []
    const guess = chance() < 0.5 ? { baseVersion: 1, base: wanted() } : { baseVersion: versions.get(row.id) ?? 1 }
    const isGone = !isThere(writing, collection, row.id) && at !== 'other organization'
    return [cell(`update in ${at}${isGone ? ' of what was deleted' : ''}`, { action: 'update', table: collection.name, id: row.id, data: wanted(row), ...guess }, isGone ? 'either' : 'refused')] // prettier-ignore
  })
  return [...known, cell('update of nothing', { action: 'update', table: collection.name, id: randomUUID(), baseVersion: 1, data: wanted() }, 'refused', notHere)] // prettier-ignore
}

const updatesOfSpare = async (
  writing: Writing,
  collection: Collection,
  rights: Rights,
  { toChange }: Spare,
): Promise<Cell[]> => {
  const { truth, who, world, versions } = writing
  const { name, refersTo, fieldNames, fieldOf } = collection
  const stands = dataOf(collection, 'owner', truth.lastOf(toChange.id)!) as JsonObject
  const update = (data: JsonObject) => ({ action: 'update', table: name, id: toChange.id, baseVersion: versions.get(toChange.id)!, data, base: Object.fromEntries(Object.keys(data).map((field) => [field, stands[field] ?? null])) }) // prettier-ignore
  const parents = await freshParents(world, collection)
  const fresh = (field: string) => valueOf(collection, field, 1, parents, world.coins)
  // what tells who may write the row stays as it is; a row that is its own parent would be a circle
  const telling = rightsOf(collection, truth.eye(who).role!).writesOnly.flatMap((where) => ('field' in where ? [where.field] : [])) // prettier-ignore
  // what needs somebody else's word waits for it: push/freeze.pg.test.ts
  const isTheirs = (field: string) => fieldOf(field)!.approval?.by.includes(truth.eye(who).role!) ?? true
  const open = rights.changes.filter((field) => !telling.includes(field) && !(fieldOf(field)!.table === name) && isTheirs(field)) // prettier-ignore
  const closed = fieldNames.filter((field) => !rights.changes.includes(field))
  const references = rights.changes.filter((field) => refersTo[field] && !telling.includes(field))
  const foreignOf = (field: string) => truth.rows(world.foreign.organization).get(refersTo[field]!.table)![0]!.id
  return [
    // what is open goes in together: the first of them, before anything else of the row was tried
    ...(open.length > 0 ? [cell('update of all they may', update(Object.fromEntries(open.map((field) => [field, fresh(field)]))), 'allowed', no, open)] : []), // prettier-ignore
    ...closed.map((field) => cell(`update of ${field}`, update({ [field]: different(collection, field, stands[field], fresh(field)) }), 'refused', [...no, 'invalid_value', 'unknown_field'])), // prettier-ignore
    ...references.map((field) => cell(`a foreign ${field}`, update({ [field]: foreignOf(field) }), 'refused')),
    ...references.map((field) => cell(`an unknown ${field}`, update({ [field]: randomUUID() }), 'refused', ['missing_parent'])), // prettier-ignore
  ]
}

/** Another value than stands there: to say what is there already is no write. */
const different = ({ fieldOf }: Collection, name: string, stands: unknown, fresh: JsonObject[string]) => {
  const { kind, options } = fieldOf(name)!
  if (kind === 'bool') return stands !== true
  if (kind === 'one_of') return options!.find((option) => option !== stands)!
  if (kind === 'currency') return stands === 'EUR' ? 'GBP' : 'EUR'
  return kind === 'zone' ? 'Europe/London' : fresh
}

const creates = async (writing: Writing, collection: Collection, rights: Rights): Promise<Cell[]> => {
  const { world, truth, who, chance } = writing
  const { name, scope, isScope, defaults } = collection
  const eye = truth.eye(who)
  const given = rights.gives.length > 0 ? rights.gives : collection.fieldNames
  const isOfWedding = (scope === 'wedding' && !isScope) || name === 'assignments'
  const parents = await freshParents(world, collection)
  const record = (more: JsonObject, kind: JsonObject = {}, fields = given) => {
    const row = rowOf(collection, 0, { ...(isOfWedding ? { client_id: world.own.id } : {}), ...kind }, parents, world.coins) // prettier-ignore
    return { ...Object.fromEntries(Object.entries(row).filter(([field]) => fields.includes(field) || collection.requiredNames.includes(field))), ...more } // prettier-ignore
  }
  const create = (data: JsonObject, id: string = randomUUID()) => ({ action: 'create', table: name, id, baseVersion: null, data }) // prettier-ignore
  const mayGive = (data: JsonObject) =>
    rights.mayCreate && Object.keys(data).every((field) => rights.gives.includes(field)) &&
    (rights.writesOnly.length === 0 || rights.writesOnly.some((where) => eye.holds(where, { ...defaults, ...data } as unknown as Row))) // prettier-ignore
  const kinds = kindsFor(world.own, who, collection).map((kind) => record({}, pick(kind, given)))
  const places = isOfWedding ? [world.other.id, world.foreign.id, randomUUID()].map((client_id) => record({ client_id })) : [] // prettier-ignore
  const open = kinds.find(mayGive)
  const closed = collection.fieldNames.filter((field) => !rights.gives.includes(field))
  const taken = rowsOf(writing, collection).filter(({ at }) => at !== 'own wedding')
  return [
    ...kinds.map((data) => cell('create', create(data), mayGive(data) ? 'allowed' : 'refused', no, 'all')),
    ...places.map((data, nth) => cell(`create ${['in another wedding', 'in another organization', 'in no wedding'][nth]!}`, create(data), eye.scopes.includes(data['client_id'] as string) && mayGive(data) ? 'either' : 'refused', nth === 2 ? notHere : no, eye.scopes.includes(data['client_id'] as string) ? 'all' : 'none')), // prettier-ignore
    ...(open && chance() < 2 ? closed.map((field) => cell(`create with ${field}`, create({ ...open, [field]: different(collection, field, defaults[field], valueOf(collection, field, 1, parents, world.coins)) }), 'refused', [...no, 'invalid_value', 'unknown_field'])) : []), // prettier-ignore
    ...(open ? taken.filter(({ row, at }) => at === 'other organization' || !isWritable(truth, who, collection, row)).map(({ row, at }) => cell(`create under an id of the ${at}`, create(record({}, open), row.id), isScope && at === 'other wedding' ? 'either' : 'refused')) : []), // prettier-ignore
  ]
}

const pick = (kind: JsonObject, fields: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(kind).filter(([field]) => fields.includes(field)))

const deletes = (writing: Writing, collection: Collection, rights: Rights, spare: Spare | undefined): Cell[] => {
  const { truth, who, versions } = writing
  const remove = (row: Row) => ({ action: 'delete', table: collection.name, id: row.id, baseVersion: versions.get(row.id) ?? 1, data: {}, base: {} }) // prettier-ignore
  const others = rowsOf(writing, collection).flatMap(({ row, at }): Cell[] => {
    const isForeign = at === 'other organization'
    if (!isForeign && rights.mayDelete && isWritable(truth, who, collection, row)) return []
    const isGone = !isForeign && !isThere(writing, collection, row.id)
    return [cell(`delete in ${at}`, remove(row), isGone ? 'either' : 'refused')]
  })
  if (!spare) return others
  const stands = truth.lastOf(spare.toDelete.id)!
  const own = rights.mayDelete ? cell('delete', { ...remove(stands), base: dataOf(collection, truth.eye(who).role!, stands) as JsonObject }, 'allowed', no, 'all') : cell('delete', remove(stands), 'refused') // prettier-ignore
  return [...others, own]
}

/** What they once contested and still may write they edit again: it joins what waits, and whatever else waits there stays untold. */
const editsAgain = ({ past, truth, who, world }: Writing): Cell[] =>
  past.conflicts
    .filter(({ status, author }) => status === 'pending' && author === who)
    .flatMap(({ sent }) => {
      const collection = allCollections.find(({ name }) => name === sent.table)!
      const { changes } = rightsOf(collection, truth.eye(who).role ?? 'nobody')
      const fields = Object.keys(sent['data'] as JsonObject).filter((field) => changes.includes(field))
      const data = Object.fromEntries(fields.map((field) => [field, valueOf(collection, field, 1, parentsOf(world.own), world.coins)])) // prettier-ignore
      const change = { action: 'update', table: sent.table, id: sent.id, baseVersion: 1, after: sent.changeId, data }
      return fields.length > 0 ? [cell('another edit of what waits', change, 'either', no, fields)] : []
    })

/** What waits and is not theirs to decide. */
const decisions = ({ past, truth, who }: Writing): Cell[] => {
  const { role } = truth.eye(who)
  const isPlanner = (organization: string) => organization === who.organization && (role === 'owner' || role === 'planner' || role === 'assistant') // prettier-ignore
  return past.conflicts
    .filter(({ status, wedding }) => status === 'pending' && !(isPlanner(wedding.organization) && truth.eye(who).scopes.includes(wedding.id))) // prettier-ignore
    .map(({ conflictId, wedding }) => cell(`a decision in ${wedding.name}`, { action: 'update', table: 'conflicts', id: conflictId, data: { choice: 'client' } }, 'refused', [...no, 'record_missing', 'behind'])) // prettier-ignore
}
