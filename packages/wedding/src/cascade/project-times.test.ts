// The cascade as whoever runs the day would put it: what moves, what gives way, what stays, and what she is told.
import { expect, onTestFinished, test } from 'vitest'
import { type CascadeDependency, type CascadeItem } from './cascade-records.ts'
import { projectTimes } from './project-times.ts'

const day = '2026-06-20'
const item = (id: string, at: string | null, minutes: number, more: Partial<CascadeItem> = {}): CascadeItem => ({
  id,
  kind: 'milestone',
  planned_start: at === null ? null : at.includes('T') ? at : `${day}T${at}`,
  duration_min: minutes,
  anchor: 'soft',
  min_duration_min: null,
  compressible: false,
  locked: false,
  status: 'planned',
  actual_start: null,
  actual_end: null,
  sort_key: null,
  ...more,
})
const waits = (
  to_id: string,
  from_id: string,
  type: CascadeDependency['type'] = 'FS',
  lag_min: number | null = null,
) => ({
  id: `${from_id} > ${to_id}`,
  from_id,
  to_id,
  type,
  lag_min,
})
const hard = { anchor: 'hard' }
const shown = (items: CascadeItem[], dependencies: CascadeDependency[], zone?: string) => {
  const { times, warnings } = projectTimes(items, dependencies, zone)
  const asTheyCome = [...times].sort(([, one], [, other]) => (one.start + one.end < other.start + other.end ? -1 : 1))
  const lines = asTheyCome.map(([id, { start, end }]) => `${start.slice(11)}–${end.slice(11)} ${id}`)
  return { lines, warnings }
}

test('dinner was moved by a quarter of an hour: what waits for it moves with it, what only comes after it does not', () => {
  const items = [
    item('Dinner', '16:15', 60),
    item('Speeches', '17:00', 30),
    item('Cake', '17:30', 10),
    item('Lawn games', '17:00', 60),
  ]
  const dependencies = [waits('Speeches', 'Dinner'), waits('Cake', 'Speeches')]

  expect(shown(items, dependencies)).toEqual({
    lines: ['16:15–17:15 Dinner', '17:00–18:00 Lawn games', '17:15–17:45 Speeches', '17:45–17:55 Cake'],
    warnings: [],
  })
  expect(projectTimes(items, dependencies).times.get('Cake')?.pushedBy).toEqual({
    item: 'Speeches',
    dependency: 'Speeches > Cake',
    minutes: 15,
  })
})

test('who is ready early does not pull anybody forward', () => {
  const items = [item('Make-up', '08:00', 60), item('Dress on', '11:00', 30)]

  expect(shown(items, [waits('Dress on', 'Make-up', 'FS', 15)]).lines).toEqual([
    '08:00–09:00 Make-up',
    '11:00–11:30 Dress on',
  ])
})

test('the ceremony is fixed: it stays, and says how far the portraits run into it', () => {
  const items = [item('Portraits', '14:20', 60), item('Ceremony', '15:00', 30, hard), item('Confetti', '15:30', 10)]
  const dependencies = [waits('Ceremony', 'Portraits'), waits('Confetti', 'Ceremony')]

  expect(shown(items, dependencies)).toEqual({
    lines: ['14:20–15:20 Portraits', '15:00–15:30 Ceremony', '15:30–15:40 Confetti'],
    warnings: [
      {
        kind: 'overrun',
        item: 'Ceremony',
        keeps: 'hard',
        by: 'Portraits',
        dependency: 'Portraits > Ceremony',
        minutes: 20,
      },
    ],
  })
})

test('an item the planner locked stays as well', () => {
  const items = [item('Sound check', '18:30', 45), item('First dance', '19:00', 10, { locked: true })]

  expect(shown(items, [waits('First dance', 'Sound check')]).warnings).toMatchObject([{ keeps: 'locked', minutes: 15 }])
})

