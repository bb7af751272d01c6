// Takes the items of a run sheet; hands on those that have a start, as spans of minutes on the venue's wall, in running order. Says of
// each how little time it can do with, and why nothing may move it.
import { minutesOf, wallTimeAt } from '../wall-clock.ts'
import { type CascadeItem } from './cascade-records.ts'

/** Why an item keeps its time. `begun`: it has, so it is no longer a plan; `cycle`: it waits for itself. */
export type Fixed = 'hard' | 'locked' | 'begun' | 'cycle'

export type Span = {
  id: string
  /** Its place in the running order. */
  place: number
  /** As planned, or as somebody saw it. */
  start: number
  durationMin: number
  plannedEnd: number
  /** Its end, where somebody saw it. */
  seenEnd: number | null
  shortestMin: number
  isBuffer: boolean
  isSkipped: boolean
  fixed: Fixed | null
}

/** The items that have a start, by their ids. Ties go by the order people gave, then by id: never by who came first. */
export const spansOf = (items: readonly CascadeItem[], zone?: string): Map<string, Span> => {
  const timed = items.flatMap(({ planned_start, ...item }) =>
    planned_start === null ? [] : [{ ...item, planned_start }],
  )
  return new Map(timed.sort(inRunningOrder).map((item, place) => [item.id, spanOf(item, place, zone)]))
}

type TimedItem = CascadeItem & { planned_start: string }

const spanOf = (item: TimedItem, place: number, zone?: string): Span => {
  const planned = minutesOf(item.planned_start)
  const isSkipped = item.status === 'skipped'
  const [seenStart, seenEnd] = isSkipped ? [null, null] : [seen(item.actual_start, zone), seen(item.actual_end, zone)]
  const start = seenStart ?? Math.min(planned, seenEnd ?? planned)
  return {
    id: item.id,
    place,
    start,
    durationMin: item.duration_min,
    plannedEnd: planned + item.duration_min,
    seenEnd: seenEnd === null ? null : Math.max(start, seenEnd),
    shortestMin: shortestOf(item),
    isBuffer: item.kind === 'buffer',
    isSkipped,
    fixed: fixedBy(item),
  }
}

// A buffer is there to give way, by all of it where nobody says otherwise. Anything else does when somebody said so, and by how much.
const shortestOf = ({ kind, compressible, duration_min, min_duration_min }: CascadeItem): number => {
  if (kind !== 'buffer' && compressible !== true) return duration_min
  return Math.min(duration_min, min_duration_min ?? (kind === 'buffer' ? 0 : duration_min))
}

const fixedBy = ({ status, actual_start, actual_end, anchor, locked }: CascadeItem): Fixed | null => {
  if (status === 'started' || status === 'done' || actual_start || actual_end) return 'begun'
  if (anchor === 'hard') return 'hard'
  return locked === true ? 'locked' : null
}

const seen = (instant: string | null | undefined, zone?: string): number | null =>
  instant && zone !== undefined ? minutesOf(wallTimeAt(Date.parse(instant), zone)) : null

const inRunningOrder = (one: TimedItem, other: TimedItem): number =>
  compare(one.planned_start, other.planned_start) ||
  Number(one.sort_key === null) - Number(other.sort_key === null) ||
  compare(one.sort_key ?? '', other.sort_key ?? '') ||
  compare(one.id, other.id)

// byte by byte, not by language: the same on every machine
const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
