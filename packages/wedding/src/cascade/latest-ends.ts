// Takes the plan and what waits for what; says of each item how late it may end before anything but a buffer has to move. The backward
// pass of the critical path method (Kelley and Walker, 1959), in which only buffers are shortened.
import { type Link, type Links } from './links.ts'

/** By the items' ids; Infinity where nothing waits. */
export const latestEndsOf = ({ inOrder, outOf }: Links): Map<string, number> => {
  // how late the start and the end of an item may be without its pushing further
  const latest = new Map<string, { start: number; end: number }>()
  const room = ({ to, holds, lagMin }: Link): number => {
    const own = latest.get(to.id)!
    if (to.isSkipped) return Math.min(own.start, own.end)
    if (!to.isBuffer || to.fixed) return (holds === 'start' ? to.start : to.plannedEnd) - lagMin
    const start = Math.max(to.start, Math.min(own.end - to.shortestMin, own.start))
    return (holds === 'start' ? start : Math.max(to.plannedEnd, Math.min(own.end, own.start + to.durationMin))) - lagMin
  }
  for (const { id } of inOrder.toReversed()) {
    const ahead = outOf.get(id) ?? []
    const earliest = (edge: Link['waitsFor']) =>
      Math.min(Infinity, ...ahead.filter(({ waitsFor }) => waitsFor === edge).map(room))
    latest.set(id, { start: earliest('start'), end: earliest('end') })
  }
  return new Map([...latest].map(([id, { end }]) => [id, end]))
}
