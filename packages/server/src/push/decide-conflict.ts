// Takes what a person says about a conflict, the conflict and what stands; answers what is written, how each change that
// waited ends, or why it cannot be decided so. Pure. Only contested fields, only values a side wrote, a rule proposed or this
// person gives now; nobody decides on a view that is no longer true.  Keeps P4, P7, P11, P12.
import { levelOf, readData, type Collection, type Holds } from '@wedsync/merge'
import {
  failureCodes,
  sameJson,
  type Choice,
  type ConflictDecision,
  type ConflictField,
  type FailureCode,
  type Json,
  type JsonObject,
} from '@wedsync/protocol'
import { nameOf, recordOf } from './contested-record.ts'
import type { Chosen } from './chosen.ts'
import { circleIn, circleRefusal } from './closes-circle.ts'
import { alikeRule, circleRule } from './double-rules.ts'
import { endingsFor } from './endings-for.ts'
import { keyOf } from './key-of.ts'
import type { DecidedConflict, OpenedBatch, StoredRow } from './opened-batch.ts'
import { isHeldFrom, isHeldWrite } from './held-decisions.ts'
import type { Refusal } from './read-changes.ts'
import { deletedByGroup, restOf, type Rest } from './rest-of-group.ts'
import { doublesSince } from './possible-double.ts'
import { rowsAfter, takenBy, takenRefusal } from './still-free.ts'
import type { Write } from './write.ts'

export type Decided = {
  conflictId: string
  version: number
  choice: Choice
  note: string | null
  /** One for each field of the conflict, in its order. */
  chosen: Chosen[]
  writes: Write[]
  /** How each change that waited ends. */
  outcomes: Record<string, string>
}

/** `more`: fields that turned out to be contested as well, for whoever looks again. */
export type DecisionPlan = { decided: Decided } | { refusal: Refusal; more: ConflictField[] }

export type Known = {
  collections: ReadonlyMap<string, Collection>
  table: ReadonlyMap<string, StoredRow>
  rights: OpenedBatch['rights']
  role: string
  /** Their role in this wedding: `lead` for the one planner of it who is. */
  authority: string
  /** What of a record waits for somebody in charge, where they are not. */
  holds: (row: StoredRow, collection: Collection) => Holds
  opened: Pick<OpenedBatch, 'holders'>
}

export const decideConflict = (
  decisionId: string,
  wish: ConflictDecision,
  conflict: DecidedConflict,
  known: Known,
): DecisionPlan => {
  if (conflict.status === 'resolved') return refused('already_resolved')
  const chosen = chosenFor(wish, conflict, known)
  const isWithdrawal = !('code' in chosen) && chosen.every(({ choice }) => choice === 'server')
  if (!mayDecide(conflict, known) && !(conflict.isOwn && isWithdrawal)) return refused('forbidden')
  if (wish.version !== undefined && wish.version !== conflict.version) return refused('conflict_moved')
  if ('code' in chosen) return { refusal: chosen, more: [] }

  const rest = isWithdrawal ? { moved: [], records: new Map<string, Rest>() } : restOf(conflict, known)
  if (rest.moved.length > 0) return { ...refused('conflict_moved'), more: rest.moved }
  const doubles = doublesSince(conflict, rest.records, known, known.collections)
  if (doubles.length > 0) return { ...refused('conflict_moved'), more: doubles }
  const writes: Write[] = []
  for (const key of new Set([
    ...conflict.fields.map((field) => keyOf(recordOf(conflict, field))),
    ...rest.records.keys(),
  ])) {
    const own = conflict.fields.flatMap((field, nth) =>
      keyOf(recordOf(conflict, field)) === key ? [{ field, chosen: chosen[nth]! }] : [],
    )
    const ofRest =
      rest.records.get(key) ?? (isWithdrawal || known.table.has(key) ? undefined : restOfCreate(conflict, key))
    const write = writeFor(decisionId, key, own, ofRest, known)
    if (write && 'code' in write) return { refusal: write, more: [] }
    if (write) writes.push(write)
  }
  // what they may decide, but not now: the plan was frozen since
  if (writes.some((write) => isHeldWrite(write, known))) return refused('forbidden')
  const taken = withoutTwins(conflict, writes, known)
  if (taken) return { refusal: taken, more: [] }
  const circle = inCircle(writes, known)
  if (circle) return { refusal: circle, more: [] }
  const { conflictId, version } = conflict
  const outcomes = endingsFor(conflict, chosen, writes)
  const choice = wish.choice ?? 'custom'
  return { decided: { conflictId, version, choice, note: wish.note ?? null, chosen, writes, outcomes } }
}

