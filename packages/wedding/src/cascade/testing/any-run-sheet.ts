// Run sheets of any shape: items on a day and the night the clocks change, most of them plain, some fixed, some begun, some skipped;
// and dependencies between them, also circles, also such that name nobody.
import fc from 'fast-check'
import { type CascadeDependency, type CascadeItem } from '../cascade-records.ts'
import { addMinutes, instantOf } from '../../wall-clock.ts'

export type RunSheet = { items: CascadeItem[]; dependencies: CascadeDependency[]; zone: string | undefined }

const rarely = <Value, Other>(value: Value, other: Other, oneIn: number) =>
  fc.nat(oneIn - 1).map((dice) => (dice === 0 ? value : other))
const minutes = (most: number) => fc.nat(most / 5).map((steps) => steps * 5)

const anyItem = fc
  .record({
    kind: rarely('buffer', 'milestone', 4),
    startsAfter: rarely(null, 0, 15).chain((none) => (none === null ? fc.constant(none) : minutes(720))),
    duration_min: minutes(90),
    anchor: rarely('hard', 'soft', 8),
    min_duration_min: fc.option(minutes(60)),
    compressible: fc.boolean(),
    locked: rarely(true, false, 12),
    step: fc.nat(19),
    lateBy: fc.option(fc.integer({ min: -40, max: 60 })),
    took: fc.option(fc.integer({ min: -10, max: 120 })),
    sort_key: fc.option(fc.constantFrom('a0', 'a1', 'a1V', 'b2')),
  })
  .map(({ startsAfter, step, lateBy, took, ...item }): CascadeItem => {
    const planned_start = startsAfter === null ? null : addMinutes('2026-10-24T20:00', startsAfter)
    const status = (['started', 'done', 'skipped', 'ready'] as const)[step] ?? 'planned'
    const seen = (after: number | null): string | null =>
      planned_start === null || after === null || status === 'planned' || status === 'ready'
        ? null
        : new Date(instantOf(addMinutes(planned_start, after), 'Europe/London')).toISOString()
    const actual_end = took === null ? null : (lateBy ?? 0) + took
    return { id: '', planned_start, status, actual_start: seen(lateBy), actual_end: seen(actual_end), ...item }
  })

const anyDependency = fc.record({
  from: fc.nat(),
  to: fc.nat(),
  isForward: rarely(false, true, 25),
  type: fc.constantFrom<CascadeDependency['type'][]>('FS', 'FS', 'FS', 'SS', 'FF', 'SF'),
  lag_min: fc.option(fc.integer({ min: -6, max: 9 }).map((steps) => steps * 5)),
})

export const anyRunSheet: fc.Arbitrary<RunSheet> = fc
  .record({
    items: fc.array(anyItem, { minLength: 1, maxLength: 14, size: 'max' }),
    dependencies: fc.array(anyDependency, { maxLength: 20, size: 'max' }),
    isStranger: fc.nat(9),
    zone: fc.constantFrom('Europe/London', 'Australia/Lord_Howe', undefined),
  })
  .map(({ items, dependencies, isStranger, zone }) => {
    // one more than there are, now and then: somebody deleted it meanwhile
    const count = items.length + (isStranger === 0 ? 1 : 0)
    return {
      // neither the order of the ids nor that of the list is that of the day
      items: items.map((item, index) => ({ ...item, id: idOf(index) })),
      dependencies: dependencies.map(({ from, to, isForward, ...dependency }, index) => {
        const ends = [from % count, to % count]
        if (isForward) ends.sort((one, other) => one - other)
        return { id: `dependency ${(index * 7) % 20}`, from_id: idOf(ends[0]!), to_id: idOf(ends[1]!), ...dependency }
      }),
      zone,
    }
  })

const idOf = (index: number): string => `item ${(index * 11) % 15}`
