// Takes changes that no device sent just now: a decision, or a failed change that is tried again; becomes the caller for this
// transaction, locks what they are about, and hands over what stands.
import type { Collection } from '@wedsync/merge'
import type { Caller } from '../auth/caller.ts'
import { callOpenDecision } from '../db/call-sql.ts'
import type { Database, Session } from '../db/pool.ts'
import type { Events } from '../events.ts'
import { ApiError } from '../http/api-error.ts'
import { lockedQuestion } from '../push/first-look.ts'
import type { OpenedBatch } from '../push/opened-batch.ts'
import type { ReadChange } from '../push/read-changes.ts'

export type ReviewParts = {
  database: Database
  collections: ReadonlyMap<string, Collection>
  events: Events
  clock: () => Date
  chance: () => number
  newId: () => string
}

/** `lease`, `deviceId`: where the server itself tries what this device sent. */
type Asked = { changes: readonly ReadChange[]; again: readonly string[] | null; lease?: string; deviceId?: string }

export const openWithoutDevice = async (
  tx: Session,
  caller: Caller,
  { changes, again, ...held }: Asked,
): Promise<OpenedBatch> => {
  const text = await callOpenDecision(
    tx,
    caller.claims,
    JSON.stringify({ ...lockedQuestion(changes), ...(again && { again }), ...held }),
  )
  const opened = JSON.parse(text) as OpenedBatch | { stranger: true }
  if ('stranger' in opened) throw new ApiError('not_found', 'There is nothing of yours under this id.')
  return opened
}

export const ranksOf = (collections: ReadonlyMap<string, Collection>): Map<string, number> =>
  new Map([...collections.keys()].map((name, rank) => [name, rank + 1]))