const mayDecide = (conflict: DecidedConflict, { role, authority, table, collections }: Known): boolean =>
  conflict.mayDecide &&
  !isHeldFrom(conflict, authority, collections) &&
  (role !== 'assistant' ||
    conflict.fields.every((field) => {
      const record = recordOf(conflict, field)
      const collection = collections.get(record.table)
      return collection && levelOf(collection, field.field, table.get(keyOf(record))?.fields ?? {}) !== 'critical'
    }))

const chosenFor = (wish: ConflictDecision, conflict: DecidedConflict, known: Known): Chosen[] | Refusal => {
  const names = conflict.fields.map(nameOf)
  const choices = new Map(Object.entries(wish.choices ?? {}))
  const values = new Map(Object.entries(wish.values ?? {}))
  const strange = [...choices.keys(), ...values.keys()].find((name) => !names.includes(name))
  if (strange !== undefined)
    return { code: 'unknown_field', message: 'This field is not contested here.', field: strange.slice(0, 200) }
  const all: Chosen[] = []
  const deleted = deletedByGroup(conflict)
  for (const field of conflict.fields) {
    const name = nameOf(field)
    const choice = choices.get(name) ?? (values.has(name) ? 'custom' : wish.choice)
    if (choice === undefined) return { code: 'missing_field', message: 'Say what becomes of this field.', field: name }
    const isDelete = field.client === undefined || deleted.has(keyOf(recordOf(conflict, field)))
    const one = resolvedFor(field, choice, values.get(name), { conflict, isDelete }, known)
    if ('code' in one) return one
    all.push(one)
  }
  return all
}

const resolvedFor = (
  field: ConflictField,
  choice: Choice,
  given: Json | undefined,
  { conflict, isDelete }: { conflict: DecidedConflict; isDelete: boolean },
  { collections }: Known,
): Chosen | Refusal => {
  const name = nameOf(field)
  if (choice === 'server') return { choice, resolved: field.server ?? null }
  if (choice === 'client') return isDelete ? { choice } : { choice, resolved: field.client! }
  if (isDelete)
    return { code: 'invalid_value', message: 'Somebody wants it gone: it goes, or it stays as it is.', field: name }
  if (choice === 'merged')
    return field.proposed === undefined
      ? { code: 'invalid_value', message: 'There is no proposal for this field.', field: name }
      : { choice, resolved: field.proposed }
  if (given === undefined) return { code: 'missing_field', message: 'Say which value it should have.', field: name }
  const collection = collections.get(recordOf(conflict, field).table)!
  const read = readData(collection, 'update', { [field.field]: given })
  if (!read.ok) return { ...read.problems[0]!, field: name }
  return { choice, resolved: read.data[field.field]! }
}

type Own = { field: ConflictField; chosen: Chosen }[]

