// Who is asking, and what of a record they may see: from the declarations, as the database is told them.
import { rightsOf, type Collection, type Condition } from '@wedsync/merge'
import type { JsonObject } from '@wedsync/protocol'
import { placesOf, rowsOf, type LostSight, type Place, type Row, type Sight } from './rows.ts'
import type { Reads } from './state.ts'

export type Caller = {
  organizationId: string
  userId: string
  personId: string
  role: string
  scopes: readonly string[]
  audiences: readonly string[]
  self: readonly string[]
  leads: readonly string[]
}

export type Collections = ReadonlyMap<string, Collection>

const team = ['owner', 'planner', 'assistant']

/** Of which organization somebody asks, whether they belong there or not. */
export const organizationIn = (claims: string): string =>
  (JSON.parse(claims) as { app_metadata: { organization_id: string } }).app_metadata.organization_id

/** sync.describe_caller. Null: a stranger. */
export const describeCaller = (reads: Reads, claims: string): Caller | null => {
  const { sub, app_metadata } = JSON.parse(claims) as { sub: string; app_metadata: { organization_id: string } }
  return callerNamed(reads, { userId: sub, organizationId: app_metadata.organization_id })
}

/** Whoever was somebody when their transaction began, as they are by now. */
export const callerNamed = (
  reads: Reads,
  { userId, organizationId }: Pick<Caller, 'userId' | 'organizationId'>,
): Caller | null => {
  const mine = (table: string) => rowsOf(reads, table).filter((row) => row.organization_id === organizationId)
  const member = mine('memberships').find((row) => row['user_id'] === userId)
  if (!member) return null
  const [personId, role] = [member['person_id'] as string, member['role'] as string]
  const contacts = role === 'vendor' ? mine('vendor_contacts').filter((row) => row['person_id'] === personId) : []
  const assigned = mine('assignments').filter((row) => row['person_id'] === personId)
  const weddings =
    role === 'owner'
      ? mine('clients').map(({ id }) => id)
      : role === 'vendor'
        ? [...new Set(contacts.map((row) => row['client_id'] as string))]
        : assigned.map((row) => row['client_id'] as string)
  const self = contacts.map(({ id }) => `vendor:${id}`)
  return {
    ...{ organizationId, userId, personId, role, self },
    scopes: [organizationId, ...weddings],
    audiences: [role, `person:${personId}`, ...(team.includes(role) ? ['team'] : []), ...self],
    leads: assigned.filter((row) => row['is_lead'] === true).map((row) => row['client_id'] as string),
  }
}

/** sync.audience_of_…: the names under which people see a row. */
export const audienceOf = ({ audience }: Collection, row: JsonObject): string[] => {
  return audience.flatMap(({ roles, where }) => namesWhere(where, namesOf(roles), row))
}

const namesOf = (roles: readonly string[]): string[] =>
  team.every((role) => roles.includes(role)) ? ['team', ...roles.filter((role) => !team.includes(role))] : [...roles]

const namesWhere = (where: Condition, names: string[], row: JsonObject): string[] => {
  if (where.is === 'any') return names
  const value = row[where.field] ?? null
  if (where.is === 'one-of') return where.values.includes(value) ? names : []
  if (value === null) return []
  if (where.is === 'me') return [`person:${value as string}`]
  if (where.is === 'mine') return [`vendor:${value as string}`]
  throw new Error(`an audience cannot be told from "${where.is}"`)
}

export const overlaps = (audience: readonly Sight[], names: readonly string[]): boolean =>
  audience.some(({ name }) => names.includes(name))

/** sync.next_sight. */
export const nextSight = (
  { audience, lost }: Pick<Place, 'audience' | 'lost'>,
  names: readonly string[],
  position: number,
): Pick<Place, 'audience' | 'lost'> => {
  if (audience.length === names.length && audience.every(({ name }, nth) => name === names[nth]))
    return { audience, lost }
  const kept = names.map((name) => ({ name, since: audience.find((one) => one.name === name)?.since ?? position }))
  const gone = audience
    .filter(({ name }) => !names.includes(name))
    .map(({ name, since }): LostSight => ({ name, since, lost: position }))
  return joined({ audience: kept, lost: [...lost, ...gone] })
}

