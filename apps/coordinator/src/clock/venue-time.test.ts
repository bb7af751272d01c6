// The venue's time, with Temporal and without, and in the night the clocks change.
import { expect, test } from 'vitest'
import { addMinutes, dayInWords, minutesBetween, minutesInWords, retimed, wallTimeAt } from './venue-time.ts'

const withAndWithoutTemporal = (check: () => void) => {
  check()
  delete (globalThis as { Temporal?: unknown }).Temporal
  expect('Temporal' in globalThis).toBe(false)
  check()
}

test('the wall at the venue shows its own time, with or without Temporal', () => {
  const kept = (globalThis as { Temporal?: unknown }).Temporal
  try {
    withAndWithoutTemporal(() => {
      expect(wallTimeAt(Date.parse('2026-06-20T13:52:40Z'), 'Europe/London')).toBe('2026-06-20T14:52')
      expect(wallTimeAt(Date.parse('2026-06-20T22:30:00Z'), 'Asia/Kolkata')).toBe('2026-06-21T04:00')
      expect(minutesBetween('2026-10-25T00:30', '2026-10-25T02:30', 'Europe/London')).toBe(180)
      expect(minutesBetween('2026-06-20T14:52', '2026-06-20T15:30', 'Europe/London')).toBe(38)
    })
  } finally {
    Object.assign(globalThis, { Temporal: kept })
  }
})

test('a time typed close to midnight lands on the night it belongs to', () => {
  expect(retimed('2026-06-20T23:45', '00:15')).toBe('2026-06-21T00:15')
  expect(retimed('2026-06-21T00:15', '23:50')).toBe('2026-06-20T23:50')
  expect(retimed('2026-06-20T16:00', '16:15')).toBe('2026-06-20T16:15')
})

test('times and days in words', () => {
  expect(addMinutes('2026-06-20T23:50', 15)).toBe('2026-06-21T00:05')
  expect(dayInWords('2026-06-20')).toBe('Saturday 20 June')
  expect([38, 60, 95].map(minutesInWords)).toEqual(['38 min', '1 h', '1 h 35 min'])
})
