import { expect, onTestFinished, test } from 'vitest'
import { beginsAt } from './begins-at.ts'

const wedding = { wedding_date: '2026-06-20', ceremony_start: '2026-06-20T14:30', time_zone: 'Europe/London' }
const told = (more: object) => {
  const at = beginsAt({ ...wedding, ...more })
  return at === null ? null : new Date(at).toISOString()
}

test('a wedding begins with its ceremony, by the clock on the venue’s wall', () => {
  expect(told({})).toBe('2026-06-20T13:30:00.000Z')
  expect(told({ time_zone: 'America/New_York' })).toBe('2026-06-20T18:30:00.000Z')
  // the night the clocks change
  expect(told({ ceremony_start: '2026-10-25T15:00' })).toBe('2026-10-25T15:00:00.000Z')
  expect(told({ ceremony_start: '2026-10-24T15:00' })).toBe('2026-10-24T14:00:00.000Z')
})

test('or with its day, where nobody has said when; and nobody knows where the day or the zone is missing or strange', () => {
  expect(told({ ceremony_start: null })).toBe('2026-06-19T23:00:00.000Z')
  for (const strange of [
    { time_zone: 'Mars/Olympus' },
    { time_zone: null },
    { ceremony_start: null, wedding_date: null },
  ])
    expect(told(strange)).toBeNull()
})

test('as on a runtime that has no Temporal', () => {
  const all = globalThis as { Temporal?: unknown }
  const kept = all.Temporal
  onTestFinished(() => void Object.assign(all, { Temporal: kept }))
  delete all.Temporal
  expect('Temporal' in all).toBe(false)
  expect(told({})).toBe('2026-06-20T13:30:00.000Z')
  expect(told({ ceremony_start: null })).toBe('2026-06-19T23:00:00.000Z')
  expect(told({ time_zone: 'Mars/Olympus' })).toBeNull()
})
