// Rows that are written, and what the triggers make of it: places in the organization's order, marks, history, who sees what
// since when, and conflicts whose server side moves along. Statement by statement, as PostgreSQL fires them.
import { sameJson } from '@wedsync/protocol'
import { moveConflicts } from './review.ts'
import { databaseError, type Tx } from './state.ts'
import {
  byId,
  inOrganization,
  linesOf,
  placesOf,
  rowKey,
  rowsOf,
  type Clock,
  type Line,
  type Mark,
  type Place,
  type Row,
} from './rows.ts'
import { audienceOf, nextSight, scopeOf, storedFields, wireOf, type Collections } from './sight.ts'
import type { Collection } from '@wedsync/merge'

/** Who writes, as the settings of the transaction say it. */
export type Writer = {
  userId: string | null
  role: string | null
  deviceId: string | null
  /** Record → the change that writes it. */
  changeIds: ReadonlyMap<string, string>
  at: number
}

/** `now` is the beginning of the transaction. */
export type Engine = {
  tx: Tx
  collections: Collections
  newId: () => string
  now: number
  refuses: (table: string, row: Row) => void
  /** Where there are several statements: what may be looked at once all of them are through. */
  later?: (() => Promise<void>)[]
}

/** Takes the clock, hands out places, leaves a mark. Answers the position before the first. */
export const tick = async (
  { tx, newId, now }: Pick<Engine, 'tx' | 'newId' | 'now'>,
  organizationId: string,
  count: number,
): Promise<number> => {
  await tx.lock(`clock/${organizationId}`)
  const clock = tx.get<Clock>('clock', organizationId)
  if (!clock) throw databaseError('SY010', 'an organization takes no changes')
  const head = clock.head + count
  tx.set('clock', organizationId, { ...clock, head })
  const mark: Mark = { organizationId, position: head, mark: newId(), at: now }
  tx.set('mark', inOrganization(organizationId, String(head)), mark)
  return clock.head
}

export const insertRows = async (
  engine: Engine,
  name: string,
  given: readonly Row[],
  writer: Writer,
): Promise<void> => {
  const { tx } = engine
  const collection = collectionOf(engine, name)
  for (const row of given) {
    await tx.lock(rowKey(name, row.id))
    if (tx.get('row', rowKey(name, row.id)))
      throw databaseError('23505', 'duplicate key', { constraint: `${name}_pkey` })
    tx.set('row', rowKey(name, row.id), row)
  }
  await checkKeys(engine, collection, given)
  for (const [organizationId, rows] of Map.groupBy(given, (row) => row.organization_id)) {
    const before = await tick(engine, organizationId, rows.length)
    const lines = [...rows].sort(byId).map((row, nth): Line => {
      const position = before + nth + 1
      const scope = scopeOf(collection, row)
      const fieldPositions = Object.fromEntries(storedFields(collection).map((field) => [field, position]))
      const others = placesOf(tx, name, row.id)
      const old = others.find((place) => place.scope === scope)
      const sight = nextSight(old ?? { audience: [], lost: [] }, audienceOf(collection, row), position)
      const place: Place = {
        ...{
          table: name,
          id: row.id,
          scope,
          organizationId,
          position,
          entered: old?.entered ?? position,
          fieldPositions,
          gone: null,
          changedAt: writer.at,
        },
        ...sight,
      }
      tx.set('record', rowKey(name, row.id), [...others.filter((one) => one !== old), place])
      return lineOf(writer, {
        organizationId,
        position,
        scope,
        table: name,
        id: row.id,
        action: 'create',
        before: null,
        after: wireOf(collection, storedFields(collection), row),
      })
    })
    await record(engine, lines)
  }
}

export type MovedRow = { row: Row; old: Row; fields: string[] }

/** `next`: the rows as they shall stand. Answers nothing; who wrote what is in history. */
export const updateRows = async (engine: Engine, name: string, next: readonly Row[], writer: Writer): Promise<void> => {
  const moved = await writeUpdates(engine, name, next)
  const olds = new Map(moved.map(({ row, old }) => [row.id, old]))
  await checkKeys(engine, collectionOf(engine, name), next, (row, field) => {
    const old = olds.get(row.id)
    return !old || sameJson(row[field] ?? null, old[field] ?? null)
  })
  await captureUpdates(engine, name, moved, writer)
}

/** The rows alone; what follows from them is for the triggers. */
export const writeUpdates = async (engine: Engine, name: string, next: readonly Row[]): Promise<MovedRow[]> => {
  const { tx } = engine
  const { fieldNames } = collectionOf(engine, name)
  const moved: MovedRow[] = []
  for (const row of next) {
    await tx.lock(rowKey(name, row.id))
    const old = tx.get<Row>('row', rowKey(name, row.id))!
    engine.refuses(name, row)
    const fields = fieldNames.filter((field) => !sameJson(row[field] ?? null, old[field] ?? null))
    tx.set('row', rowKey(name, row.id), row)
    if (fields.length > 0) moved.push({ row, old, fields })
  }
  return moved
}

export const captureUpdates = async (
  engine: Engine,
  name: string,
  moved: readonly MovedRow[],
  writer: Writer,
): Promise<void> => {
  const { tx } = engine
  const collection = collectionOf(engine, name)
  for (const [organizationId, rows] of Map.groupBy(moved, ({ row }) => row.organization_id)) {
    const before = await tick(engine, organizationId, rows.length)
    const lines = rows
      .sort(({ row: one }, { row: other }) => byId(one, other))
      .map(({ row, old, fields }, nth): Line => {
        const position = before + nth + 1
        const [scope, scopeBefore] = [scopeOf(collection, row), scopeOf(collection, old)]
        movePlace(tx, collection, { row, scope, scopeBefore, fields, position, at: writer.at })
        const pick = (from: Row) => Object.fromEntries(fields.map((field) => [field, from[field] ?? null]))
        return lineOf(writer, {
          organizationId,
          position,
          scope,
          table: name,
          id: row.id,
          action: 'update',
          before: pick(old),
          after: pick(row),
        })
      })
    await record(engine, lines)
  }
}