test('buffers give way first, then drinks are cut short, and only then dinner moves', () => {
  const plan = (portraitsAt: string) => [
    item('Portraits', portraitsAt, 30),
    item('Drinks', '15:00', 60, { compressible: true, min_duration_min: 40 }),
    item('Air', '16:00', 15, { kind: 'buffer' }),
    item('Dinner', '16:15', 90),
  ]
  const dependencies = [waits('Drinks', 'Portraits'), waits('Air', 'Drinks'), waits('Dinner', 'Air')]

  // ten minutes late: the buffer takes it
  expect(shown(plan('14:40'), dependencies)).toEqual({
    lines: ['14:40–15:10 Portraits', '15:10–16:10 Drinks', '16:10–16:15 Air', '16:15–17:45 Dinner'],
    warnings: [{ kind: 'shortened', item: 'Air', minutes: 10 }],
  })
  // half an hour: the buffer is used up, drinks lose a quarter of an hour, dinner is served on time
  expect(shown(plan('15:00'), dependencies)).toEqual({
    lines: ['15:00–15:30 Portraits', '15:30–16:15 Drinks', '16:15–16:15 Air', '16:15–17:45 Dinner'],
    warnings: [
      { kind: 'shortened', item: 'Drinks', minutes: 15 },
      { kind: 'shortened', item: 'Air', minutes: 15 },
    ],
  })
  // three quarters: drinks are as short as they may be, and dinner waits ten minutes
  expect(shown(plan('15:15'), dependencies).lines).toEqual([
    '15:15–15:45 Portraits',
    '15:45–16:25 Drinks',
    '16:25–16:25 Air',
    '16:25–17:55 Dinner',
  ])
})

test('a buffer keeps what somebody said it needs, and whoever is late before it gives the rest', () => {
  const items = [
    item('Portraits', '15:00', 30),
    item('Drinks', '15:00', 60, { compressible: true, min_duration_min: 20 }),
    item('Air', '16:00', 15, { kind: 'buffer', min_duration_min: 5 }),
    item('Dinner', '16:15', 90),
  ]
  const dependencies = [waits('Drinks', 'Portraits'), waits('Air', 'Drinks'), waits('Dinner', 'Air')]

  expect(shown(items, dependencies).lines.slice(1)).toEqual([
    '15:30–16:10 Drinks',
    '16:10–16:15 Air',
    '16:15–17:45 Dinner',
  ])
})

test('nobody is cut short for nothing: without anybody who waits, drinks simply end later', () => {
  const drinks = item('Drinks', '15:00', 60, { compressible: true, min_duration_min: 30 })

  expect(shown([item('Portraits', '14:50', 30), drinks], [waits('Drinks', 'Portraits')])).toEqual({
    lines: ['14:50–15:20 Portraits', '15:20–16:20 Drinks'],
    warnings: [],
  })
  // nor for as long as there is time before whoever waits
  const dinner = item('Dinner', '16:30', 90)
  const dependencies = [waits('Drinks', 'Portraits'), waits('Dinner', 'Drinks')]
  expect(shown([item('Portraits', '14:50', 30), drinks, dinner], dependencies).warnings).toEqual([])
})

test('what may be shortened, and nobody said to how little, keeps its length; and what was just made longer is not cut again', () => {
  const toasts = item('Toasts', '17:00', 30, { compressible: true })
  const cake = item('Cake', '17:30', 10)

  expect(
    shown([item('Main', '16:00', 70), toasts, cake], [waits('Toasts', 'Main'), waits('Cake', 'Toasts')]).lines,
  ).toEqual(['16:00–17:10 Main', '17:10–17:40 Toasts', '17:40–17:50 Cake'])
  const longer = { ...toasts, duration_min: 45, min_duration_min: 20 }
  expect(shown([longer, cake], [waits('Cake', 'Toasts')]).lines).toEqual(['17:00–17:45 Toasts', '17:45–17:55 Cake'])
})

