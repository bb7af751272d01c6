// Takes the times of a run sheet and the wedding's zone; names those which the clock on the venue's wall leaves out or shows twice,
// in the night it is put forward or back. Nothing is moved for it: a time on the plan is what people read off the wall.
import { clockChangeNear } from '../wall-clock.ts'

export type OddHour = { kind: 'odd-hour'; item: string; edge: 'start' | 'end'; at: string; shown: 'never' | 'twice' }

/** In the order of the times. */
export const oddHoursOf = (
  times: ReadonlyMap<string, { start: string; end: string }>,
  zone: string,
): readonly OddHour[] => {
  const days = new Set([...times.values()].flatMap(({ start, end }) => [start.slice(0, 10), end.slice(0, 10)]))
  // most weddings meet no such night: one look at each day, then nothing
  const changes = [...days].flatMap((day) => clockChangeNear(day, zone) ?? [])
  if (changes.length === 0) return []
  const oddHour = (item: string, edge: OddHour['edge'], at: string): OddHour[] => {
    const change = changes.find(({ from, to }) => from <= at && at < to)
    return change ? [{ kind: 'odd-hour', item, edge, at, shown: change.shown }] : []
  }
  return [...times].flatMap(([item, { start, end }]) => [
    ...oddHour(item, 'start', start),
    ...oddHour(item, 'end', end),
  ])
}
