// Takes a change that builds on earlier ones of its device; answers what those set on the same record: the fields it is
// judged by value for, with the values its author saw; and where one of them made it. Followed through this batch and the ledger.
// Rule 11 of decision 4: a chain field is never clean by itself, only while it stands at what was seen.
import type { JsonObject, WireChange } from '@wedsync/protocol'
import type { KnownChange, OwnKnownChange } from './opened-batch.ts'

export type Chain = {
  set: JsonObject
  /** The position at which an earlier batch of its device made the record; null: none did. */
  madeAt: number | null
}

export const chainOf = (
  change: WireChange,
  earlierHere: readonly WireChange[],
  known: Readonly<Record<string, KnownChange>>,
): Chain => {
  const links = linksOf([change, ...earlierHere.toReversed()], known)
  const made = links.find(({ action }) => action === 'create')?.receipt
  return {
    set: Object.assign({}, ...links.map(({ data }) => data), ...earlierHere.map(({ data }) => data)) as JsonObject,
    madeAt: made?.kind === 'processed' ? made.processed.version : null,
  }
}

/** What the ledger knows of that these build on, the latest first; the oldest comes first. */
const linksOf = (
  latest: readonly WireChange[],
  known: Readonly<Record<string, KnownChange>>,
): readonly OwnKnownChange[] => {
  const links: OwnKnownChange[] = []
  const seen = new Set<string>()
  for (const { table, id, after } of latest)
    for (let next: string | null | undefined = after; next && !seen.has(next);) {
      seen.add(next)
      const link: KnownChange | undefined = known[next]
      if (!link?.isOwn || link.table !== table || link.id !== id) break
      links.unshift(link)
      next = link.after
    }
  return links
}
