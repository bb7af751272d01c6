import { isId } from '@wedsync/protocol'
import { readData } from '@wedsync/merge'
import { expect, test } from 'vitest'
import { allCollections } from '../all-collections.ts'
import { demoAgency } from './index.ts'

const today = '2026-06-20'
const { accounts, organization, records } = demoAgency(today)
const of = (table: string) => records[table]!

test('every record is one the tables accept as it is', () => {
  for (const { name, isScope, fieldNames, ...table } of allCollections)
    for (const { id, organization_id, ...data } of of(name)) {
      expect(isId(id) && id === id.toLowerCase(), name).toBe(true)
      expect(organization_id).toBe(organization.id)
      expect(
        readData({ name, isScope, fieldNames, ...table }, 'create', data, { id: id as string }),
        `${name} ${JSON.stringify(data)}`,
      ).toEqual({ ok: true, data })
    }
})

test('every id is used once, and every reference leads somewhere', () => {
  const all = allCollections.flatMap(({ name }) => of(name).map(({ id }) => id))
  expect(new Set(all).size).toBe(all.length)
  for (const { name, fieldNames, fieldOf } of allCollections)
    for (const field of fieldNames) {
      const table = fieldOf(field)?.table
      if (table === undefined) continue
      const known = new Set(of(table).map(({ id }) => id))
      for (const record of of(name))
        for (const id of [record[field] ?? []].flat()) expect(known.has(id), `${name}.${field}`).toBe(true)
    }
})

test('the day is whole: sixty lines or more, a third of them plain, in order, from morning into the night', () => {
  const items = of('timeline_items')
  expect(items.length).toBeGreaterThanOrEqual(60)
  const plain = items.filter(
    (item) =>
      item['status'] === 'planned' &&
      item['anchor'] === 'soft' &&
      item['locked'] === false &&
      item['key_moment'] === false,
  )
  expect(plain.length).toBeGreaterThanOrEqual(items.length / 3)
  const starts = items.map((item) => item['planned_start'] as string)
  expect(starts).toEqual([...starts].sort())
  expect(
    [...items].sort((one, other) => ((one['sort_key'] as string) < (other['sort_key'] as string) ? -1 : 1)),
  ).toEqual(items)
  expect([starts[0], starts.at(-1)]).toEqual(['2026-06-20T07:00', '2026-06-21T01:15'])
  for (const mark of ['guest_visible', 'key_moment', 'locked'])
    expect(
      items.some((item) => item[mark] === true),
      mark,
    ).toBe(true)
  expect(items.some((item) => item['anchor'] === 'hard')).toBe(true)
})

test('there are fifteen vendors, each with a mobile phone, and one of them signs in', () => {
  const vendors = of('vendor_contacts')
  expect(vendors).toHaveLength(15)
  for (const { phones } of vendors)
    expect(phones).toMatchObject({ mobile: expect.stringMatching(/^\+447700900\d{3}$/) as string })
  expect(vendors.filter(({ person_id }) => person_id !== null)).toHaveLength(1)
})

test('there are a dozen notes for each who may read them', () => {
  for (const visibility of ['team', 'venue', 'vendor', 'couple', 'all'])
    expect(of('notes').filter((note) => note['visibility'] === visibility)).toHaveLength(12)
})

test('owner, planner, assistant and vendor sign in; the planner leads the wedding', () => {
  expect(accounts.map(({ role }) => role)).toEqual(['owner', 'planner', 'assistant', 'vendor'])
  for (const { email } of accounts) expect(email).toMatch(/@([a-z]+\.)?example\.com$/)
  expect(of('assignments').filter(({ is_lead }) => is_lead === true)).toHaveLength(1)
  expect(of('clients')).toMatchObject([{ wedding_date: today, time_zone: 'Europe/London' }])
})

test('the same day gives the same records, down to the ids', () => {
  expect(demoAgency(today)).toEqual(demoAgency(today))
  expect(demoAgency('2026-02-28').records['timeline_items']!.at(-1)).toMatchObject({
    planned_start: '2026-03-01T01:15',
  })
})
