import { isId, roles, type JsonObject } from '@wedsync/protocol'
import { readData } from '@wedsync/merge'
import { describe, expect, test } from 'vitest'
import { allCollections } from '../all-collections.ts'
import { type CascadeDependency, type CascadeItem } from '../cascade/cascade-records.ts'
import { projectTimes } from '../cascade/project-times.ts'
import { demoAccounts, demoAgencies, demoAgency, demoFirstWeddingId, demoMembershipIds } from './index.ts'

const today = '2026-06-20'
const agencies = demoAgencies(today)
const [larger, smaller] = agencies
const weddings = agencies.flatMap(({ records }) => records['clients']!.map((wedding) => ({ wedding, records, id: wedding['id']! }))) // prettier-ignore
const isPlain = (item: JsonObject) =>
  item['status'] === 'planned' && item['anchor'] === 'soft' && item['locked'] === false && item['key_moment'] === false

test('every record is one the tables accept as it is', () => {
  for (const { organization, records } of agencies)
    for (const table of allCollections)
      for (const { id, organization_id, ...data } of records[table.name]!) {
        expect(isId(id) && id === id.toLowerCase(), table.name).toBe(true)
        expect(organization_id).toBe(organization.id)
        const read = readData(table, 'create', data, { id: id as string })
        expect(read, `${table.name} ${JSON.stringify(data)}`).toEqual({ ok: true, data })
      }
})

test('no plan contradicts itself: before anybody touches it, nothing is moved, short or overrun', () => {
  for (const { records, id } of weddings) {
    const of = (table: string) => records[table]!.filter((one) => one['client_id'] === id) as unknown
    const items = of('timeline_items') as (CascadeItem & { title: string })[]
    const { times, warnings, leftOut } = projectTimes(items, of('timeline_dependencies') as CascadeDependency[])
    expect(items.filter((item) => times.get(item.id)?.pushedBy).map(({ title }) => title)).toEqual([])
    expect({ warnings, leftOut }).toEqual({ warnings: [], leftOut: [] })
  }
})

test('every id is used once, and every reference leads to the same company, and to the same wedding', () => {
  const all = agencies.flatMap(({ records }) => Object.values(records).flatMap((list) => list.map(({ id }) => id)))
  expect(new Set(all).size).toBe(all.length)
  for (const { records } of agencies)
    for (const { name, fieldNames, fieldOf } of allCollections)
      for (const field of fieldNames) {
        const table = fieldOf(field)?.table
        if (table === undefined) continue
        const known = new Map(records[table]!.map((one) => [one['id'], one]))
        for (const record of records[name]!)
          for (const id of [record[field] ?? []].flat()) {
            expect(known.has(id), `${name}.${field}`).toBe(true)
            const wedding = known.get(id)!['client_id']
            if (wedding !== undefined && record['client_id'] !== undefined) expect(wedding).toBe(record['client_id'])
          }
      }
})

describe('the companies', () => {
  test('the larger comes first: a wedding today, one in a week, one in three months; the smaller has one', () => {
    expect(larger!.records['clients']!.map((one) => one['wedding_date'])).toEqual([today, '2026-06-27', '2026-09-19'])
    expect(larger!.records['clients']![0]!['id']).toBe(demoFirstWeddingId)
    expect(smaller!.records['clients']).toHaveLength(1)
    expect(demoAccounts()).toEqual(agencies.flatMap(({ accounts }) => accounts))
    expect(agencies.flatMap(({ records }) => records['memberships']!.map(({ id }) => id))).toEqual(demoMembershipIds())
  })
  test('somebody of every role signs in at each, under an email and an account of their own', () => {
    for (const { accounts } of agencies) expect(new Set(accounts.map(({ role }) => role))).toEqual(new Set(roles))
    const all = demoAccounts()
    for (const key of ['email', 'userId', 'name'] as const)
      expect(new Set(all.map((one) => one[key])).size).toBe(all.length)
    for (const { email } of all) expect(email).toMatch(/^[a-z]+@[a-z]+\.example\.com$/)
    expect(all.slice(0, 3).map(({ name }) => name)).toEqual(['Margaret Thorn', 'Priya Hazel', 'Tom Ashworth'])
  })
  test('its first planner and first assistant work on all its weddings, and every wedding has one lead', () => {
    for (const { accounts, records } of agencies)
      for (const role of ['planner', 'assistant'] as const) {
        const { userId } = accounts.find((one) => one.role === role)!
        const person = records['memberships']!.find((one) => one['user_id'] === userId)!['person_id']
        const held = records['assignments']!.filter((one) => one['person_id'] === person).map((one) => one['client_id'])
        expect(held).toEqual(records['clients']!.map(({ id }) => id))
      }
    for (const { id, records } of weddings)
      expect(records['assignments']!.filter((one) => one['client_id'] === id && one['is_lead'] === true)).toHaveLength(
        1,
      )
  })
  test('who signs in as a vendor is linked to a contact, everybody else but an owner to a wedding', () => {
    for (const { accounts, records } of agencies)
      for (const { userId, role, name } of accounts) {
        const person = records['memberships']!.find((one) => one['user_id'] === userId)!['person_id']
        expect(records['people']!.find(({ id }) => id === person)).toMatchObject({ name, role })
        const links = records[role === 'vendor' ? 'vendor_contacts' : 'assignments']!
        if (role !== 'owner') expect(links.some((one) => one['person_id'] === person), name).toBe(true) // prettier-ignore
      }
  })
})

