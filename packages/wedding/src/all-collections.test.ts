import { roles, type JsonObject } from '@wedsync/protocol'
import { readData, rightsOf, type Collection } from '@wedsync/merge'
import { describe, expect, test } from 'vitest'
import { allCollections } from './all-collections.ts'
import {
  assignment,
  client,
  document,
  form,
  formResponse,
  guest,
  membership,
  note,
  payment,
  paymentEntry,
  seatAssignment,
  shotListItem,
  table,
  task,
  timelineDependency,
  timelineItem,
  vendorContact,
} from './index.ts'

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
  timeline_dependencies: 'client_id from_id to_id type lag_min',
  guests:
    'client_id name household rsvp meal_choice dietary allergies accessibility plus_one child vip check_in_status checked_in_at gift_notes',
  tables: 'client_id number shape capacity x y rotation',
  seat_assignments: 'client_id guest_id table_id seat',
  tasks: 'client_id title due owner_id priority status checklist depends_on',
  forms: 'client_id title questions',
  form_responses: 'client_id form_id answers status',
  payments: 'client_id payee amount_minor currency due method status',
  payment_entries: 'client_id payment_id amount_minor handed_to handed_by at note',
  shot_list_items: 'client_id description people location priority done',
  documents: 'client_id title hash size versions pinned_offline visibility',
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

