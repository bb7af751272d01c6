// sync.pull_page and what it asks: the next page of news, its cursor, and the receipts that came late.
import { rightsOf } from '@wedsync/merge'
import type { JsonObject } from '@wedsync/protocol'
import { createHash } from 'node:crypto'
import { receiptOf } from './open-batch.ts'
import { cursorFault, readOrder, type WireCursor } from './order.ts'
import { conflictFor, type View } from './review.ts'
import {
  inOrganization,
  instant,
  placesOf,
  rowKey,
  rowsOf,
  type ConflictRow,
  type DeviceRow,
  type LedgerRow,
  type Place,
  type Row,
} from './rows.ts'
import { overlaps, readableRow, readFields, scopeOf, seesRecord, type Caller, type Collections } from './sight.ts'
import type { Reads, Tx } from './state.ts'

export type Asked = {
  deviceId: string | null
  cursor: WireCursor | null
  scopes: string[] | null
  limit: number
  isQuiet?: boolean
  open?: string[]
}
type Stage = 'none' | 'early' | 'late'
type Scope = { id: string; rights: string; readTo: number; begun: number; stage: Stage }
type HeldScope = WireCursor['scopes'][string]
type News = { place: Place; action: 'create' | 'update' | 'delete' | 'remove'; held: boolean; at: number }

export type PageReads = {
  reads: Reads
  collections: Collections
  epoch: string
  caller: Caller | null
  organizationId: string
}

const loadsFirst = ['people', 'memberships', 'clients', 'assignments', 'vendor_contacts', 'timeline_items']

/** The page as the database spells it, and how far it goes. */
export const readPage = (of: PageReads, asked: Asked): { text: string; position: number | null } => {
  const { reads, epoch, caller } = of
  const { cursor } = asked
  const organizationId = caller?.organizationId ?? null
  const fault = cursorFault(reads, epoch, of.organizationId, cursor)
  if (fault) return { text: JSON.stringify({ reset: fault }), position: null }
  const order = readOrder(reads, epoch, organizationId)
  const said = { epoch, markAt: order.mark_at, mark: order.mark }
  if (asked.limit === 0) {
    const read = cursor?.read ?? 0
    const rest = { ...said, read, position: read, scopes: cursor?.scopes ?? {}, revoked: [], hasMore: true }
    return { text: spelled(rest, '[]', [], 0), position: read }
  }
  const held = cursor?.scopes ?? {}
  const rights = caller ? rightsDigests(of, caller) : new Map<string, string>()
  const wanted = [...rights.keys()]
    .filter((id) => asked.scopes === null || asked.scopes.includes(id) || id === organizationId)
    .sort()
  let scopes = wanted.map((id): Scope => {
    const known = held[id]
    const holds = known && known[1] === rights.get(id) && isOurs(known)
    const [readTo, , begun, stage] = holds ? known : ([0, '', order.head, 'early'] as const)
    return { id, rights: rights.get(id)!, readTo, begun, stage: stage === false ? 'none' : (stage as Stage) }
  })
  const revoked = Object.entries(held)
    .filter(([id, scope]) => !isOurs(scope) || !scopes.some((one) => one.id === id && one.rights === scope[1]))
    .map(([id]) => id)

  let next = order.head
  const from = cursor?.read ?? order.head
  let room = asked.limit
  let news: News[] = []
  let loads = false
  for (const stage of ['early', 'late'] as const) {
    if (loads || !scopes.some((scope) => scope.stage === stage)) continue
    const lines = findStanding(of, caller!, scopes, stage, room + 1)
    loads = lines.length > room
    const taken = lines.slice(0, room)
    news = [...news, ...taken]
    room -= taken.length
    const last = taken.at(-1)?.at ?? 0
    scopes = scopes.map((scope) =>
      scope.stage !== stage
        ? scope
        : loads
          ? { ...scope, readTo: Math.max(scope.readTo, last) }
          : stage === 'early'
            ? { ...scope, readTo: 0, stage: 'late' }
            : { ...scope, readTo: scope.begun, stage: 'none' },
    )
  }
  let hasMore = loads
  let read = cursor === null ? 0 : from
  if (!loads) {
    if (scopes.length > 0) {
      let lines = findNews(of, caller!, scopes, room + 2)
      if (room > 0 && lines[room] && lines[room]!.at === lines[room - 1]?.at) room += 1
      hasMore = lines.length > room
      if (hasMore) {
        lines = lines.slice(0, room)
        next = lines.at(-1)?.at ?? 0
      }
      news = [...news, ...lines]
    }
    read = Math.max(next, read)
    scopes = scopes.map((scope) => ({ ...scope, readTo: Math.max(scope.readTo, next) }))
  }
  const remaining = hasMore ? countNews(of, caller!, scopes) : 0
  const changes = rowsOfPage(of, caller, news)
  const late =
    scopes.length > 0 && read > from ? lateReceipts({ ...of, caller: caller! }, asked.deviceId, from, read) : []
  const settled = [...late, ...(scopes.length > 0 ? settledOf({ ...of, caller: caller! }, asked.open ?? []) : [])]
  const position = loads ? read : next
  const told = Object.fromEntries(
    scopes.map(({ id, rights: digest, readTo, begun, stage }) => [
      id,
      [readTo, digest, hasMore ? begun : next, stage === 'none' ? false : stage],
    ]),
  )
  const rest = { ...said, read, position, scopes: told, revoked, hasMore }
  return { text: spelled(rest, JSON.stringify(changes), settled, remaining), position }
}

