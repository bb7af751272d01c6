// One planning company and one wedding, to look at and to try things on. In comes the day; out go plain records per
// table, in wire form with id and organization. The same day gives the same records, down to the ids.
import { type DemoPerson, type JsonObject } from '@wedsync/protocol'
import { allCollections } from '../all-collections.ts'
import { demoId } from './demo-ids.ts'
import { demoAccounts, demoAssignments, demoMemberships, demoOrganization, demoPeople } from './demo-people.ts'
import { demoNotes } from './demo-notes.ts'
import { demoRunSheet } from './demo-run-sheet.ts'
import { demoVendors } from './demo-vendors.ts'

export type DemoAgency = {
  readonly organization: { readonly id: string; readonly name: string }
  /** Who can sign in. */
  readonly accounts: readonly DemoPerson[]
  /** Table → whole records, tables in the order they can be written. */
  readonly records: Readonly<Record<string, readonly JsonObject[]>>
}

/** The demo company with a wedding on that day (`2026-06-20`), in London's zone. */
export const demoAgency = (today: string): DemoAgency => {
  const clientId = demoId('wedding')
  const ofTable: Record<string, JsonObject[]> = {
    people: demoPeople(),
    memberships: demoMemberships(),
    clients: [demoWedding(clientId, today)],
    assignments: demoAssignments(clientId),
    vendor_contacts: demoVendors(clientId, today),
    timeline_items: demoRunSheet(clientId, today),
    notes: demoNotes(clientId),
  }
  return {
    organization: demoOrganization,
    accounts: demoAccounts,
    records: Object.fromEntries(
      allCollections.map(({ name, defaults }) => [
        name,
        (ofTable[name] ?? []).map((record) => ({ ...defaults, ...record })),
      ]),
    ),
  }
}

const demoWedding = (id: string, today: string): JsonObject => ({
  id,
  organization_id: demoOrganization.id,
  names: 'Amelia Whitfield & James Okafor',
  email: 'amelia.and.james@example.com',
  phone: '+447700900001',
  wedding_date: today,
  time_zone: 'Europe/London',
  status: 'final',
  venue_name: 'Mill Barn',
  venue_address: 'Mill Lane, Little Rissing, Gloucestershire',
  venue_contact: 'Helen Marsh',
  access_time: '07:00',
  curfew: '00:00',
  ceremony_start: `${today}T13:35`,
  sunset: '21:26',
  headcount: 124,
  headcount_due_at: dayBefore(today, 14),
  emergency_contact: 'Sophie Whitfield, +447700900002',
  notes:
    'A barn wedding with a meadow.\nNo signal below the mill: everyone loads the plan before they leave the hotel.',
})

const dayBefore = (today: string, days: number): string =>
  new Date(Date.parse(`${today}T00:00:00Z`) - days * 24 * 60 * 60 * 1000).toISOString().slice(0, 10)
