// The planning companies of the demo, to look at and to try things on: a larger one with three weddings, a smaller one with
// one. In comes the day; out go plain records per table, in wire form. The same day gives the same, down to the ids.
import { type DemoPerson, type JsonObject } from '@wedsync/protocol'
import { allCollections } from '../all-collections.ts'
import { demoClient } from './demo-client.ts'
import { hazelAndThorn, saltAndVeil } from './demo-companies.ts'
import { demoDependencies } from './demo-dependencies.ts'
import { demoDocuments } from './demo-documents.ts'
import { demoId } from './demo-ids.ts'
import { demoFormResponses, demoForms } from './demo-forms.ts'
import { demoGuests } from './demo-guests.ts'
import { demoNotes } from './demo-notes.ts'
import { demoPaymentEntries, demoPayments } from './demo-payments.ts'
import { accountsOf, demoAssignments, demoMemberships, demoPeople, type DemoCompany } from './demo-people.ts'
import { demoRunSheet } from './demo-run-sheet.ts'
import { demoSeats, demoTables } from './demo-seating.ts'
import { demoShots } from './demo-shots.ts'
import { demoTasks } from './demo-tasks.ts'
import { daysAfter } from './demo-time.ts'
import { demoVendors } from './demo-vendors.ts'
import { otherSketch, sketches, type DemoWedding, type Sketch } from './demo-weddings.ts'

export type DemoAgency = {
  readonly organization: { readonly id: string; readonly name: string }
  /** Who can sign in. */
  readonly accounts: readonly DemoPerson[]
  /** Table → whole records, tables in the order they can be written. */
  readonly records: Readonly<Record<string, readonly JsonObject[]>>
}

/** Both companies, the larger one first. */
export const demoAgencies = (today: string): DemoAgency[] => [
  agencyOf(hazelAndThorn, sketches, today),
  agencyOf(saltAndVeil, [otherSketch], today),
]

/** The larger company with the wedding of today alone and those who work on it, for what needs no more. */
export const demoAgency = (today: string): DemoAgency => {
  const staff = hazelAndThorn.staff.filter(({ at }) => at === 'all' || at.includes(''))
  return agencyOf({ ...hazelAndThorn, staff }, sketches.slice(0, 1), today)
}

/** Everybody who can sign in, of both companies. */
export const demoAccounts = (): DemoPerson[] => [...accountsOf(hazelAndThorn), ...accountsOf(saltAndVeil)]

/** The memberships of both: records there are from the first load on, to tell by whether there was one. */
export const demoMembershipIds = (): string[] =>
  [hazelAndThorn, saltAndVeil].flatMap((company) => demoMemberships(company).map(({ id }) => id as string))

/** The wedding of the day on which the demo is loaded. */
export const demoFirstWeddingId = demoId('wedding')

const agencyOf = (company: DemoCompany, drawn: readonly Sketch[], today: string): DemoAgency => {
  const weddings = drawn.map(({ inDays, ...sketch }) => ({
    ...sketch,
    companyKey: company.key,
    organizationId: company.organization.id,
    today,
    day: daysAfter(today, inDays),
  }))
  const ofTable: Record<string, JsonObject[]> = {
    people: demoPeople(company, weddings),
    memberships: demoMemberships(company),
    clients: weddings.map(demoClient),
    assignments: demoAssignments(company, weddings),
  }
  for (const wedding of weddings)
    for (const [table, records] of Object.entries(planOf(company, wedding)))
      ofTable[table] = [...(ofTable[table] ?? []), ...records]
  return {
    organization: company.organization,
    accounts: accountsOf(company),
    records: Object.fromEntries(
      allCollections.map(({ name, defaults }) => [
        name,
        (ofTable[name] ?? []).map((record) => ({ ...defaults, ...record })),
      ]),
    ),
  }
}

const planOf = (company: DemoCompany, wedding: DemoWedding): Record<string, JsonObject[]> => {
  const vendors = demoVendors(company, wedding)
  return {
    vendor_contacts: vendors,
    timeline_items: demoRunSheet(wedding),
    notes: demoNotes(wedding),
    timeline_dependencies: demoDependencies(wedding),
    guests: demoGuests(wedding),
    tables: demoTables(wedding),
    seat_assignments: demoSeats(wedding),
    tasks: demoTasks(wedding),
    forms: demoForms(wedding),
    form_responses: demoFormResponses(wedding),
    payments: demoPayments(wedding, vendors),
    payment_entries: demoPaymentEntries(wedding, vendors),
    shot_list_items: demoShots(wedding),
    documents: demoDocuments(wedding),
  }
}
