// Takes the plan and what waits for what; hands on when each item takes place, as far as anybody can know, and what pushed it there.
// The forward pass of the critical path method (Kelley and Walker, 1959): nothing begins before it was planned.
import { latestEndsOf } from './latest-ends.ts'
import { type Link, type Links } from './links.ts'
import { type Span } from './spans.ts'

/** What holds an item back: until when, behind which item, by which dependency. */
export type Push = { until: number; by: Span; link: Link }
/** `late`: the pushes that an item which keeps its time does not heed, the worst first. */
export type Placed = { span: Span; start: number; end: number; push: Push | null; late: readonly Push[] }

/** By the items' ids. */
export const forwardPass = (links: Links): Map<string, Placed> => {
  const latestEnds = latestEndsOf(links)
  const placed = new Map<string, Placed>()
  for (const span of links.inOrder) {
    const pushes = (links.into.get(span.id) ?? []).flatMap((link) => pushBy(link, placed.get(link.from.id)!))
    placed.set(span.id, place(span, pushes.sort(worstFirst), latestEnds.get(span.id)!))
  }
  return placed
}

// What waits for a skipped item waits for what that one would have waited for.
const pushBy = (link: Link, from: Placed): Push[] => {
  if (from.span.isSkipped) return from.push ? [{ ...from.push, link }] : []
  return [{ until: (link.waitsFor === 'start' ? from.start : from.end) + link.lagMin, by: from.span, link }]
}

const place = (span: Span, pushes: readonly Push[], latestEnd: number): Placed => {
  if (span.isSkipped) return { span, start: span.start, end: span.plannedEnd, push: pushes[0] ?? null, late: [] }
  const toStart = pushes.map((push) => ({ ...push, until: startUnder(push, span) }))
  const late = toStart.filter(({ until }) => until > span.start)
  late.sort(worstFirst)
  const push = span.fixed ? null : (late[0] ?? null)
  const start = push?.until ?? span.start
  return { span, start, end: endOf(span, start, pushes, latestEnd), push, late: span.fixed ? late : [] }
}

// the start that lets the start, or the end, come late enough
const startUnder = ({ until, link }: Push, { durationMin }: Span): number =>
  link.holds === 'start' ? until : until - durationMin

// Who comes late gives way, if it can: by no more than it is late, and by no more than those who wait need.
const endOf = (span: Span, start: number, pushes: readonly Push[], latestEnd: number): number => {
  if (span.seenEnd !== null) return span.seenEnd
  const held = pushes.filter(({ link }) => link.holds === 'end').map(({ until }) => until)
  return Math.min(start + span.durationMin, Math.max(span.plannedEnd, start + span.shortestMin, latestEnd, ...held))
}

const worstFirst = (one: Push, other: Push): number =>
  other.until - one.until || one.by.place - other.by.place || (one.link.id < other.link.id ? -1 : 1)
