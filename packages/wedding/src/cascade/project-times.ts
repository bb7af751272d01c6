// The cascade: takes the items of a run sheet and what waits for what; says when each item takes place as things stand, what moved it,
// and what does not fit. Pure: the same records give the same answer on every phone and on the server, in whatever order they come.
// Nothing of it is stored or merged; moving a block is one change, to its first item.
import { type CascadeDependency, type CascadeItem } from './cascade-records.ts'
import { forwardPass, type Placed } from './forward-pass.ts'
import { linksBetween, type LeftOut } from './links.ts'
import { oddHoursOf, type OddHour } from './odd-hours.ts'
import { spansOf, type Fixed } from './spans.ts'
import { isKnownZone, wallOf } from '../wall-clock.ts'

/** When an item takes place, on the venue's wall. `pushedBy`: the item it now waits for, and the dependency that says so. */
export type ProjectedTimes = {
  start: string
  end: string
  pushedBy: { item: string; dependency: string; minutes: number } | null
}

/**
 * `overrun`: an item that keeps its time, and one that takes so many minutes of it. `shortened`: an item that gives way.
 * `cycle`: items that wait for themselves and keep the times they were planned at.
 */
export type CascadeWarning =
  | { kind: 'overrun'; item: string; keeps: Exclude<Fixed, 'begun'>; by: string; dependency: string; minutes: number }
  | { kind: 'shortened'; item: string; minutes: number }
  | { kind: 'cycle'; items: readonly string[] }
  | OddHour

export type Projection = {
  /** By the items' ids, in running order; items without a start are not in it. */
  times: ReadonlyMap<string, ProjectedTimes>
  warnings: readonly CascadeWarning[]
  /** Dependencies that say nothing about this plan. */
  leftOut: readonly LeftOut[]
}

/**
 * The critical path method over the dependencies (Kelley and Walker, 1959), in Kahn's order (1962). An item is moved later, never
 * earlier than planned. What is `hard`, locked, skipped or has begun is not moved; what has begun stands where somebody saw it, once a
 * zone is given. Only dependencies push: two items that merely follow one another do not. Before an item that was moved
 * pushes further, the buffers behind it are used up, and then it is itself shortened, if it may be. Minutes are minutes on the wall.
 */
export const projectTimes = (
  items: readonly CascadeItem[],
  dependencies: readonly CascadeDependency[],
  timeZone?: string,
): Projection => {
  const zone = timeZone !== undefined && isKnownZone(timeZone) ? timeZone : undefined
  const spans = spansOf(items, zone)
  const untimed = new Set(items.flatMap(({ id, planned_start }) => (planned_start === null ? [id] : [])))
  const links = linksBetween(spans, untimed, dependencies)
  const passed = forwardPass(links)
  const placed = [...spans.keys()].map((id) => passed.get(id)!)
  const times = new Map(placed.map((one) => [one.span.id, timesOf(one)]))
  return {
    times,
    warnings: [
      ...links.cycles.map((ids) => ({ kind: 'cycle', items: ids }) as const),
      ...placed.flatMap(warningsOf),
      ...(zone === undefined ? [] : oddHoursOf(times, zone)),
    ],
    leftOut: links.leftOut,
  }
}

const timesOf = ({ span, start, end, push }: Placed): ProjectedTimes => ({
  start: wallOf(start),
  end: wallOf(end),
  pushedBy:
    push === null || span.isSkipped
      ? null
      : { item: push.by.id, dependency: push.link.id, minutes: start - span.start },
})

const warningsOf = ({ span, start, end, late }: Placed): CascadeWarning[] => {
  const { id: item, fixed } = span
  const overruns = late.map(({ by, link, until }) => ({
    kind: 'overrun' as const,
    item,
    keeps: fixed as Exclude<Fixed, 'begun'>,
    by: by.id,
    dependency: link.id,
    minutes: until - start,
  }))
  const shortMin = span.seenEnd === null ? start + span.durationMin - end : 0
  return shortMin > 0 ? [...overruns, { kind: 'shortened', item, minutes: shortMin }] : overruns
}
