// Takes the dependencies and the items they name; hands on those that say something, in an order in which every item comes after all it
// waits for (Kahn, Communications of the ACM, 1962), and says of each of the others why it is left out.
import { type CascadeDependency } from './cascade-records.ts'
import { findCycles } from './find-cycles.ts'
import { type Span } from './spans.ts'

/** A dependency between two items of the plan: which edge of the second waits for which edge of the first, and how long. */
export type Link = {
  id: string
  from: Span
  to: Span
  waitsFor: 'start' | 'end'
  holds: 'start' | 'end'
  lagMin: number
}

/**
 * `missing`: an item is not there; `no-start`: it has no time yet; `begun`: what has begun waits for nothing any more;
 * `cycle`: it waits for itself.
 */
export type LeftOut = { dependency: string; because: 'missing' | 'no-start' | 'begun' | 'cycle' }

export type Links = {
  into: ReadonlyMap<string, readonly Link[]>
  outOf: ReadonlyMap<string, readonly Link[]>
  /** The items, each after all it waits for. */
  inOrder: readonly Span[]
  /** Items that wait for themselves, in running order. */
  cycles: readonly (readonly string[])[]
  leftOut: readonly LeftOut[]
}

/** `untimed`: the items that are there, and have no start. */
export const linksBetween = (
  spans: ReadonlyMap<string, Span>,
  untimed: ReadonlySet<string>,
  dependencies: readonly CascadeDependency[],
): Links => {
  const links: Link[] = []
  const leftOut: LeftOut[] = []
  for (const dependency of dependencies) {
    const [from, to] = [spans.get(dependency.from_id), spans.get(dependency.to_id)]
    if (!from || !to) {
      const isThere = [dependency.from_id, dependency.to_id].every((id) => spans.has(id) || untimed.has(id))
      leftOut.push({ dependency: dependency.id, because: isThere ? 'no-start' : 'missing' })
    } else if (to.fixed === 'begun') leftOut.push({ dependency: dependency.id, because: 'begun' })
    else links.push(linkOf(dependency, from, to))
  }

  const cycles = cyclesOf(spans, links)
  const cycleOf = new Map(cycles.flatMap((ids, index) => ids.map((id) => [id, index] as const)))
  const isInside = ({ from, to }: Link) => cycleOf.has(from.id) && cycleOf.get(from.id) === cycleOf.get(to.id)
  for (const link of links.filter(isInside)) leftOut.push({ dependency: link.id, because: 'cycle' })

  const held = new Map([...spans].map(([id, span]) => [id, cycleOf.has(id) ? heldByCycle(span) : span]))
  const kept = links
    .filter((link) => !isInside(link))
    .map((link) => ({ ...link, from: held.get(link.from.id)!, to: held.get(link.to.id)! }))
  const [into, outOf] = [groupBy(kept, ({ to }) => to.id), groupBy(kept, ({ from }) => from.id)]
  const inOrder = orderOf(held, into, outOf)
  return {
    into,
    outOf,
    inOrder,
    cycles,
    leftOut: leftOut.sort((one, other) => (one.dependency < other.dependency ? -1 : 1)),
  }
}

// An item that is skipped takes no time. Its order stays, the minutes before and after it do not.
const linkOf = ({ id, type, lag_min }: CascadeDependency, from: Span, to: Span): Link => ({
  id,
  from,
  to,
  waitsFor: type.startsWith('S') ? 'start' : 'end',
  holds: type.endsWith('S') ? 'start' : 'end',
  lagMin: from.isSkipped || to.isSkipped ? 0 : (lag_min ?? 0),
})

const heldByCycle = (span: Span): Span => ({ ...span, fixed: span.fixed ?? 'cycle' })

const cyclesOf = (spans: ReadonlyMap<string, Span>, links: readonly Link[]): string[][] => {
  const next = new Map([...groupBy(links, ({ from }) => from.id)].map(([id, out]) => [id, out.map(({ to }) => to.id)]))
  const placeOf = (id: string) => spans.get(id)!.place
  return findCycles([...next.keys()], (id) => next.get(id) ?? [])
    .map((ids) => ids.sort((one, other) => placeOf(one) - placeOf(other)))
    .sort(([one], [other]) => placeOf(one!) - placeOf(other!))
}

const orderOf = (spans: ReadonlyMap<string, Span>, into: Links['into'], outOf: Links['outOf']): Span[] => {
  const waits = new Map([...into].map(([id, links]) => [id, links.length]))
  const inOrder = [...spans.values()].filter(({ id }) => !waits.has(id))
  // grows while it is walked: whoever waits for nothing any more comes behind
  for (const { id } of inOrder)
    for (const { to } of outOf.get(id) ?? []) {
      waits.set(to.id, waits.get(to.id)! - 1)
      if (waits.get(to.id) === 0) inOrder.push(to)
    }
  return inOrder
}

const groupBy = (links: readonly Link[], keyOf: (link: Link) => string): Map<string, Link[]> => {
  const groups = new Map<string, Link[]>()
  for (const link of links) {
    const group = groups.get(keyOf(link))
    if (group) group.push(link)
    else groups.set(keyOf(link), [link])
  }
  return groups
}