test('all four ways of waiting: for the start or the end of another, with one’s own start or end', () => {
  const band = item('Band', '20:10', 60)
  const other = item('Other', '20:00', 30)
  const otherAt = (type: CascadeDependency['type'], lag: number | null = null) =>
    shown([band, other], [waits('Other', 'Band', type, lag)]).lines.find((line) => line.endsWith('Other'))

  expect(otherAt('FS')).toBe('21:10–21:40 Other')
  expect(otherAt('SS')).toBe('20:10–20:40 Other')
  expect(otherAt('FF')).toBe('20:40–21:10 Other')
  expect(otherAt('SF')).toBe('20:00–20:30 Other')
  expect(otherAt('SF', 30)).toBe('20:10–20:40 Other')
  expect(otherAt('FS', -20)).toBe('20:50–21:20 Other')
})

test('what has begun does not move, and pushes from when it really began and ended', () => {
  const seen = { status: 'done', actual_start: '2026-06-20T12:50:20Z', actual_end: '2026-06-20T13:25:59Z' }
  const items = [item('Ceremony', '13:35', 30, { ...hard, ...seen }), item('Drinks', '14:05', 60)]

  expect(shown(items, [waits('Drinks', 'Ceremony')], 'Europe/London').lines).toEqual([
    '13:50–14:25 Ceremony',
    '14:25–15:25 Drinks',
  ])
  // nobody has seen its end yet
  const running = item('Ceremony', '13:35', 30, { ...hard, status: 'started', actual_start: seen.actual_start })
  expect(shown([running, items[1]!], [waits('Drinks', 'Ceremony')], 'Europe/London').lines[1]).toBe(
    '14:20–15:20 Drinks',
  )
  // drinks are being served already: whatever they were to wait for
  const poured = { ...items[1]!, status: 'started' }
  expect(projectTimes([items[0]!, poured], [waits('Drinks', 'Ceremony')], 'Europe/London').leftOut).toEqual([
    { dependency: 'Ceremony > Drinks', because: 'begun' },
  ])
})

test('two who push equally: the one that is first in the order people gave is named, an item without a place last', () => {
  const pushes = [['Band', null], ['Sparklers', 'b'], ['Cake', 'a']] as const // prettier-ignore
  const items = pushes.map(([id, sort_key]) => item(id, '19:00', 30, { sort_key }))
  const dependencies = items.map(({ id }) => waits('Fireworks', id))

  const named = (from: CascadeItem[]) => projectTimes([...from, item('Fireworks', '19:10', 10)], dependencies).times.get('Fireworks')?.pushedBy?.item // prettier-ignore
  expect([named(items), named(items.slice(0, 2)), named(items.slice(0, 1))]).toEqual(['Cake', 'Sparklers', 'Band'])
})

test('what is skipped takes no time, and what comes before it still comes before what comes after', () => {
  const items = [
    item('Main course', '16:00', 80),
    item('Glasses filled', '16:50', 10, { status: 'skipped' }),
    item('Toasts', '17:00', 15),
  ]
  const dependencies = [waits('Glasses filled', 'Main course'), waits('Toasts', 'Glasses filled', 'FS', 5)]

  const { times } = projectTimes(items, dependencies)
  expect(times.get('Toasts')).toEqual({
    start: `${day}T17:20`,
    end: `${day}T17:35`,
    pushedBy: { item: 'Main course', dependency: 'Glasses filled > Toasts', minutes: 20 },
  })
  expect(times.get('Glasses filled')?.pushedBy).toBeNull()
})

test('two who wait for each other keep their times, both are named, and the rest of the day goes on', () => {
  const items = [item('Cake', '19:00', 10), item('First dance', '19:05', 10), item('Band', '19:10', 50)]
  const dependencies = [waits('First dance', 'Cake'), waits('Cake', 'First dance'), waits('Band', 'First dance')]

  expect(shown(items, dependencies)).toEqual({
    lines: ['19:00–19:10 Cake', '19:05–19:15 First dance', '19:15–20:05 Band'],
    warnings: [{ kind: 'cycle', items: ['Cake', 'First dance'] }],
  })
})

test('what names an item that was deleted, or has no time yet, is left out and says why', () => {
  const { leftOut } = projectTimes(
    [item('Cake', '19:00', 10), item('Fireworks', null, 10)],
    [waits('Cake', 'Sparklers'), waits('Fireworks', 'Cake')],
  )

  expect(leftOut).toEqual([
    { dependency: 'Cake > Fireworks', because: 'no-start' },
    { dependency: 'Sparklers > Cake', because: 'missing' },
  ])
})

