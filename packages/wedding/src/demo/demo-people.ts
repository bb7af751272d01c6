// The people of the demo: who signs in, with which role and at which weddings, and who only stands in the run sheet.
import { type DemoPerson, type JsonObject, type Role } from '@wedsync/protocol'
import { demoId } from './demo-ids.ts'
import { idIn, type DemoWedding } from './demo-weddings.ts'

/** Somebody of a company, before anything has an id. */
export type DemoStaff = {
  /** Under this name in every id. */
  key: string
  role: Role
  name: string
  email: string
  /** Keys of the weddings they work on, the first of them theirs to begin with; a vendor is linked, not assigned. */
  at: readonly string[] | 'all'
  /** Who they are at the first of these weddings, for those who stand in its run sheet. */
  as?: 'house' | 'bride' | 'maid of honour'
  isLead?: true
}

export type DemoCompany = {
  key: string
  organization: { readonly id: string; readonly name: string }
  staff: readonly DemoStaff[]
}

const idOf = ({ key }: Pick<DemoCompany, 'key'>, name: string) => demoId(key === '' ? name : `${key} ${name}`)

/** The id of the person behind somebody who signs in. */
export const personOf = (company: Pick<DemoCompany, 'key'>, { key, at, as }: DemoStaff): string =>
  as === undefined ? idOf(company, `person ${key}`) : idOf({ key: at[0]! }, `person ${as}`)

/** The id of somebody a wedding speaks of: its own people, or its company's planner and assistant. */
export const personIn = (wedding: DemoWedding, name: string): string =>
  ['planner', 'assistant'].includes(name)
    ? idOf({ key: wedding.companyKey }, `person ${name}`)
    : idIn(wedding, `person ${name}`)

/** Those who can sign in. */
export const accountsOf = (company: DemoCompany): DemoPerson[] =>
  company.staff.map(({ key, role, name, email }) => ({
    email,
    userId: idOf(company, `user ${key}`),
    organizationId: company.organization.id,
    role,
    name,
  }))

/** People in wire form: those who sign in, and those whom only the run sheets name. */
export const demoPeople = (company: DemoCompany, weddings: readonly DemoWedding[]): JsonObject[] => {
  const staff = company.staff.map((one) => person(company, personOf(company, one), one.name, one.role, kindOf(one.role))) // prettier-ignore
  const known = new Set(staff.map(({ id }) => id))
  const others = weddings.flatMap((wedding) =>
    cast(wedding).map(([name, is, kind]) => person(company, idIn(wedding, `person ${name}`), is, 'viewer', kind)),
  )
  return [...staff, ...others.filter(({ id }) => !known.has(id))]
}

const cast = ({ bride, groom, bestMan, maidOfHonour, father, venue }: DemoWedding): [string, string, string][] => [
  ['bride', bride, 'couple'],
  ['groom', groom, 'couple'],
  ['best man', bestMan, 'family'],
  ['maid of honour', maidOfHonour, 'family'],
  ['father', father, 'family'],
  ['house', venue.contact, 'venue'],
]

const person = ({ organization }: DemoCompany, id: string, name: string, role: string, kind: string): JsonObject => ({
  id,
  organization_id: organization.id,
  name,
  role,
  contact_kind: kind,
})

const kindOf = (role: Role): string =>
  ({ vendor: 'vendor', venue: 'venue', couple: 'couple', viewer: 'family' } as Partial<Record<Role, string>>)[role] ?? 'employee' // prettier-ignore

export const demoMemberships = (company: DemoCompany): JsonObject[] =>
  company.staff.map((one) => ({
    id: idOf(company, `membership ${one.key}`),
    organization_id: company.organization.id,
    user_id: idOf(company, `user ${one.key}`),
    person_id: personOf(company, one),
    role: one.role,
  }))

/** Who works on which wedding. An owner holds them all anyway, a vendor's wedding is told by their contact. */
export const demoAssignments = (company: DemoCompany, weddings: readonly DemoWedding[]): JsonObject[] =>
  weddings.flatMap((wedding) =>
    company.staff
      .filter(({ role, at }) => role !== 'owner' && role !== 'vendor' && (at === 'all' || at.includes(wedding.key)))
      .map((one) => ({
        id: idIn(wedding, `assignment ${one.key}`),
        organization_id: company.organization.id,
        person_id: personOf(company, one),
        client_id: idIn(wedding, 'wedding'),
        is_lead: one.isLead === true,
      })),
  )
