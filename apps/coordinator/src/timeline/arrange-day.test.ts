// How the day stands, told in words that are true: late, on time, forgotten, not today.
import { expect, test } from 'vitest'
import { arrangeDay, standingOf, type Item } from './arrange-day.ts'

const zone = 'Europe/London'
const item = (start: string, status: Item['status'] = 'planned', minutes = 30): Item => ({
  id: start,
  title: start,
  planned_start: `2026-06-20T${start}`,
  duration_min: minutes,
  status,
})
const at = (time: string) => `2026-06-20T${time}`

test('now is what runs, newest first; what is ticked or over is earlier', () => {
  const day = arrangeDay(
    [item('13:00', 'done'), item('14:00', 'planned', 90), item('14:30', 'planned', 60), item('16:00'), item('17:00')],
    at('14:52'),
  )

  expect(day.now.map(({ id }) => id)).toEqual(['14:30', '14:00'])
  expect(day.next.map(({ id }) => id)).toEqual(['16:00', '17:00'])
  expect(day.earlier.map(({ id }) => id)).toEqual(['13:00'])
  expect(day.untickedCount).toBe(0)
})

test('an item ticked ahead of its time leaves the list of what comes', () => {
  const day = arrangeDay([item('16:00', 'done'), item('17:00')], at('14:52'))

  expect(day.next.map(({ id }) => id)).toEqual(['17:00'])
})

test('the day is behind by the first item after the last tick whose time is over', () => {
  const items = [item('13:00', 'done'), item('14:00', 'planned', 46), item('15:30')]

  expect(standingOf(items, at('14:52'), zone)).toEqual({ says: '6 min behind', tone: 'little' })
  expect(standingOf(items, at('15:20'), zone)).toEqual({ says: '34 min behind', tone: 'lot' })
})

test('an item that was forgotten does not make the day late', () => {
  const items = [item('07:00'), item('13:00', 'done'), item('14:30', 'planned', 60)]

  expect(standingOf(items, at('14:52'), zone)).toEqual({ says: 'on time', aside: '1 not ticked', tone: 'well' })
})

test('a day nobody has ticked anything on is not called seven hours late', () => {
  const standing = standingOf([item('07:00'), item('08:00'), item('14:30')], at('14:52'), zone)

  expect(standing).toEqual({ says: 'nothing ticked yet', tone: 'little' })
})

test('before and after the day it says so', () => {
  const items = [item('07:00', 'done')]

  expect(standingOf(items, '2026-06-20T06:20', zone).says).toBe('starts in 40 min')
  expect(standingOf(items, '2026-06-19T22:00', zone).says).toBe('tomorrow')
  expect(standingOf(items, '2026-06-17T22:00', zone).says).toBe('in 3 days')
  expect(standingOf(items, '2026-06-21T09:00', zone).says).toBe('was yesterday')
})