/** Sights of one name that are told apart; older ones are one. */
const sightsMax = 8

const joined = ({ audience, lost }: Pick<Place, 'audience' | 'lost'>): Pick<Place, 'audience' | 'lost'> => ({
  audience,
  lost: [...Map.groupBy(lost, ({ name }) => name).values()]
    .flatMap((sights) => {
      const newest = sights.toSorted((one, other) => other.lost - one.lost)
      const old = newest.slice(sightsMax - 1)
      if (old.length <= 1) return newest
      return [...newest.slice(0, sightsMax - 1), { ...old[0]!, since: Math.min(...old.map(({ since }) => since)) }]
    })
    .sort((one, other) => one.lost - other.lost || (one.name < other.name ? -1 : 1)),
})

/** sync.sees_record: now, or when it was deleted. */
export const seesRecord = (reads: Reads, caller: Caller, table: string, id: string): boolean =>
  placesOf(reads, table, id).some(
    ({ organizationId, scope, gone, audience, lost, position }) =>
      organizationId === caller.organizationId &&
      caller.scopes.includes(scope) &&
      (gone === null
        ? overlaps(audience, caller.audiences)
        : gone === 'delete' && lost.some((one) => one.lost === position && caller.audiences.includes(one.name))),
  )

/** Whether a role has anything to do with a table: whether there is a line for it in sync.role_tables. */
export const knowsTable = (collection: Collection, role: string): boolean => {
  const { reads, gives, changes } = rightsOf(collection, role)
  return reads.length > 0 || gives.length > 0 || changes.length > 0
}

/** Fields a role gives or changes, in declared order. */
export const writesOf = (collection: Collection, role: string): string[] => {
  const { gives, changes } = rightsOf(collection, role)
  return collection.fieldNames.filter((name) => gives.includes(name) || changes.includes(name))
}

/** What the policies of a table let a role write: in its scopes, and only its own where that is declared. */
export const mayWriteRow = (
  collection: Collection,
  caller: Caller,
  row: Row,
  action: 'create' | 'update' | 'delete',
) => {
  if (row.organization_id !== caller.organizationId) return false
  const isNewScope = action === 'create' && collection.isScope
  if (!isNewScope && !caller.scopes.includes(scopeOf(collection, row))) return false
  const { writesOnly } = rightsOf(collection, caller.role)
  return writesOnly.length === 0 || writesOnly.some((where) => holds(where, row, caller))
}

const holds = (where: Condition, row: JsonObject, { personId, self, scopes }: Caller): boolean => {
  if (where.is === 'any') return true
  const value = row[where.field] ?? null
  if (where.is === 'one-of') return where.values.includes(value)
  if (where.is === 'me') return value === personId
  if (where.is === 'my-wedding') return scopes.includes(value as string)
  return where.is === 'mine' && self.includes(`vendor:${value as string}`)
}

export const scopeOf = ({ scope, isScope }: Collection, row: Row): string =>
  scope === 'organization' ? row.organization_id : isScope ? row.id : (row['client_id'] as string)

/** Every field of a table in the database: a wedding names itself. */
export const storedFields = ({ isScope, fieldNames }: Collection): readonly string[] =>
  isScope ? ['client_id', ...fieldNames] : fieldNames

/** Those of them a role reads. */
export const readFields = (collection: Collection, role: string): readonly string[] => {
  const { reads } = rightsOf(collection, role)
  return collection.isScope && reads.length > 0 ? ['client_id', ...reads] : reads
}

/** Some fields of a row, as the wire spells them. */
export const wireOf = ({ isScope }: Collection, names: readonly string[], row: Row): JsonObject => {
  const wire: JsonObject = {}
  for (const name of names) wire[name] = isScope && name === 'client_id' ? row.id : (row[name] ?? null)
  return wire
}

/** A row as this role reads it: what a page holds of it. */
export const readableRow = (collection: Collection, role: string, row: Row): JsonObject =>
  wireOf(collection, readFields(collection, role), row)
