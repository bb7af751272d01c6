// The nights the clocks change, held against a look at every minute of them.
import { expect, onTestFinished, test } from 'vitest'
import { addMinutes, clockChangeNear, instantOf, isKnownZone, wallTimeAt } from './wall-clock.ts'

const nights: [zone: string, day: string, shown: 'never' | 'twice'][] = [
  ['Europe/London', '2026-10-25', 'twice'],
  ['Europe/London', '2026-03-29', 'never'],
  ['America/New_York', '2026-11-01', 'twice'],
  ['Australia/Lord_Howe', '2026-04-05', 'twice'],
  ['Australia/Lord_Howe', '2026-10-04', 'never'],
  // the whole 30th of December was left out there
  ['Pacific/Apia', '2011-12-30', 'never'],
]

const holds = (): void => {
  for (const [zone, day, shown] of nights) {
    const odd = oddMinutes(zone, day, shown === 'twice' ? 2 : 0)
    const change = { from: odd[0], to: addMinutes(odd.at(-1)!, 1), shown }
    expect(clockChangeNear(day, zone), zone).toEqual(change)
    expect(clockChangeNear(addMinutes(`${day}T12:00`, -4 * 1440).slice(0, 10), zone), zone).toBeNull()
  }
}

test('the stretch that the clock leaves out or shows twice is found to the minute, wherever a wedding is', holds)

test('and by a phone that has no Temporal', () => {
  const all = globalThis as { Temporal?: unknown }
  const kept = all.Temporal
  onTestFinished(() => void Object.assign(all, { Temporal: kept }))
  delete all.Temporal
  holds()
})

test('minutes on a plan are minutes on the wall, also through such a night', () => {
  expect(addMinutes('2026-10-24T23:30', 180)).toBe('2026-10-25T02:30')
  expect(addMinutes('2026-10-25T00:10', -20)).toBe('2026-10-24T23:50')
})

test('a zone that a phone has not heard of is known to be unknown', () => {
  expect([isKnownZone('Europe/London'), isKnownZone('Mars/Olympus')]).toEqual([true, false])
})

// every minute that passes, and what the wall shows in it; the minutes of the day that were shown so often
const oddMinutes = (zone: string, day: string, times: number): string[] => {
  const counts = new Map<string, number>()
  const from = instantOf(addMinutes(`${day}T00:00`, -1440), zone)
  for (let minute = 0; minute < 4 * 1440; minute++) {
    const wall = wallTimeAt(from + minute * 60_000, zone)
    counts.set(wall, (counts.get(wall) ?? 0) + 1)
  }
  const all = Array.from({ length: 1440 }, (_, minute) => addMinutes(`${day}T00:00`, minute))
  return all.filter((wall) => (counts.get(wall) ?? 0) === times)
}
