// The day as it stands, and what an edit would do to it, as the run sheet says it.
import { type CascadeDependency } from '@wedsync/wedding'
import { expect, test } from 'vitest'
import { arrangeDay, standingOf } from './arrange-day.ts'
import { asItStands, isMoved } from './as-it-stands.ts'
import { warningInWords } from './overrun-in-words.ts'
import { type TimelineRecord } from './timeline-record.ts'
import { whatMoves } from './what-moves.ts'

const zone = 'Europe/London'
const item = (title: string, at: string, minutes: number, more: Partial<TimelineRecord> = {}): TimelineRecord => ({
  id: title,
  table: 'timeline_items',
  scope: 'wedding',
  pending: 'none',
  title,
  kind: 'milestone',
  planned_start: `2026-06-20T${at}`,
  duration_min: minutes,
  location: null,
  status: 'planned',
  sort_key: null,
  ...more,
})
const waits = (to_id: string, from_id: string, lag_min: number | null = null): CascadeDependency => ({
  id: `${from_id} > ${to_id}`,
  from_id,
  to_id,
  type: 'FS',
  lag_min,
})
const day = [
  item('Portraits', '14:20', 30),
  item('Ceremony', '15:00', 30, { anchor: 'hard' }),
  item('Drinks', '15:30', 60, { compressible: true, min_duration_min: 45 }),
  item('Lawn games', '16:00', 60),
  item('Dinner', '16:30', 90),
]
const dependencies = [waits('Ceremony', 'Portraits'), waits('Drinks', 'Ceremony'), waits('Dinner', 'Drinks')]
const edited = (id: string, more: Partial<TimelineRecord>) =>
  day.map((one) => (one.id === id ? { ...one, ...more } : one))

test('where everything fits, everything is as planned and nothing is said', () => {
  const { items, circles } = asItStands(day, dependencies, zone)

  expect(items.map(({ id }) => id)).toEqual(day.map(({ id }) => id))
  expect(items.filter((one) => isMoved(one) || one.overrun || one.oddHour || one.shorterMin > 0)).toEqual([])
  expect(circles).toEqual([])
})

test('without dependencies, as guests see the day, nothing moves either', () => {
  expect(asItStands(edited('Portraits', { duration_min: 60 }), [], zone).items.filter(isMoved)).toEqual([])
})

test('portraits that take too long run into a ceremony that is fixed, and the day says so', () => {
  const { items } = asItStands(edited('Portraits', { duration_min: 60 }), dependencies, zone)

  expect(items.filter(({ overrun }) => overrun).map(warningInWords)).toEqual([
    'Ceremony is fixed at 15:00; Portraits will run 20 min into it.',
  ])
  // a quarter of an hour to walk over in between: they do not run into it, and still it is too early
  const withWalk = [waits('Ceremony', 'Portraits', 15)]
  expect(
    asItStands(day, withWalk, zone)
      .items.filter(({ overrun }) => overrun)
      .map(warningInWords),
  ).toEqual(['Ceremony is fixed at 15:00; that is 5 min too early after Portraits.'])
})

test('what was moved stands where it takes place, and that is what is now, and what the day is measured by', () => {
  const { items } = asItStands(edited('Drinks', { planned_start: '2026-06-20T16:00' }), dependencies, zone)

  expect(items.map(({ id, starts }) => `${starts?.slice(11)} ${id}`).slice(2)).toEqual([
    '16:00 Drinks',
    '16:00 Lawn games',
    '17:00 Dinner',
  ])
  const now = '2026-06-20T16:45'
  expect(arrangeDay(items, now).now.map(({ id }) => id)).toEqual(['Lawn games', 'Drinks'])
  const ticked = items.map((one) => ({ ...one, status: one.id < 'Drinks' || one.id === 'Portraits' ? ('done' as const) : one.status })) // prettier-ignore
  expect(standingOf(ticked, now, zone).says).toBe('on time')
})

test('before a start is saved, the sheet says what moves with it, what gives way and what does not fit', () => {
  const told = (id: string, patch: Parameters<typeof whatMoves>[4]) => whatMoves(day, dependencies, zone, id, patch)

  expect(told('Drinks', {})).toEqual([])
  expect(told('Drinks', { planned_start: '2026-06-20T15:50' })).toEqual(['1 item moves with it, 20 min later.'])
  expect(told('Ceremony', { planned_start: '2026-06-20T15:10' })).toEqual([
    '1 item moves with it, 10 min later.',
    '1 gets shorter to make room.',
  ])
  expect(told('Ceremony', { planned_start: '2026-06-20T15:30' })).toEqual([
    '2 items move with it, up to 30 min later.',
    '1 gets shorter to make room.',
  ])
  expect(told('Portraits', { duration_min: 45 })).toEqual([
    'Ceremony is fixed at 15:00; Portraits will run 5 min into it.',
  ])
  expect(told('Dinner', { planned_start: '2026-06-20T16:00' })).toEqual([
    'As things stand from 16:30 to 18:00, after Drinks.',
  ])
  const late = edited('Drinks', { planned_start: '2026-06-20T15:50' })
  expect(whatMoves(late, dependencies, zone, 'Drinks', { planned_start: '2026-06-20T15:30' })).toEqual([
    '1 item moves with it, 20 min back.',
  ])
})

test('two who wait for each other are told once', () => {
  const { circles } = asItStands(day, [...dependencies, waits('Drinks', 'Dinner')], zone)

  expect(circles).toEqual(['Drinks and Dinner wait for one another; their times stay as planned.'])
})
