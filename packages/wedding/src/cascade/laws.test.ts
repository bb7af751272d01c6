// The cascade on 10,000 run sheets of any shape: what has to hold whatever is on them.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { minutesOf } from '../wall-clock.ts'
import { projectTimes, type Projection } from './project-times.ts'
import { anyRunSheet, type RunSheet } from './testing/any-run-sheet.ts'
import { brokenLaws } from './testing/broken-laws.ts'

test('on 10,000 run sheets every promise of the cascade holds, on phone and server alike, and once projected nothing moves', () => {
  const met: Record<string, number> = {}
  const meet = (what: string) => (met[what] = (met[what] ?? 0) + 1)
  fc.assert(
    fc.property(anyRunSheet, (sheet) => {
      const before = JSON.stringify(sheet)
      const here = projectTimes(sheet.items, sheet.dependencies, sheet.zone)

      expect(brokenLaws(sheet.items, sheet.dependencies, here)).toEqual([])
      expect(told(onTheOtherSide(sheet)), 'the same on the other side').toBe(told(here))
      expect(timesOf(onceMore(sheet, here)), 'projected once is projected for good').toEqual(timesOf(here))
      expect(JSON.stringify(sheet), 'the records are only read').toBe(before)

      for (const { kind } of here.warnings) meet(kind)
      for (const { because } of here.leftOut) meet(because)
      for (const { pushedBy } of here.times.values()) if (pushedBy) meet('pushed')
    }),
    { numRuns: 10_000 },
  )
  // nothing of all this was shown by never coming up
  for (const what of ['overrun', 'shortened', 'cycle', 'odd-hour', 'missing', 'no-start', 'begun', 'pushed'])
    expect(met[what], what).toBeGreaterThan(500)
}, 120_000)

// what the database hands out has been through JSON, and comes in an order of its own
const onTheOtherSide = (sheet: RunSheet): Projection => {
  const { items, dependencies } = JSON.parse(JSON.stringify(sheet)) as RunSheet
  return projectTimes(items.sort(byId).reverse(), dependencies.sort(byId), sheet.zone)
}

const byId = (one: { id: string }, other: { id: string }): number => (one.id < other.id ? -1 : 1)

const onceMore = ({ items, dependencies, zone }: RunSheet, { times }: Projection): Projection => {
  const projected = items.map((item) => {
    const now = times.get(item.id)
    return now ? { ...item, planned_start: now.start, duration_min: minutesOf(now.end) - minutesOf(now.start) } : item
  })
  return projectTimes(projected, dependencies, zone)
}

const told = ({ times, warnings, leftOut }: Projection): string => JSON.stringify([[...times], warnings, leftOut])

const timesOf = ({ times }: Projection): [string, string, string][] =>
  [...times].map(([id, { start, end }]): [string, string, string] => [id, start, end]).sort()