test('what is not said of a new record is what the page about the domain says', () => {
  const client_id = '10000000-0000-4000-8000-000000000001'
  const defaultsOf = (of: Collection, given: JsonObject) => {
    const read = readData(of, 'create', { client_id, ...given })
    return read.ok ? read.data : read.problems
  }
  const id = client_id
  const to_id = id.replace(/1$/, '2')
  expect(defaultsOf(timelineDependency, { from_id: id, to_id })).toMatchObject({ type: 'FS' })
  expect(defaultsOf(guest, { name: 'Ida' })).toMatchObject({ rsvp: 'none', check_in_status: 'expected', dietary: [] })
  expect(defaultsOf(task, { title: 'Rings' })).toMatchObject({ priority: 'normal', status: 'open', checklist: [] })
  expect(defaultsOf(formResponse, { form_id: id })).toMatchObject({ status: 'draft', answers: {} })
  expect(defaultsOf(payment, { payee: 'Band', amount_minor: 1, currency: 'EUR' })).toMatchObject({
    method: 'cash',
    status: 'due',
  })
  expect(defaultsOf(document, { title: 'Plan' })).toMatchObject({ visibility: 'team', pinned_offline: false })
  const needed = allCollections.map(({ name, requiredNames }) => [name, requiredNames.filter((one) => one !== 'client_id').join(' ')]) // prettier-ignore
  expect(Object.fromEntries(needed)).toMatchObject({
    timeline_dependencies: 'from_id to_id',
    guests: 'name',
    tables: 'number',
    seat_assignments: 'guest_id table_id',
    tasks: 'title',
    forms: 'title',
    form_responses: 'form_id',
    payments: 'payee amount_minor currency',
    payment_entries: 'payment_id amount_minor',
    shot_list_items: 'description',
    documents: 'title',
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
    expect(isHeld(document, 'visibility')).toBe(true)
  })
  test('an allergy, and money', () => {
    expect(isHeld(guest, 'allergies')).toBe(true)
    for (const name of ['payee', 'amount_minor', 'currency', 'due', 'status']) expect(isHeld(payment, name)).toBe(true)
    for (const name of paymentEntry.fieldNames) expect(isHeld(paymentEntry, name), name).toBe(true)
  })
  test('the start of an item whose time is fixed', () => {
    const around = { scopeRecord: null, contested: [], at: null, dependants: 0 }
    expect(timelineItem.criticalIn({ anchor: 'hard' })).toContain('planned_start')
    expect(timelineItem.criticalIn({ anchor: 'soft' })).toEqual([])
    expect(timelineItem.raises({ key_moment: true }, around)).toBe('this is a key moment')
    expect(timelineItem.raises({ key_moment: false }, around)).toBeNull()
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
  test('a couple writes their guests and what those need, where they sit, and their answers; nothing else', () => {
    const written = allCollections.filter((one) => rightsOf(one, 'couple').changes.length > 0).map(({ name }) => name)
    expect(written).toEqual(['guests', 'seat_assignments', 'form_responses'])
    expect(rightsOf(guest, 'couple').changes).toEqual([
      ...['name', 'household', 'rsvp', 'meal_choice', 'dietary', 'allergies', 'accessibility'],
      ...['plus_one', 'child', 'vip'],
    ])
    expect(rightsOf(seatAssignment, 'couple')).toMatchObject({ mayCreate: true, mayDelete: true })
    expect(rightsOf(formResponse, 'couple').writesOnly).toEqual([
      { is: 'one-of', field: 'status', values: ['draft', 'submitted'] },
    ])
    for (const one of allCollections)
      expect(rightsOf(one, 'couple').mayDelete, one.name).toBe(one.name === 'seat_assignments')
  })
  test('a couple reads the plan, guests, forms and what is due; no team notes, no gifts, no tasks, no envelopes', () => {
    const read = allCollections.filter((one) => rightsOf(one, 'couple').sees.length > 0).map(({ name }) => name)
    expect(read).toEqual([
      ...['people', 'memberships', 'clients', 'assignments', 'timeline_items', 'notes', 'guests', 'tables'],
      ...['seat_assignments', 'forms', 'form_responses', 'payments', 'documents'],
    ])
    expect(rightsOf(guest, 'couple').reads).not.toContain('gift_notes')
    expect(rightsOf(payment, 'couple').sees).toEqual([{ is: 'one-of', field: 'status', values: ['due'] }])
  })
  test('the house writes its spaces; of guests, seats and money it knows nothing', () => {
    expect(rightsOf(table, 'venue')).toMatchObject({ mayCreate: true, mayDelete: false })
    expect(rightsOf(table, 'venue').changes).toEqual(['number', 'shape', 'capacity', 'x', 'y', 'rotation'])
    expect(rightsOf(timelineDependency, 'venue')).toMatchObject({ sees: [{ is: 'any' }], changes: [], gives: [] })
    for (const one of [guest, seatAssignment, task, form, formResponse, payment, paymentEntry, shotListItem])
      expect(rightsOf(one, 'venue').sees, one.name).toEqual([])
  })
  test('nobody outside the team and the couple reads about guests, and a vendor only documents for vendors', () => {
    for (const role of ['vendor', 'viewer'])
      for (const one of [
        timelineDependency,
        guest,
        table,
        seatAssignment,
        task,
        form,
        formResponse,
        payment,
        paymentEntry,
        shotListItem,
      ])
        // prettier-ignore
        expect(rightsOf(one, role).sees, `${one.name} ${role}`).toEqual([])
    expect(rightsOf(document, 'vendor').sees).toEqual([{ is: 'one-of', field: 'visibility', values: ['vendor', 'all'] }]) // prettier-ignore
    expect(rightsOf(document, 'viewer').sees).toEqual([])
  })
  test('an assistant writes no payment; nobody changes or deletes what was handed over', () => {
    for (const one of [payment, paymentEntry])
      expect(rightsOf(one, 'assistant')).toMatchObject({ changes: [], mayCreate: false, mayDelete: false })
    for (const role of roles) expect(rightsOf(paymentEntry, role)).toMatchObject({ changes: [], mayDelete: false })
    expect(rightsOf(paymentEntry, 'planner').mayCreate).toBe(true)
    expect(paymentEntry.refersTo['payment_id']).toEqual({ table: 'payments', onDelete: 'refuse' })
  })
  test('a viewer changes nothing', () => {
    for (const one of allCollections)
      expect(rightsOf(one, 'viewer'), one.name).toMatchObject({ changes: [], mayCreate: false, mayDelete: false })
  })
})