// the server cuts the rows out between these two members
const spelled = (rest: object, changes: string, settled: unknown[], remaining: number): string =>
  `${JSON.stringify(rest).slice(0, -1)}, "changes" : ${changes}, "settled" : ${JSON.stringify(settled)}, "remaining" : ${remaining}}`

/** sync.caller_rights: what decides what the caller reads, as a digest per scope. */
const rightsDigests = (
  { collections, reads }: PageReads,
  { role, personId, scopes, organizationId }: Caller,
): Map<string, string> => {
  const contacts =
    role === 'vendor'
      ? rowsOf(reads, 'vendor_contacts')
          .filter((row) => row.organization_id === organizationId && row['person_id'] === personId)
          .map(({ id }) => id)
          .sort()
      : []
  const text = JSON.stringify([role, personId, contacts, readableBy(collections, role)])
  const known = digests.get(text) ?? createHash('sha256').update(text).digest('hex').slice(0, 16)
  digests.set(text, known)
  return new Map(scopes.map((id) => [id, known]))
}
const digests = new Map<string, string>()

const readableBy = (collections: Collections, role: string): string => {
  let known = readable.get(role)
  if (known === undefined) {
    known = JSON.stringify([...collections.values()].map((one) => [one.name, rightsOf(one, role).reads]))
    readable.set(role, known)
  }
  return known
}
// declarations never change
const readable = new Map<string, string>()

/** Not of an older order of loading. */
const isOurs = ([, , , stage]: HeldScope): boolean => [false, 'early', 'late'].includes(stage)

type Found = { place: Place; scope: Scope; fields: readonly string[] }

/** The places in these scopes that somebody of the caller's role may read of. */
function* placesIn(
  { reads, collections }: PageReads,
  caller: Caller,
  scopes: readonly Scope[],
): IterableIterator<Found> {
  const byId = new Map(scopes.filter(({ id }) => caller.scopes.includes(id)).map((scope) => [scope.id, scope]))
  for (const [, places] of reads.all<readonly Place[]>('record'))
    for (const place of places) {
      const scope = byId.get(place.scope)
      if (!scope || place.organizationId !== caller.organizationId) continue
      const fields = readableFieldsOf(collections, place.table, caller.role)
      if (fields.length > 0) yield { place, scope, fields }
    }
}

/** sync.find_news. */
const findNews = (of: PageReads, caller: Caller, scopes: readonly Scope[], limit: number): News[] => {
  const found: News[] = []
  for (const { place, scope, fields } of placesIn(of, caller, scopes)) {
    if (place.position <= scope.readTo) continue
    const line = lineOfNews(place, scope, fields, caller)
    if (line) found.push(line)
  }
  return inOrder(found).slice(0, limit)
}

/** sync.find_standing. */
const findStanding = (
  of: PageReads,
  caller: Caller,
  scopes: readonly Scope[],
  stage: 'early' | 'late',
  limit: number,
): News[] => {
  const found: News[] = []
  const loading = scopes.filter((scope) => scope.stage === stage)
  for (const { place, scope } of placesIn(of, caller, loading)) {
    if (loadsFirst.includes(place.table) !== (stage === 'early')) continue
    if (place.entered <= scope.readTo || place.entered > scope.begun) continue
    if (place.gone === null && overlaps(place.audience, caller.audiences))
      found.push({ place, action: 'create', held: false, at: place.entered })
  }
  return inOrder(found).slice(0, limit)
}

// leaving one wedding comes before entering the other
const inOrder = (news: readonly News[], of: (line: News) => number = ({ at }) => at): News[] => {
  const order = ({ action }: News): number => (action === 'create' || action === 'update' ? 1 : 0)
  return news.toSorted((one, other) => of(one) - of(other) || order(one) - order(other))
}

const readableFieldsOf = (collections: Collections, table: string, role: string): readonly string[] => {
  if (table === 'conflicts') return ['conflict']
  const collection = collections.get(table)
  return collection ? readFields(collection, role) : []
}

