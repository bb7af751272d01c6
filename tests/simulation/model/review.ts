// Conflicts that wait for a person: how their server side moves along, who may read which of their fields, who may decide.
import { rightsOf, sideLaid } from '@wedsync/merge'
import { sameJson, type ConflictField, type Json, type JsonObject } from '@wedsync/protocol'
import { tick, type Engine } from './capture.ts'
import {
  inOrganization,
  instant,
  linesOf,
  placesOf,
  rowKey,
  rowsOf,
  type ConflictRow,
  type Contested,
  type LedgerRow,
  type Line,
  type Place,
  type Row,
  type Waiting,
} from './rows.ts'
import { audienceOf, seesRecord, type Caller, type Collections } from './sight.ts'
import type { Reads } from './state.ts'

export type View = { reads: Reads; collections: Collections; caller: Caller }
const team = ['owner', 'planner', 'assistant']
const conflictsTable = 'conflicts'

// -- in the feed

/** Triggers of sync_conflict_log: every row of one statement gets its place. */
export const placeConflicts = async (engine: Engine, rows: readonly ConflictRow[]): Promise<void> => {
  const { tx, now } = engine
  for (const [organizationId, members] of Map.groupBy(rows, (row) => row.organizationId)) {
    const before = await tick(engine, organizationId, members.length)
    members
      .sort((one, other) => (one.conflictId < other.conflictId ? -1 : 1))
      .forEach((row, nth) => {
        const position = before + nth + 1
        const scope = row.scope ?? organizationId
        const key = rowKey(conflictsTable, row.conflictId)
        const known = placesOf(tx, conflictsTable, row.conflictId).find((place) => place.scope === scope)
        const names = [
          'team',
          ...rowsOf(tx, 'memberships')
            .filter((one) => one.organization_id === organizationId && one['user_id'] === row.userId)
            .map((one) => `person:${one['person_id'] as string}`),
        ]
        const place: Place = known
          ? { ...known, position, fieldPositions: { conflict: position }, changedAt: now }
          : {
              ...{ table: conflictsTable, id: row.conflictId, scope, organizationId, position, gone: null, lost: [] },
              ...{ entered: position, fieldPositions: { conflict: position }, changedAt: now },
              audience: names.map((name) => ({ name, since: position })),
            }
        tx.set('record', key, [place])
      })
  }
}

export const setConflict = async (engine: Engine, row: ConflictRow): Promise<void> => {
  engine.tx.set('conflict', inOrganization(row.organizationId, row.conflictId), row)
  await placeConflicts(engine, [row])
}

/** Triggers of sync.history: what moved is handed to the conflicts that wait about it. */
export const moveConflicts = async (engine: Engine, lines: readonly Line[]): Promise<void> => {
  const { tx } = engine
  const contested = [...tx.all<Contested>('contested')].map(([, one]) => one)
  const met = lines.flatMap((line) =>
    contested
      .filter((one) => one.organizationId === line.organizationId && one.id === line.id && one.table === line.table)
      .map(({ conflictId }) => ({ line, conflictId })),
  )
  met.sort((one, other) =>
    one.conflictId === other.conflictId
      ? one.line.position - other.line.position
      : one.conflictId < other.conflictId
        ? -1
        : 1,
  )
  for (const { line, conflictId } of met) {
    const key = inOrganization(line.organizationId, conflictId)
    await tx.lock(`conflict/${key}`)
    const log = tx.get<ConflictRow>('conflict', key)
    if (log?.status !== 'pending') continue
    const fields = movedFields(log, line)
    if (sameJson(fields as never, log.fields as never) && line.action === 'update' && !movesTogether(engine, log, line))
      continue
    const isFirst = line.id === log.id && line.table === log.table
    const kind = !isFirst
      ? log.kind
      : line.action === 'delete' && log.kind === 'fields'
        ? 'edit_deleted'
        : line.action === 'create' && log.kind === 'edit_deleted'
          ? 'fields'
          : log.kind
    await setConflict(engine, { ...log, fields, kind, version: log.version + 1 })
  }
}

const isOf = (log: ConflictRow, field: ConflictField, { table, id }: { table: string; id: string }): boolean =>
  (field.table ?? log.table) === table && (field.id ?? log.id) === id

const movesTogether = ({ collections }: Engine, log: ConflictRow, line: Line): boolean => {
  const collection = collections.get(line.table)
  return log.fields.some((field) => {
    const group = isOf(log, field, line) ? collection?.fieldOf(field.field)?.group : null
    if (!group) return false
    return (collection!.groups.get(group) ?? []).some((name) => Object.hasOwn(line.after ?? {}, name))
  })
}