test('a night party in October: the hour that comes twice changes no time on the plan, and whoever plans into it is told', () => {
  const night = (time: string) => `2026-10-25T${time}`
  const items = [
    item('DJ', '2026-10-24T23:30', 120),
    item('Last dance', night('01:15'), 15),
    item('Coach', night('02:00'), 15, hard),
  ]
  const dependencies = [waits('Last dance', 'DJ'), waits('Coach', 'Last dance', 'FS', 10)]

  expect(shown(items, dependencies, 'Europe/London')).toEqual({
    lines: ['23:30–01:30 DJ', '01:30–01:45 Last dance', '02:00–02:15 Coach'],
    warnings: [
      { kind: 'odd-hour', item: 'DJ', edge: 'end', at: night('01:30'), shown: 'twice' },
      { kind: 'odd-hour', item: 'Last dance', edge: 'start', at: night('01:30'), shown: 'twice' },
      { kind: 'odd-hour', item: 'Last dance', edge: 'end', at: night('01:45'), shown: 'twice' },
    ],
  })
  expect(shown(items, dependencies).lines).toEqual(shown(items, dependencies, 'Europe/London').lines)
})

test('a night party in March: a time that the clock jumps over is told, and moves nothing', () => {
  const night = (time: string) => `2026-03-29T${time}`
  const items = [
    item('DJ', night('00:00'), 75),
    item('Last dance', night('01:00'), 60),
    item('Coach', night('02:00'), 15),
  ]
  const dependencies = [waits('Last dance', 'DJ'), waits('Coach', 'Last dance')]

  expect(shown(items, dependencies, 'Europe/London')).toEqual({
    lines: ['00:00–01:15 DJ', '01:15–02:15 Last dance', '02:15–02:30 Coach'],
    warnings: [
      { kind: 'odd-hour', item: 'DJ', edge: 'end', at: night('01:15'), shown: 'never' },
      { kind: 'odd-hour', item: 'Last dance', edge: 'start', at: night('01:15'), shown: 'never' },
    ],
  })
})

test('on a day the clocks changed in the night, the ceremony is when the plan says', () => {
  const items = [item('Portraits', '2026-10-25T14:00', 70), item('Ceremony', '2026-10-25T15:00', 30)]
  const dependencies = [waits('Ceremony', 'Portraits')]

  expect(shown(items, dependencies, 'Europe/London')).toEqual({
    lines: ['14:00–15:10 Portraits', '15:10–15:40 Ceremony'],
    warnings: [],
  })
})

test('a phone without Temporal, or one that does not know the zone, tells the same times', () => {
  const seen = { status: 'started', actual_start: '2026-10-25T01:20:00Z' }
  const items = [item('DJ', '2026-10-25T00:30', 60, seen), item('Last dance', '2026-10-25T01:30', 15)]
  const dependencies = [waits('Last dance', 'DJ')]
  const here = shown(items, dependencies, 'Europe/London')
  expect(here.lines).toEqual(['01:20–02:20 DJ', '02:20–02:35 Last dance'])
  expect(shown(items, dependencies, 'Mars/Olympus')).toEqual(shown(items, dependencies))

  const all = globalThis as { Temporal?: unknown }
  const kept = all.Temporal
  onTestFinished(() => void Object.assign(all, { Temporal: kept }))
  delete all.Temporal
  expect(shown(items, dependencies, 'Europe/London')).toEqual(here)
})

test('a chain as long as no wedding has goes through, and so does a circle of it', () => {
  const count = 20_000
  const items = Array.from({ length: count }, (_, index) => item(`${index}`, '12:00', 1))
  const chain = Array.from({ length: count - 1 }, (_, index) => waits(`${index + 1}`, `${index}`))

  expect(projectTimes(items, chain).times.get(`${count - 1}`)?.pushedBy?.minutes).toBe(count - 1)
  expect(projectTimes(items, [...chain, waits('0', `${count - 1}`)]).warnings).toMatchObject([{ kind: 'cycle' }])
})
