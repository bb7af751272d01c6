// Takes the items of a wedding in running order and the venue's time; says which are now, next, later and earlier, and
// how the day stands in words. Pure, and the same on every phone.
import { addMinutes, daysBetween, minutesBetween, minutesInWords } from '../clock/venue-time.ts'
import { isClosed, type TimelineRecord } from './timeline-record.ts'

/** `starts` and `ends` stand for the plan where the day has moved on from it. */
export type Item = Pick<TimelineRecord, 'id' | 'title' | 'planned_start' | 'duration_min' | 'status'> & {
  starts?: string | null
  ends?: string | null
}

export type Day<One extends Item> = {
  /** The one that began last, then those still running. */
  now: readonly One[]
  /** The next few to come. */
  next: readonly One[]
  later: readonly One[]
  /** Their time is over, or somebody ticked them. */
  earlier: readonly One[]
  /** Of the earlier ones: neither done nor skipped. */
  untickedCount: number
}

/** `says` is how the day stands; `aside` what one may still want to look at. */
export type Standing = { says: string; aside?: string; tone: 'calm' | 'well' | 'little' | 'lot' }

const nextCount = 3
const lateByALotMin = 15

/** Places every item of the day. */
export const arrangeDay = <One extends Item>(items: readonly One[], now: string): Day<One> => {
  const running = items.filter((item) => isRunning(item, now))
  const ahead = items.filter((item) => !isClosed(item) && !running.includes(item) && !isPast(item, now))
  const earlier = items.filter((item) => !running.includes(item) && !ahead.includes(item))
  return {
    now: running.toReversed(),
    next: ahead.slice(0, nextCount),
    later: ahead.slice(nextCount),
    earlier,
    untickedCount: earlier.filter((item) => !isClosed(item)).length,
  }
}

/** How the day stands: "6 min behind", "on time", "tomorrow". */
export const standingOf = (items: readonly Item[], now: string, zone: string): Standing => {
  const timed = items.filter((item) => startOf(item) !== null)
  const first = timed[0] && startOf(timed[0])
  if (first == null) return { says: 'nothing planned yet', tone: 'calm' }
  const last = timed.map(endOf).reduce((one, other) => (one > other ? one : other))
  if (now < first) return { says: untilInWords(now, first, zone), tone: 'calm' }
  const unticked = timed.filter((item) => !isClosed(item) && isPast(item, now))
  if (now > addMinutes(last, 60)) return afterTheDay(now, first, unticked.length)
  return duringTheDay(timed, unticked, now, zone)
}

/** When it begins, as things stand. */
export const startOf = ({ starts, planned_start }: Item): string | null => starts ?? planned_start

/** When it should be over; '' without a time. */
export const endOf = ({ ends, planned_start, duration_min }: Item): string =>
  ends ?? (planned_start === null ? '' : addMinutes(planned_start, duration_min))

// What was ticked last shows how far the day has come. Items before it that nobody ticked were forgotten, not late; the
// first one after it whose time is over says how much the day is behind.
const duringTheDay = (timed: readonly Item[], unticked: readonly Item[], now: string, zone: string): Standing => {
  const reached = timed.findLastIndex((item) => item.status === 'done')
  if (unticked.length === 0) return { says: 'on time', tone: 'well' }
  if (reached < 0 && unticked.length > 1) return { says: 'nothing ticked yet', tone: 'little' }
  const late = timed.slice(reached + 1).find((item) => unticked.includes(item))
  const behindMin = late ? minutesBetween(endOf(late), now, zone) : 0
  const forgottenCount = behindMin > 0 ? unticked.length - 1 : unticked.length
  const aside = forgottenCount > 0 && { aside: `${forgottenCount} not ticked` }
  if (behindMin < 1) return { says: 'on time', ...aside, tone: 'well' }
  const tone = behindMin > lateByALotMin ? 'lot' : 'little'
  return { says: `${minutesInWords(behindMin)} behind`, ...aside, tone }
}

const untilInWords = (now: string, first: string, zone: string): string => {
  const days = daysBetween(now, first)
  if (days === 0) return `starts in ${minutesInWords(minutesBetween(now, first, zone))}`
  return days === 1 ? 'tomorrow' : `in ${days} days`
}

const afterTheDay = (now: string, first: string, unticked: number): Standing => {
  const days = daysBetween(first, now)
  const says = days === 0 ? 'the day is over' : days === 1 ? 'was yesterday' : `was ${days} days ago`
  return { says, ...(unticked > 0 && { aside: `${unticked} not ticked` }), tone: 'calm' }
}

const isRunning = (item: Item, now: string): boolean => {
  const start = startOf(item)
  if (isClosed(item) || start === null) return false
  return item.status === 'started' || (start <= now && now < endOf(item))
}

const isPast = (item: Item, now: string): boolean => startOf(item) !== null && endOf(item) <= now
