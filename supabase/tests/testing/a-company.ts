// Hands back a planning company as the admin wrote it with plain SQL: two weddings, a person of every role who works on
// the first of them, and a vendor contact that the company's vendor signs in as.
import type pg from 'pg'
import { randomUUID } from 'node:crypto'
import { roles, type Role } from '@wedsync/protocol'

export type Person = { role: Role; userId: string; personId: string; claims: string }
export type Company = {
  id: string
  weddings: [own: string, other: string]
  people: Record<Role, Person>
  /** Who signs in as it is the company's vendor. */
  vendorContact: string
}

export const aCompany = async (admin: pg.Pool): Promise<Company> => {
  const id = randomUUID()
  const [own, other, vendorContact] = [randomUUID(), randomUUID(), randomUUID()]
  const everyone = roles.map((role) => aPerson(id, role))
  await admin.query(`insert into organizations (id, name) values ($1, 'A company')`, [id])
  await insertRows(admin, 'people', everyone.map(({ personId, role }) => ({ id: personId, name: role, role, contact_kind: 'other', organization_id: id }))) // prettier-ignore
  await insertRows(admin, 'memberships', everyone.map(({ userId, personId, role }) => ({ id: randomUUID(), user_id: userId, person_id: personId, role, organization_id: id }))) // prettier-ignore
  await insertRows(admin, 'clients', [own, other].map((wedding) => ({ id: wedding, names: 'Ana & Bo', wedding_date: '2026-06-20', time_zone: 'Europe/Berlin', organization_id: id }))) // prettier-ignore
  const assigned = everyone.filter(({ role }) => role !== 'owner' && role !== 'vendor')
  await insertRows(admin, 'assignments', assigned.map(({ personId }) => ({ id: randomUUID(), person_id: personId, client_id: own, organization_id: id }))) // prettier-ignore
  const people = Object.fromEntries(everyone.map((person) => [person.role, person])) as Record<Role, Person>
  await insertRows(admin, 'vendor_contacts', [{ id: vendorContact, client_id: own, company: 'Florist', person_id: people.vendor.personId, organization_id: id }]) // prettier-ignore
  return { id, weddings: [own, other], people, vendorContact }
}

export const aPerson = (organizationId: string, role: Role): Person => {
  const [userId, personId] = [randomUUID(), randomUUID()]
  return { role, userId, personId, claims: claimsOf(userId, organizationId) }
}

/** What a token says of somebody, and no more: who they are and of which company; never what they may do. */
export const claimsOf = (userId: string, organizationId: string): string =>
  JSON.stringify({ sub: userId, role: 'authenticated', app_metadata: { organization_id: organizationId } })

/** Writes whole rows with one plain statement; all of them name the same columns. */
export const insertRows = async (admin: pg.Pool | pg.PoolClient, table: string, rows: object[]): Promise<void> => {
  const columns = Object.keys(rows[0]!).join(', ')
  await admin.query(
    `insert into public.${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::public.${table}, $1)`,
    [JSON.stringify(rows)],
  )
}