const movedFields = (
  log: ConflictRow,
  { table, id, action, before, after, userId, deviceId, at }: Line,
): ConflictField[] => {
  if (action === 'delete') return log.fields
  const by = { userId, deviceId, at: instant(at) }
  const here = log.fields.filter((field) => isOf(log, field, { table, id }))
  const fields = log.fields.map((field) =>
    here.includes(field) && Object.hasOwn(after!, field.field) && !sameJson(after![field.field], field.server ?? null)
      ? sideMoved(field, after![field.field]!, by)
      : field,
  )
  const asksToDelete = here.some((field) => !Object.hasOwn(field, 'client'))
  if (!asksToDelete || action !== 'update') return fields
  const known = here.map(({ field }) => field)
  const fresh = Object.keys(after!)
    .filter((name) => !known.includes(name))
    .sort()
    .map((name): ConflictField => ({
      ...(table !== log.table && { table }),
      ...(id !== log.id && { id }),
      ...{ field: name, base: before![name]!, server: after![name]!, serverBy: by, rule: 'delete_edited@1' },
      reason: 'Somebody changed this while somebody else deleted it, so a person decides whether it stays.',
    }))
  return [...fields, ...fresh]
}

const sideMoved = (
  { proposed: _, weighed: _told, ...field }: ConflictField,
  server: Json,
  by: ConflictField['serverBy'],
): ConflictField => {
  const { client, keyedBy = null } = field
  const laid = field.server === undefined ? null : sideLaid(client, field.server, server, keyedBy)
  return { ...field, server, serverBy: by, ...(laid !== null && { client: laid }) }
}

// -- who reads and decides

const mayRead = ({ collections, caller }: View, table: string, field: string): boolean => {
  const collection = collections.get(table)
  return collection !== undefined && rightsOf(collection, caller.role).reads.includes(field)
}

const placeOfField = (log: ConflictRow, field: ConflictField) => ({
  table: field.table ?? log.table,
  id: field.id ?? log.id,
})
/** sync.sees_contested: also of a record that was never made, because it waits for this conflict. */
export const seesContested = (view: View, log: ConflictRow | undefined, table: string, id: string): boolean => {
  const { reads, caller, collections } = view
  if (seesRecord(reads, caller, table, id)) return true
  const collection = collections.get(table)
  if (!log || !collection || !caller.scopes.includes(scopeOfConflict(log)) || placesOf(reads, table, id).length > 0)
    return false
  const wanted = log.fields.flatMap((field) =>
    isOf(log, field, { table, id }) && field.client !== undefined ? [[field.field, field.client] as const] : [],
  )
  return audienceOf(collection, Object.fromEntries(wanted)).some((name) => caller.audiences.includes(name))
}

const scopeOfConflict = ({ scope, organizationId }: ConflictRow): string => scope ?? organizationId

const withoutSide = (field: ConflictField, reason: string): ConflictField => {
  const { server: _1, serverBy: _2, resolved: _3, proposed: _4, choice: _5, weighed: _6, ...rest } = field
  return { ...rest, reason }
}

const readableFields = (view: View, log: ConflictRow): ConflictField[] | null => {
  const isOwn = log.userId === view.caller.userId
  const found = log.fields.flatMap((field) => {
    const { table, id } = placeOfField(log, field)
    if (!mayRead(view, table, field.field)) return []
    const sees = seesContested(view, log, table, id)
    if (!sees && !isOwn) return []
    if (!sees) return [withoutSide(field, 'This is no longer in your sight.')]
    return [field.serverBy ? { ...field, serverBy: sideInWords(view, field.serverBy) } : field]
  })
  return found.length > 0 ? found : null
}

const sideInWords = (
  { reads, caller, collections }: View,
  by: NonNullable<ConflictField['serverBy']>,
): NonNullable<ConflictField['serverBy']> => {
  if (!by.userId) return { ...by, name: null }
  const members = rowsOf(reads, 'memberships').filter(
    (row) => row.organization_id === caller.organizationId && row['user_id'] === by.userId,
  )
  const people = collections.get('people')!
  const named = members
    .map((row) => reads.get<Row>('row', rowKey('people', row['person_id'] as string)))
    .find(
      (person) =>
        person &&
        seesRecord(reads, caller, 'people', person.id) &&
        rightsOf(people, caller.role).reads.includes('name'),
    )
  const known = members.find(({ id }) => seesRecord(reads, caller, 'memberships', id))
  return {
    ...by,
    name: (named?.['name'] as string | undefined) ?? null,
    userId: (known?.['user_id'] as string | undefined) ?? null,
  }
}

// a conflict from before levels were kept with the fields goes by its own
const levelIn = ({ fields, severity }: ConflictRow, { level }: ConflictRow['fields'][number]): string | null =>
  level ?? (fields.some((one) => one.level !== undefined) ? null : severity)

const isHeldFrom = ({ role, leads }: Caller, { scope }: ConflictRow, rule: string): boolean =>
  (rule.startsWith('freeze@') && role !== 'owner' && !leads.includes(scope ?? '')) ||
  (rule.startsWith('approval@') && role !== 'owner' && role !== 'planner')

export const mayDecide = (view: View, log: ConflictRow): boolean => {
  const { caller } = view
  return (
    log.organizationId === caller.organizationId &&
    caller.scopes.includes(scopeOfConflict(log)) &&
    (caller.role === 'owner' ||
      caller.role === 'planner' ||
      (caller.role === 'assistant' && !log.fields.some((field) => levelIn(log, field) === 'critical'))) &&
    log.fields.every(({ rule }) => !isHeldFrom(caller, log, rule)) &&
    readableFields(view, log)?.length === log.fields.length &&
    log.fields.every((field) => {
      const { table, id } = placeOfField(log, field)
      return seesContested(view, log, table, id)
    })
  )
}