const lineOfNews = (
  place: Place,
  { begun, readTo }: Scope,
  fields: readonly string[],
  { audiences }: Caller,
): News | null => {
  const sees = place.gone === null && overlaps(place.audience, audiences)
  const seenSince = (until: number) =>
    place.audience.some(({ name, since }) => since <= until && audiences.includes(name))
  const still = sees && seenSince(begun)
  const held =
    (readTo > 0 && sees && seenSince(readTo)) ||
    (readTo > 0 &&
      place.lost.some(({ name, since, lost }) => since <= readTo && lost > begun && audiences.includes(name)))
  const isNews = !sees ? held : !still ? true : fields.some((field) => (place.fieldPositions[field] ?? 0) > begun)
  if (!isNews) return null
  return { place, action: !sees ? (place.gone ?? 'remove') : held ? 'update' : 'create', held, at: place.position }
}

/** sync.count_news. */
const countNews = (of: PageReads, caller: Caller, scopes: readonly Scope[]): number => {
  const early = scopes.filter(({ stage }) => stage === 'early')
  const late = scopes.flatMap((scope): Scope[] =>
    scope.stage === 'none' ? [] : [{ ...scope, readTo: scope.stage === 'early' ? 0 : scope.readTo, stage: 'late' }],
  )
  const loaded = scopes.filter(({ stage }) => stage === 'none')
  return (
    findStanding(of, caller, early, 'early', 1000).length +
    findStanding(of, caller, late, 'late', 1000).length +
    findNews(of, caller, loaded, 1000).length
  )
}

/** sync.read_rows: every row read again as the caller; what the policies hide is not there. */
const rowsOfPage = ({ reads, collections }: PageReads, caller: Caller | null, news: readonly News[]): JsonObject[] =>
  inOrder(news, ({ place }) => place.position).flatMap(({ place, action, held }) => {
    const data = action === 'delete' || action === 'remove' ? null : readData(reads, collections, caller!, place)
    if (data === null && !held) return []
    return [
      {
        ...{ table: place.table, id: place.id, scope: place.scope },
        action: data === null && action !== 'delete' ? 'remove' : action,
        ...{ version: place.position, data, timestamp: instant(place.changedAt) },
      },
    ]
  })

/** sync.read_record: one record as it now stands, as a line of news; null for one the caller does not see. */
export const readRecord = (of: PageReads, caller: Caller, table: string, id: string): JsonObject | null => {
  if (!seesRecord(of.reads, caller, table, id)) return null
  const rank = ({ gone }: Place) => (gone === null ? 0 : gone === 'delete' ? 1 : 2)
  const [place] = placesOf(of.reads, table, id)
    .filter((one) => one.organizationId === caller.organizationId && caller.scopes.includes(one.scope))
    .toSorted((one, other) => rank(one) - rank(other) || other.position - one.position)
  return place
    ? (rowsOfPage(of, caller, [{ place, action: place.gone ?? 'update', held: true, at: place.position }])[0] ?? null)
    : null
}

const readData = (reads: Reads, collections: Collections, caller: Caller, { table, id }: Place): JsonObject | null => {
  if (table === 'conflicts') {
    const log = reads.get<ConflictRow>('conflict', inOrganization(caller.organizationId, id))
    return log ? conflictFor({ reads, collections, caller }, log) : null
  }
  const collection = collections.get(table)!
  const row = reads.get<Row>('row', rowKey(table, id))
  if (row?.organization_id !== caller.organizationId) return null
  const places = placesOf(reads, table, id)
  const here = places.find((place) => place.scope === scopeOf(collection, row))
  if (!here || !caller.scopes.includes(here.scope) || !overlaps(here.audience, caller.audiences)) return null
  return readableRow(collection, caller.role, row)
}

/** sync.late_receipts. */
const lateReceipts = (view: View, deviceId: string | null, from: number, to: number) =>
  [...view.reads.all<LedgerRow>('ledger')]
    .map(([, row]) => row)
    .filter(
      ({ organizationId, userId, deviceId: own, settledPosition }) =>
        organizationId === view.caller.organizationId &&
        userId === view.caller.userId &&
        own === deviceId &&
        settledPosition !== null &&
        settledPosition > from &&
        settledPosition <= to,
    )
    .sort((one, other) => one.settledPosition! - other.settledPosition!)
    .map((row) => receiptOf(view, row))

/** sync.settled_of. */
const settledOf = (view: View, changeIds: readonly string[]) =>
  changeIds
    .flatMap(
      (changeId) => view.reads.get<LedgerRow>('ledger', inOrganization(view.caller.organizationId, changeId)) ?? [],
    )
    .filter(({ userId, settledPosition }) => userId === view.caller.userId && settledPosition !== null)
    .sort((one, other) => one.settledPosition! - other.settledPosition! || (one.changeId < other.changeId ? -1 : 1))
    .map((row) => receiptOf(view, row))

/** sync.note_device. */
export const noteDevice = async (tx: Tx, { organizationId, userId }: Caller, deviceId: string, position: number) => {
  const key = inOrganization(organizationId, `${userId}/${deviceId}`)
  await tx.lock(`device/${key}`)
  tx.set('device', key, { organizationId, userId, deviceId, position } satisfies DeviceRow)
}