type Move = { row: Row; scope: string; scopeBefore: string; fields: string[]; position: number; at: number }

const movePlace = (tx: Tx, collection: Collection, { row, scope, scopeBefore, fields, position, at }: Move): void => {
  const places = placesOf(tx, collection.name, row.id)
  const old = places.find((place) => place.scope === scopeBefore)!
  const fieldPositions = { ...old.fieldPositions, ...Object.fromEntries(fields.map((field) => [field, position])) }
  const names = audienceOf(collection, row)
  const moved: Place = { ...old, position, fieldPositions, changedAt: at }
  if (scope === scopeBefore) {
    const place = { ...moved, ...nextSight(old, names, position) }
    tx.set('record', rowKey(collection.name, row.id), [...places.filter((one) => one !== old), place])
    return
  }
  const there = places.find((place) => place.scope === scope)
  const left: Place = { ...moved, gone: 'remove', ...nextSight(old, [], position) }
  const entered: Place = {
    ...moved,
    ...{ scope, entered: there?.entered ?? position, gone: null },
    ...nextSight(there ?? { audience: [], lost: [] }, names, position),
  }
  const others = places.filter((one) => one !== old && one !== there)
  tx.set('record', rowKey(collection.name, row.id), [...others, left, entered])
}

export const captureDeletes = async (
  engine: Engine,
  name: string,
  gone: readonly Row[],
  writer: Writer,
): Promise<void> => {
  const { tx } = engine
  const collection = collectionOf(engine, name)
  for (const [organizationId, rows] of Map.groupBy(gone, (row) => row.organization_id)) {
    const before = await tick(engine, organizationId, rows.length)
    const lines = [...rows].sort(byId).map((row, nth): Line => {
      const position = before + nth + 1
      const scope = scopeOf(collection, row)
      const places = placesOf(tx, name, row.id)
      const old = places.find((place) => place.scope === scope)!
      const place: Place = { ...old, position, gone: 'delete', changedAt: writer.at, ...nextSight(old, [], position) }
      tx.set('record', rowKey(name, row.id), [...places.filter((one) => one !== old), place])
      return lineOf(writer, {
        organizationId,
        position,
        scope,
        table: name,
        id: row.id,
        action: 'delete',
        before: wireOf(collection, storedFields(collection), row),
        after: null,
      })
    })
    await record(engine, lines)
  }
}

const record = async (engine: Engine, lines: readonly Line[]): Promise<void> => {
  const { tx } = engine
  for (const line of lines) tx.set('history', rowKey(line.table, line.id), [...linesOf(tx, line.table, line.id), line])
  await moveConflicts(engine, lines)
}

// `isOld`: fields that did not move, which nobody checks once more. A row that others refer to cannot go meanwhile, and who comes
// with the same key waits until the first is through.
const checkKeys = async (
  { tx, later }: Engine,
  collection: Collection,
  rows: readonly Row[],
  isOld: (row: Row, field: string) => boolean = () => false,
): Promise<void> => {
  for (const row of rows) {
    for (const [field, { table }] of Object.entries(collection.refersTo)) {
      const id = row[field] ?? null
      if (id === null || isOld(row, field)) continue
      await tx.share(rowKey(table, id as string))
      const parent = tx.get<Row>('row', rowKey(table, id as string))
      if (!parent || parent.organization_id !== row.organization_id)
        throw databaseError('23503', 'no such parent', { constraint: `${collection.name}_${field}_fkey` })
    }
    for (const fields of collection.unique) {
      if (fields.some((field) => (row[field] ?? null) === null) || fields.every((field) => isOld(row, field))) continue
      // of a wedding's tables these constraints are deferrable
      if (later && collection.scope === 'wedding')
        later.push(() => checkUnique(tx, collection, fields, tx.get<Row>('row', rowKey(collection.name, row.id))))
      else await checkUnique(tx, collection, fields, row)
    }
  }
}

const checkUnique = async (
  tx: Tx,
  { name }: Collection,
  fields: readonly string[],
  row: Row | undefined,
): Promise<void> => {
  if (!row || fields.some((field) => (row[field] ?? null) === null)) return
  const key = JSON.stringify(fields.map((field) => row[field]))
  await tx.lock(`unique/${name}/${inOrganization(row.organization_id, key)}`)
  const twin = rowsOf(tx, name).find(
    (one) =>
      one.id !== row.id &&
      one.organization_id === row.organization_id &&
      fields.every((field) => sameJson(one[field] ?? null, row[field] ?? null)),
  )
  if (twin) throw databaseError('23505', 'duplicate key', { constraint: `${name}_${fields.join('_')}_key` })
}

const lineOf = (
  { userId, role, deviceId, changeIds, at }: Writer,
  of: Omit<Line, 'userId' | 'role' | 'deviceId' | 'changeId' | 'at'>,
): Line => ({ ...of, userId, role, deviceId, changeId: changeIds.get(of.id) ?? null, at })

const collectionOf = ({ collections }: Engine, name: string): Collection => {
  const found = collections.get(name)
  if (!found) throw databaseError('42P01', `relation ${name} does not exist`)
  return found
}
