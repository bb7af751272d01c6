// Takes a change that builds on earlier ones of its device; answers what those set on the same record: the fields it is
// judged by value for, with the values its author saw. Followed through this batch and the ledger.
// Rule 11 of decision 4: a chain field is never clean by itself, only while it stands at what was seen.
import type { JsonObject, WireChange } from '@wedsync/protocol'
import type { KnownChange } from './opened-batch.ts'

export const chainOf = (
  change: WireChange,
  earlierHere: readonly WireChange[],
  known: Readonly<Record<string, KnownChange>>,
): JsonObject => {
  const links: JsonObject[] = []
  const seen = new Set<string>()
  for (let next: string | null | undefined = change.after; next && !seen.has(next);) {
    seen.add(next)
    const link: KnownChange | undefined = known[next]
    if (!link?.isOwn || link.table !== change.table || link.id !== change.id) break
    if (link.data) links.unshift(link.data)
    next = link.after
  }
  return Object.assign({}, ...links, ...earlierHere.map(({ data }) => data)) as JsonObject
}
