// A second account of who sees what: from the declarations and the plain rows of a company, in TypeScript. It shares no
// line with the policies, the audience functions or the feed; all of them are held against it.
import type pg from 'pg'
import { rightsOf, type Collection, type Condition, type SqlType } from '@wedsync/merge'
import { allCollections } from '@wedsync/wedding'

export type Row = { id: string; client_id?: string } & Record<string, unknown>
export type Rows = ReadonlyMap<string, readonly Row[]>
/** `table/id` → what somebody may read of it, as on the wire. */
export type Sight = ReadonlyMap<string, { table: string; id: string; scope: string; data: Record<string, unknown> }>

/** All rows of one organization, as PostgreSQL holds them. */
export const readRows = async (admin: pg.Pool, organizationId: string): Promise<Rows> => {
  const parts = allCollections.map(
    ({ name }) => `'${name}', (select coalesce(json_agg(t), '[]') from public.${name} t where t.organization_id = $1)`,
  )
  const { rows } = await admin.query<{ all: Record<string, Row[]> }>(`select json_build_object(${parts.join(', ')}) as all`, [organizationId]) // prettier-ignore
  return new Map(Object.entries(rows[0]!.all))
}

/** The weddings somebody may hold, with the organization's own rows first; none for a stranger. */
export const scopesOf = (rows: Rows, organizationId: string, userId: string): string[] => {
  const member = memberOf(rows, userId)
  if (!member) return []
  const of = (table: string, where: (row: Row) => boolean) =>
    rows
      .get(table)!
      .filter(where)
      .map((row) => row.client_id!)
  if (member['role'] === 'owner') return [organizationId, ...rows.get('clients')!.map(({ id }) => id)]
  if (member['role'] === 'vendor')
    return [organizationId, ...new Set(of('vendor_contacts', (row) => row['person_id'] === member['person_id']))]
  return [organizationId, ...of('assignments', (row) => row['person_id'] === member['person_id'])]
}

/** One person's eye on a company: their role, their weddings, and whether they see a row as it stands, or as it once stood. */
export const eyeOf = (rows: Rows, organizationId: string, userId: string) => {
  const member = memberOf(rows, userId)
  const scopes = scopesOf(rows, organizationId, userId)
  const role = (member?.['role'] ?? null) as string | null
  const isInScope = (collection: Collection, row: Row) =>
    scopes.includes(collection.scope === 'organization' ? organizationId : (row.client_id ?? row.id))
  return {
    role,
    scopes,
    isInScope,
    holds: (where: Condition, row: Row) => member !== undefined && holds(where, row, member, rows, scopes),
    sees: (collection: Collection, row: Row): boolean =>
      member !== undefined &&
      isInScope(collection, row) &&
      rightsOf(collection, role!).sees.some((where) => holds(where, row, member, rows, scopes)),
  }
}

export const visibleTo = (rows: Rows, organizationId: string, userId: string): Sight => {
  const seen = new Map<string, { table: string; id: string; scope: string; data: Record<string, unknown> }>()
  const { role, sees } = eyeOf(rows, organizationId, userId)
  if (!role) return seen
  for (const collection of allCollections) {
    for (const row of rows.get(collection.name)!) {
      if (!sees(collection, row)) continue
      const scope = collection.scope === 'organization' ? organizationId : row.client_id!
      const { name, id } = { name: collection.name, id: row.id }
      seen.set(`${name}/${id}`, { table: name, id, scope, data: dataOf(collection, role, row) })
    }
  }
  return seen
}

/** What this role may read of a row, as on the wire; a wedding comes with its scope. */
export const dataOf = (collection: Collection, role: string, row: Row): Record<string, unknown> => {
  const { reads } = rightsOf(collection, role)
  const fields = collection.isScope ? ['client_id', ...reads] : reads
  return Object.fromEntries(
    fields.map((field) => [field, onWire(row[field], collection.fieldOf(field)?.sqlType ?? 'uuid')]),
  )
}

const onWire = (value: unknown, type: SqlType): unknown => {
  if (typeof value !== 'string') return value
  if (type === 'timestamp') return value.slice(0, 16)
  if (type === 'time') return value.slice(0, 5)
  return type === 'timestamptz' ? new Date(value).toISOString() : value
}

const memberOf = (rows: Rows, userId: string) => rows.get('memberships')!.find((row) => row['user_id'] === userId)

const holds = (where: Condition, row: Row, member: Row, rows: Rows, scopes: readonly string[]): boolean => {
  if (where.is === 'any') return true
  const value = row[where.field]
  if (where.is === 'one-of') return where.values.includes(value as string)
  if (where.is === 'me') return value === member['person_id']
  if (where.is === 'mine')
    return rows.get(where.table)!.some((one) => one.id === value && one[where.owner] === member['person_id'])
  if (where.is === 'my-wedding') return scopes.includes(value as string)
  throw new Error(`no account of "${where.is}" yet`)
}