const writeFor = (
  changeId: string,
  key: string,
  own: Own,
  rest: Rest | undefined,
  { table, rights, collections }: Known,
): Write | Refusal | null => {
  const row = table.get(key)
  const [name, id] = key.split('/') as [string, string]
  const may = rights[name]
  const forbidden = (field?: string): Refusal => ({
    ...{ code: 'forbidden', message: failureCodes.forbidden.says },
    ...(field !== undefined && { field }),
  })
  if (!may) return forbidden()
  const asWrite = (action: Write['action'], data: JsonObject): Write => ({ changeId, table: name, id, action, data })

  if (rest?.isDelete || (own.length > 0 && own.every(({ field }) => field.client === undefined))) {
    const picks = new Set(own.map(({ chosen }) => chosen.choice))
    if (picks.size > 1)
      return {
        code: 'invalid_value',
        message: 'It goes as a whole, or it stays as a whole.',
        field: nameOf(own[0]!.field),
      }
    if (picks.has('server') || !row || row.isDeleted) return null
    return may.canDelete ? asWrite('delete', {}) : forbidden()
  }
  // it is made, or it is not: what is between the two nobody wrote
  if (
    own.some(({ field: { rule } }) => rule === alikeRule || rule === circleRule) &&
    new Set(own.map(({ chosen }) => chosen.choice === 'server')).size > 1
  )
    return {
      ...{ code: 'invalid_value', message: 'It is made, or it is not: choose one side for all of it.' },
      field: nameOf(own[0]!.field),
    }
  const picked = own.flatMap(({ field, chosen }): [string, Json][] => [[field.field, chosen.resolved ?? null]])
  const wanted: JsonObject = { ...rest?.data, ...Object.fromEntries(picked) }
  if (!row || row.isDeleted) {
    // what was deleted meanwhile stays so, unless somebody's edit is wanted
    const isWanted = rest !== undefined || own.some(({ chosen }) => chosen.choice !== 'server')
    if (!isWanted) return null
    if (!may.canCreate) return forbidden()
    const whole = Object.entries({ ...row?.fields, ...wanted })
    // what they may not give it comes back with it where it is what every new record has; else it would be lost without a word
    const given = whole.filter(([field]) => may.writes.includes(field))
    const { defaults } = collections.get(name)!
    const closed = whole.find(
      ([field, value]) => !may.writes.includes(field) && !sameJson(value, defaults[field] ?? null),
    )
    return closed ? forbidden(closed[0]) : asWrite('create', Object.fromEntries(given))
  }
  const news = Object.entries(wanted).filter(([field, value]) => !sameJson(row.fields?.[field] ?? null, value))
  if (news.length === 0) return null
  const closed = news.find(([field]) => !may.changes.includes(field))
  return closed ? forbidden(closed[0]) : asWrite('update', Object.fromEntries(news))
}

// what was only made, and waits by itself, goes in as a whole
const restOfCreate = ({ changes }: DecidedConflict, key: string): Rest | undefined => {
  const made = changes.find(
    ({ id, action, groupId, table }) =>
      action === 'create' && groupId === null && id !== null && keyOf({ table, id }) === key,
  )
  return made && { isDelete: false, data: made.data ?? {} }
}

// of a record that was made a second time, what was chosen goes into the first; the others have to be free when all of it is in
const withoutTwins = (conflict: DecidedConflict, writes: Write[], known: Known): Refusal | null => {
  for (const write of [...writes]) {
    const taken = takenBy(write, writes, known)
    if (!taken) continue
    const isTwin =
      taken.yields === null &&
      write.action === 'create' &&
      conflict.fields.some((field) => keyOf(recordOf(conflict, field)) === keyOf(taken.by))
    if (!isTwin) return takenRefusal(taken, known.collections.get(write.table)!)
    writes.splice(writes.indexOf(write), 1)
  }
  return null
}

// looked at when all of it is in
const inCircle = (writes: readonly Write[], { collections, table, opened }: Known): Refusal | null => {
  const then = rowsAfter(writes, { collections, table })
  for (const write of writes) {
    const collection = collections.get(write.table)!
    const row = then.get(keyOf(write))!
    if (write.action !== 'create' || !row.fields) continue
    if (circleIn({ table: then, opened }, collection, { id: write.id, fields: row.fields }))
      return circleRefusal(collection)
  }
  return null
}

const refused = (code: FailureCode): { refusal: Refusal; more: ConflictField[] } => ({
  refusal: { code, message: failureCodes[code].says },
  more: [],
})