describe.each(weddings.map((one) => ({ ...one, names: one.wedding['names'] })))(
  '$names',
  ({ wedding, records, id }) => {
    const of = (table: string) => records[table]!.filter((record) => record['client_id'] === id)

    test('the day is whole: sixty lines or more, a third of them plain, in order', () => {
      const items = of('timeline_items')
      expect(items.length).toBeGreaterThanOrEqual(60)
      expect(items.length).toBeLessThanOrEqual(150)
      expect(items.filter(isPlain).length).toBeGreaterThanOrEqual(items.length / 3)
      const starts = items.map((item) => item['planned_start'] as string)
      expect(starts).toEqual([...starts].sort())
      const keys = items.map((item) => item['sort_key'] as string)
      expect(keys).toEqual([...keys].sort())
      expect(starts[0]!.slice(0, 10)).toBe(wedding['wedding_date'])
      for (const mark of ['guest_visible', 'key_moment', 'locked'])
      expect(items.some((item) => item[mark] === true), mark).toBe(true) // prettier-ignore
      expect(items.find(({ title }) => title === 'Ceremony')!['planned_start']).toBe(wedding['ceremony_start'])
    })

    test('there are fifteen vendors or more, each with a mobile phone', () => {
      const vendors = of('vendor_contacts')
      expect(vendors.length).toBeGreaterThanOrEqual(15)
      expect(vendors.length).toBeLessThanOrEqual(25)
      for (const { phones } of vendors)
        expect(phones).toMatchObject({ mobile: expect.stringMatching(/^\+447700900\d{3}$/) as string })
    })

    test('a hundred and fifty guests or more, none of them twice; who has a seat comes, and sits there alone', () => {
      const guests = of('guests')
      expect(guests.length).toBeGreaterThanOrEqual(150)
      expect(guests.length).toBeLessThanOrEqual(300)
      expect(new Set(guests.map(({ name, household }) => JSON.stringify([household, name]))).size).toBe(guests.length) // prettier-ignore
      const coming = new Set(guests.filter(({ rsvp }) => rsvp === 'yes').map((one) => one['id']))
      const seats = of('seat_assignments')
      expect(seats.length).toBeGreaterThan(0)
      for (const { guest_id } of seats) expect(coming.has(guest_id)).toBe(true)
      for (const taken of [
        seats.map(({ guest_id }) => guest_id),
        seats.map(({ table_id, seat }) => JSON.stringify([table_id, seat])),
      ])
        // prettier-ignore
        expect(new Set(taken).size).toBe(seats.length)
      for (const field of ['dietary', 'allergies'])
        expect(guests.some((guest) => (guest[field] as unknown[]).length > 0)).toBe(true)
    })

    test('there is something of everything', () => {
      for (const { name, scope, isScope } of allCollections)
        if (scope === 'wedding' && !isScope) expect(of(name).length, name).toBeGreaterThan(0)
      expect(of('forms')).toHaveLength(2)
      expect(of('form_responses')).toHaveLength(2)
      for (const visibility of ['team', 'venue', 'vendor', 'couple', 'all'])
      for (const table of ['notes', 'documents'])
        expect(of(table).some((one) => one['visibility'] === visibility), `${table} ${visibility}`).toBe(true) // prettier-ignore
    })

    test('every text is said in its own words: no place of another wedding stands in it', () => {
      if (id === demoFirstWeddingId) return
      const said = JSON.stringify(['timeline_items', 'notes', 'shot_list_items', 'documents', 'tasks', 'form_responses'].map(of)) // prettier-ignore
      expect(said.match(/\bBarn\b|\bbarn\b|Amelia|James|Orchard|Royal Oak/)).toBeNull()
    })
  },
)

test('the wedding furthest away is outside its freeze, and 140 are expected', () => {
  const furthest = larger!.records['clients']![2]!
  expect(furthest['headcount']).toBe(140)
  expect((furthest['freeze_from'] as string) > `${today}T23:59`).toBe(true)
})

test('what tests load is the larger company with the wedding of today, and everybody of its seven roles', () => {
  const small = demoAgency(today)
  expect(small.accounts.map(({ role }) => role)).toEqual(['owner', 'planner', 'assistant', 'venue', 'vendor', 'couple', 'viewer']) // prettier-ignore
  expect(small.records['clients']).toEqual(larger!.records['clients']!.slice(0, 1))
  const whole = new Map(Object.values(larger!.records).flatMap((list) => list.map((one) => [one['id'], one])))
  for (const record of Object.values(small.records).flat()) expect(whole.get(record['id'])).toEqual(record)
})

test('the same day gives the same records, down to the ids', () => {
  expect(demoAgencies(today)).toEqual(agencies)
  expect(demoAgency('2026-02-28').records['timeline_items']!.at(-1)).toMatchObject({
    planned_start: '2026-03-01T01:15',
  })
})
