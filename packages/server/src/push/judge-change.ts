// Takes one allowed change and its record as it stands; answers what becomes of it, by the merge's rules.
// If detection or a rule fails, the change is held for a person, never applied.  Keeps P4, P13.
import {
  contestedFields,
  resolveConflict,
  type Author,
  type Collection,
  type ConflictToResolve,
  type Holds,
  type Outcome,
  type ResolveContext,
  type StoredRecord,
} from '@wedsync/merge'
import type { JsonObject, Strategy, WireChange } from '@wedsync/protocol'
import type { Chain } from './chain-of.ts'
import type { MovedBy, StoredRow } from './opened-batch.ts'

export type Judged = {
  change: WireChange
  collection: Collection
  row: StoredRow
  /** What earlier changes of this device did to it. */
  chain: Chain
  strategy: Strategy
  author: Author
  /** Whose change it is; null: nobody's in particular. */
  deviceId: string | null
  /** What is going on around it: how much a conflict weighs. */
  context: ResolveContext
  /** What of the record waits for somebody in charge. */
  holds: Holds
  /** Whether the plan would hold with a value, where that is known. */
  keepsPlan?: ConflictToResolve['keepsPlan']
}

export const judgeChange = (
  { change, collection, row, chain, strategy, author, deviceId, context, holds, keepsPlan }: Judged,
  failed: (thrown: unknown) => void,
): Outcome => {
  try {
    const { seen, stored } = lookedAt({ change, collection, row, chain, deviceId })
    const contested = contestedFields({ collection, change: seen, stored })
    const server = Object.fromEntries(Object.entries(row.movedBy ?? {}).map(([field, by]) => [field, authorOf(by)]))
    const sides = { client: author, intents: change.intents, server }
    return resolveConflict({
      collection,
      change: seen,
      stored,
      contested,
      strategy,
      sides,
      context,
      holds,
      ...(keepsPlan && { keepsPlan }),
    })
  } catch (thrown) {
    failed(thrown)
    return held(change, row)
  }
}

/**
 * Of an update, the fields whose author looked at what stands, not at a side of their own that waits for a person: on
 * another phone nothing of that lies over the record. None where detection fails.
 */
export const freeFields = (of: Omit<Judged, 'strategy' | 'author' | 'context'>): string[] => {
  try {
    const { seen, stored } = lookedAt(of)
    const { clean, agreed } = contestedFields({ collection: of.collection, change: seen, stored })
    // one that is held joins what waits already, wherever its author looked
    const goesIn = Object.keys(clean).filter((field) => of.holds(field, clean[field]) === null)
    return [...goesIn, ...agreed].filter((field) => !Object.hasOwn(of.chain.set, field))
  } catch {
    return []
  }
}

// the change as its author meant it, and the record as it is judged by
const lookedAt = ({
  change,
  collection,
  row,
  chain,
  deviceId,
}: Omit<Judged, 'strategy' | 'author' | 'context' | 'holds'>) => {
  const emptied = emptiedHere(collection, row, deviceId)
  return {
    stored: storedFor(row, change, (field) => emptied.includes(field) || Object.hasOwn(chain.set, field)),
    seen: {
      ...change,
      baseVersion: change.fromBefore ? row.version : (change.baseVersion ?? madeAt(change, chain)),
      base: baseFor(change, unseenBy(change, collection, row), chain.set, emptied),
    },
  }
}

// Whoever deletes a vendor knows that the items it was named in name nobody now, though their phone was not told yet.
const emptiedHere = ({ refersTo }: Collection, { fields, movedBy }: StoredRow, deviceId: string | null): string[] =>
  Object.entries(refersTo).flatMap(([field, { onDelete }]) =>
    deviceId !== null && onDelete === 'null' && fields?.[field] === null && movedBy?.[field]?.deviceId === deviceId
      ? [field]
      : [],
  )

// Who deletes what they made themselves, before they ever saw it stored, does not name what the server filled in: since then it may
// have moved.
const madeAt = ({ action }: WireChange, chain: Chain): number | null => (action === 'delete' ? chain.madeAt : null)

// A field of the chain, and every field of a change made before a reset, has moved by no position of this history: only
// its value tells.
const storedFor = (row: StoredRow, change: WireChange, isKnown: (field: string) => boolean): StoredRecord => {
  const versions = row.fieldVersions ?? {}
  const byValue = (field: string) => change.fromBefore === true || isKnown(field)
  return {
    version: row.version,
    fields: row.fields ?? {},
    fieldVersions: Object.fromEntries(Object.entries(versions).map(([field, at]) => [field, byValue(field) ? 0 : at])),
    isDeleted: row.isDeleted,
  }
}

// Where only values can tell what was seen, whoever deletes has seen nothing in a field their base does not name, though they may read
// it: their app has no place for it, or had none when it loaded the record. Where the field holds more than a new record does, a person
// decides. Who names nothing at all made the record, and what they set is in the chain.
const unseenBy = (change: WireChange, collection: Collection, { fields, version }: StoredRow): JsonObject =>
  change.action === 'delete' &&
  (change.fromBefore || (change.baseVersion ?? 0) > version) &&
  Object.keys(change.base ?? {}).length > 0
    ? Object.fromEntries(
        Object.keys(fields ?? {}).map((name) => [name, collection.fieldOf(name)?.defaultValue ?? null]),
      )
    : {}

// What a change builds on is what its author saw, where they did not say.
const baseFor = (
  change: WireChange,
  unseen: JsonObject,
  chain: JsonObject,
  emptied: readonly string[],
): JsonObject | undefined => {
  // a delete is about all its author had set
  const isMeant = (field: string) => change.action === 'delete' || Object.hasOwn(change.data, field)
  const fromChain = Object.entries(chain).filter(([field]) => isMeant(field))
  // of what they did not say they saw, nothing is put into their mouth
  const known = emptied.filter((field) => Object.hasOwn(change.base ?? {}, field))
  if (fromChain.length === 0 && known.length === 0 && Object.keys(unseen).length === 0) return change.base
  return {
    ...unseen,
    ...Object.fromEntries(fromChain),
    ...change.base,
    ...Object.fromEntries(known.map((field) => [field, null])),
  }
}

const authorOf = ({ userId, role, intent }: MovedBy): Author | null =>
  userId && role ? { userId, role: role.replace(/^app_/, ''), ...(intent && { intent }) } : null

const held = (change: WireChange, row: StoredRow): Outcome => ({
  does: 'nothing',
  write: {},
  outcome: 'waiting',
  conflict: {
    kind: 'fields',
    status: 'pending',
    severity: 'high',
    score: 0.5,
    because: 'It could not be worked out by itself, so a person looks at it.',
    fields: Object.entries(change.data).map(([field, client]) => ({
      field,
      client,
      server: row.fields?.[field] ?? null,
      ...(change.base && Object.hasOwn(change.base, field) && { base: change.base[field]! }),
      rule: 'held@1',
      reason: 'It could not be worked out by itself, so a person looks at it.',
    })),
    resolution: { strategy: 'manual', applied: false, confidence: 0 },
  },
})
