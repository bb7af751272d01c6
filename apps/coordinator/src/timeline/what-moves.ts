// Takes the day and an edit that is not saved yet; says in a few words what would move with it, what would give way, and what would not
// fit any more. Only what the edit itself changes: what was late before is told elsewhere. Pure.
import { type CascadeDependency } from '@wedsync/wedding'
import { minutesBetween, minutesInWords, timeOf } from '../clock/venue-time.ts'
import { asItStands, type StandingItem } from './as-it-stands.ts'
import { warningInWords } from './overrun-in-words.ts'
import { type ItemPatch } from './patch-of-draft.ts'
import { type TimelineRecord } from './timeline-record.ts'

export const whatMoves = (
  items: readonly TimelineRecord[],
  dependencies: readonly CascadeDependency[],
  zone: string,
  id: string,
  patch: ItemPatch,
): string[] => {
  const now = new Map(asItStands(items, dependencies, zone).items.map((item) => [item.id, item]))
  const edited = items.map((item) => (item.id === id ? { ...item, ...patch } : item))
  const then = asItStands(edited, dependencies, zone).items
  const others = then.filter((item) => item.id !== id)
  const moves = others.flatMap(({ id, starts }) => {
    const was = now.get(id)!.starts
    return starts !== null && was !== null && starts !== was ? [minutesBetween(was, starts, onTheWall)] : []
  })
  const givingCount = others.filter((item) => item.shorterMin > now.get(item.id)!.shorterMin).length
  const isNews = (item: StandingItem) => item.overrun !== null && item.overrun !== now.get(item.id)!.overrun
  return [
    ...held(then.find((item) => item.id === id)),
    ...movesInWords(moves),
    ...(givingCount > 0 ? [`${givingCount} ${givingCount === 1 ? 'gets' : 'get'} shorter to make room.`] : []),
    ...then.filter(isNews).map(warningInWords),
  ]
}

// minutes as they stand on the plan: between them no clock is put forward or back
const onTheWall = 'UTC'

// what it waits for is not over by then
const held = (item: StandingItem | undefined): string[] =>
  item?.after && item.starts && item.ends
    ? [`As things stand from ${timeOf(item.starts)} to ${timeOf(item.ends)}, after ${item.after}.`]
    : []

const movesInWords = (moves: readonly number[]): string[] => {
  if (moves.length === 0) return []
  const furthest = moves.reduce((one, other) => (Math.abs(other) > Math.abs(one) ? other : one))
  const isSame = moves.every((one) => one === furthest)
  const count = `${moves.length} ${moves.length === 1 ? 'item moves' : 'items move'} with it`
  const way = `${minutesInWords(Math.abs(furthest))} ${furthest < 0 ? 'back' : 'later'}`
  return [`${count}, ${isSame ? '' : 'up to '}${way}.`]
}