/** sync.conflict_for: null for one that is none of the caller's business. */
export const conflictFor = (view: View, log: ConflictRow): JsonObject | null => {
  const { caller } = view
  const isOwn = log.userId === caller.userId
  if (log.organizationId !== caller.organizationId || !caller.scopes.includes(scopeOfConflict(log))) return null
  if (!isOwn && !team.includes(caller.role)) return null
  const fields = readableFields(view, log)
  if (!fields) return null
  const isWhole = fields.length === log.fields.length
  return {
    ...{ conflictId: log.conflictId, changeId: log.changeId, recordTable: log.table, recordId: log.id, kind: log.kind },
    ...{
      severity: log.severity,
      score: log.score,
      because: isWhole ? log.because : 'Part of it is not yours to read.',
    },
    ...{ status: log.status, version: log.version, fields: fields as unknown as Json, resolution: log.resolution },
    detectedAt: instant(log.detectedAt),
    clientBy: sideInWords(view, { userId: log.userId, deviceId: log.deviceId, at: instant(log.detectedAt) }) as Json,
    decidedBy: log.decidedBy === null ? null : (sideInWords(view, { userId: log.decidedBy }) as Json),
    decidedAt: log.decidedAt === null ? null : instant(log.decidedAt),
    note: isWhole ? log.note : null,
    ...{ isOwn, canDecide: log.status === 'pending' && mayDecide(view, log) },
  }
}

/** sync.fields_in_place. */
export const fieldsInPlace = (view: View, log: ConflictRow): ConflictField[] =>
  log.fields.map((field) => {
    const { table, id } = placeOfField(log, field)
    if (seesContested(view, log, table, id) && mayRead(view, table, field.field)) return field
    const { base: _1, client, ...rest } = withoutSide(field, 'This is not yours to read.')
    return { ...rest, ...(log.userId === view.caller.userId && client !== undefined && { client }) }
  })

// -- what a batch asks of them

type Locks = readonly { table: string; ids: readonly string[] }[]

export const openConflictsOn = (view: View, locks: Locks, author: string): ConflictRow[] => {
  const named = new Set(locks.flatMap(({ table, ids }) => ids.map((id) => rowKey(table, id))))
  const contested = new Set(
    [...view.reads.all<Contested>('contested')]
      .filter(([, one]) => one.organizationId === view.caller.organizationId && named.has(rowKey(one.table, one.id)))
      .map(([, { conflictId }]) => conflictId),
  )
  return [...contested]
    .map((conflictId) =>
      view.reads.get<ConflictRow>('conflict', inOrganization(view.caller.organizationId, conflictId)),
    )
    .filter((log): log is ConflictRow => log !== undefined && log.userId === author && log.status === 'pending')
    .sort((one, other) => (one.conflictId < other.conflictId ? -1 : 1))
}

export const waitingOn = (reads: Reads, organizationId: string, conflictId: string): LedgerRow[] =>
  [...reads.all<Waiting>('waiting')]
    .map(([, one]) => one)
    .filter((one) => one.organizationId === organizationId && one.conflictId === conflictId)
    .sort((one, other) => one.nth - other.nth)
    .map(({ changeId }) => reads.get<LedgerRow>('ledger', inOrganization(organizationId, changeId))!)

/** sync.records_of_conflicts. */
export const recordsOfConflicts = (
  view: View,
  conflictIds: readonly string[],
): { table: string; ids: string[]; toDelete: boolean }[] => {
  const { reads, caller } = view
  const own = conflictIds.filter((conflictId) => {
    const log = reads.get<ConflictRow>('conflict', inOrganization(caller.organizationId, conflictId))
    return log !== undefined && conflictFor(view, log) !== null
  })
  const all = [
    ...[...reads.all<Contested>('contested')]
      .map(([, one]) => one)
      .filter((one) => one.organizationId === caller.organizationId && own.includes(one.conflictId))
      .map(({ table, id }) => ({ table, id, toDelete: false })),
    ...own.flatMap((conflictId) =>
      waitingOn(reads, caller.organizationId, conflictId).flatMap(({ table, id, action }) =>
        id === null ? [] : [{ table, id, toDelete: action === 'delete' }],
      ),
    ),
  ]
  return [...Map.groupBy(all, ({ table }) => table)].map(([table, members]) => ({
    table,
    ids: [...new Set(members.map(({ id }) => id))].sort(),
    toDelete: members.some(({ toDelete }) => toDelete),
  }))
}

/** Values a record had last, where it is gone from this scope. */
export const lastValues = (reads: Reads, table: string, id: string, scope: string): JsonObject =>
  linesOf(reads, table, id)
    .filter((line) => line.scope === scope && line.action === 'delete')
    .toSorted((one, other) => other.position - one.position)[0]?.before ?? {}
