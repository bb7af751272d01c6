import { roles } from '@wedsync/protocol'
import { readData, rightsOf, type Collection } from '@wedsync/merge'
import { describe, expect, test } from 'vitest'
import { allCollections } from './all-collections.ts'
import { assignment, client, membership, note, timelineItem, vendorContact } from './index.ts'

// as the page about the domain names them
const names: Record<string, string> = {
  people: 'name role contact_kind',
  memberships: 'user_id person_id role',
  clients:
    'names email phone wedding_date time_zone status venue_name venue_address venue_contact access_time curfew ceremony_start sunset headcount headcount_due_at plan_b_active freeze_from freeze_to emergency_contact notes',
  assignments: 'person_id client_id is_lead',
  vendor_contacts:
    'client_id company category contact_name phones email arrival_from arrival_to arrival_status arrived_at load_in_notes meal_count insurance_ok replaced_by person_id shared_with_vendors',
  timeline_items:
    'client_id title kind planned_start duration_min anchor min_duration_min compressible location owner_id participant_ids vendor_id cue public_note internal_note guest_visible key_moment locked status actual_start actual_end sort_key',
  notes: 'client_id body category priority location visibility',
}

test('the tables are there, parents before children, with their fields in the order of their slots', () => {
  expect(allCollections.map(({ name, fieldNames }) => [name, fieldNames.join(' ')])).toEqual(Object.entries(names))
})

test('a line of the run sheet needs a title and a wedding, and nothing else', () => {
  const client_id = '10000000-0000-4000-8000-000000000001'
  expect(readData(timelineItem, 'create', { client_id, title: 'Cake' })).toMatchObject({
    ok: true,
    data: { kind: 'milestone', duration_min: 15, anchor: 'soft', status: 'planned', guest_visible: false, cue: null },
  })
})

describe('what is never settled by who came first', () => {
  const isHeld = (table: Collection, name: string) =>
    table.fieldOf(name)!.isGuarded || table.fieldOf(name)!.level === 'critical'
  test('the date, the place, the curfew, the emergency contact, who may see and do what', () => {
    for (const name of ['wedding_date', 'time_zone', 'venue_name', 'ceremony_start', 'curfew', 'emergency_contact'])
      expect(isHeld(client, name), name).toBe(true)
    expect(isHeld(note, 'visibility')).toBe(true)
    expect(isHeld(timelineItem, 'guest_visible')).toBe(true)
    expect(isHeld(membership, 'role')).toBe(true)
  })
  test('the start of an item whose time is fixed', () => {
    expect(timelineItem.criticalIn({ anchor: 'hard' })).toContain('planned_start')
    expect(timelineItem.criticalIn({ anchor: 'soft' })).toEqual([])
    expect(timelineItem.raises({ key_moment: true }, null, [])).toBe('this is a key moment')
    expect(timelineItem.raises({ key_moment: false }, null, [])).toBeNull()
  })
})

describe('[P7] who may do what', () => {
  test('an internal note stays with the team, notes for everyone stay away from viewers', () => {
    for (const role of roles)
      expect(rightsOf(timelineItem, role).reads.includes('internal_note'), role).toBe(
        ['owner', 'planner', 'assistant'].includes(role),
      )
    expect(rightsOf(timelineItem, 'viewer').reads).not.toContain('public_note')
    expect(rightsOf(note, 'viewer').sees).toEqual([])
  })
  test('a vendor keeps their own arrival and phone, and nothing else', () => {
    const vendor = rightsOf(vendorContact, 'vendor')
    expect(vendor.changes).toEqual(['phones', 'arrival_from', 'arrival_to', 'arrival_status', 'arrived_at'])
    expect(vendor.writesOnly).toEqual([{ is: 'me', field: 'person_id' }])
    expect(rightsOf(timelineItem, 'vendor')).toMatchObject({ changes: [], gives: [], mayDelete: false })
    expect(rightsOf(note, 'vendor')).toMatchObject({ mayCreate: true, changes: [], mayDelete: false })
    expect(rightsOf(note, 'vendor').gives).not.toContain('visibility')
  })
  test('the house speaks for rooms, access, curfew and what really happened', () => {
    expect(rightsOf(client, 'venue').changes).toEqual([
      'venue_name',
      'venue_address',
      'venue_contact',
      'access_time',
      'curfew',
    ])
    expect(rightsOf(timelineItem, 'venue').changes).toEqual(['location', 'actual_start', 'actual_end'])
    expect(rightsOf(vendorContact, 'venue').sees).toEqual([])
  })
  test('an assistant neither locks, freezes nor hands out access', () => {
    expect(rightsOf(timelineItem, 'assistant').changes).not.toContain('locked')
    for (const name of ['freeze_from', 'freeze_to']) expect(rightsOf(client, 'assistant').changes).not.toContain(name)
    for (const table of [membership, assignment])
      expect(rightsOf(table, 'assistant')).toMatchObject({ mayCreate: false, changes: [], mayDelete: false })
    expect(rightsOf(vendorContact, 'assistant').changes).not.toContain('person_id')
  })
  test('nobody makes themselves an owner', () => {
    for (const role of roles) expect(rightsOf(membership, role).mayCreate, role).toBe(role === 'owner')
    expect(rightsOf(membership, 'planner').changes).toEqual([])
    expect(rightsOf(assignment, 'planner').writesOnly).toEqual([{ is: 'my-wedding', field: 'client_id' }])
  })
  test('couple and viewer change nothing yet', () => {
    for (const table of allCollections)
      for (const role of ['couple', 'viewer'])
        expect(rightsOf(table, role), `${table.name} ${role}`).toMatchObject({
          changes: [],
          mayCreate: false,
          mayDelete: false,
        })
  })
})
