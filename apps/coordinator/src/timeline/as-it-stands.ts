// Takes the items of a wedding and what waits for what; hands on the items as the day stands: with the times the cascade gives them, in the
// order in which they take place, each with what does not fit. Where nothing waits, everything is as planned. Pure.
import { projectTimes, type CascadeDependency, type Projection } from '@wedsync/wedding'
import { isFixedShort, overrunInWords } from './overrun-in-words.ts'
import { type TimelineRecord } from './timeline-record.ts'

/** `starts` and `ends`: when it takes place as things stand; `planned_start` beside them is what somebody wrote. */
export type StandingItem = TimelineRecord & {
  starts: string | null
  ends: string | null
  /** What it waits for, where that moved it. */
  after: string | null
  shorterMin: number
  /** It keeps its time, and this runs into it. */
  overrun: string | null
  /** Its hour, in the night the clocks change. */
  oddHour: 'never' | 'twice' | null
}

export type DayAsItStands = { items: readonly StandingItem[]; circles: readonly string[] }

export const asItStands = (
  items: readonly TimelineRecord[],
  dependencies: readonly CascadeDependency[],
  zone: string,
): DayAsItStands => {
  const projection = projectTimes(items, dependencies, zone)
  const titleOf = (id: string) => items.find((item) => item.id === id)?.title ?? ''
  const standing = items.map((item) => standingItem(item, projection, dependencies, titleOf))
  // nothing has moved: the order is the one it came in
  const order = standing.toSorted((one, other) => byTime(one.starts, other.starts))
  const circles = projection.warnings.flatMap((one) => (one.kind === 'cycle' ? [one.items.map(titleOf)] : []))
  return { items: order, circles: circles.map(circleInWords) }
}

/** Whether it takes place at another time than planned. */
export const isMoved = ({ starts, planned_start }: Pick<StandingItem, 'starts' | 'planned_start'>): boolean =>
  starts !== planned_start

const standingItem = (
  item: TimelineRecord,
  { times, warnings }: Projection,
  dependencies: readonly CascadeDependency[],
  titleOf: (id: string) => string,
): StandingItem => {
  const found = times.get(item.id)
  const own = warnings.filter((one) => one.kind !== 'cycle' && one.item === item.id)
  // the worst comes first
  const overrun = own.filter((one) => one.kind === 'overrun').find(isFixedShort)
  const shortened = own.find((one) => one.kind === 'shortened')
  const odd = own.find((one) => one.kind === 'odd-hour' && one.edge === 'start')
  return {
    ...item,
    starts: found?.start ?? null,
    ends: found?.end ?? null,
    after: found?.pushedBy ? titleOf(found.pushedBy.item) : null,
    shorterMin: shortened?.kind === 'shortened' ? shortened.minutes : 0,
    overrun: overrun ? overrunInWords(overrun, times, dependencies, titleOf) : null,
    oddHour: odd?.kind === 'odd-hour' ? odd.shown : null,
  }
}

const circleInWords = (titles: readonly string[]): string =>
  titles.length === 1
    ? `${titles[0]} waits for itself; its time stays as planned.`
    : `${titles.slice(0, -1).join(', ')} and ${titles.at(-1)} wait for one another; their times stay as planned.`

const byTime = (one: string | null, other: string | null): number => {
  if (one === other) return 0
  if (one === null || other === null) return one === null ? 1 : -1
  return one < other ? -1 : 1
}
