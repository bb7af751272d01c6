// What a batch is on its way through the server, and what every step of it needs: who may be asked, and how the database is told of it.
import type { Collection, SchemaHistory } from '@wedsync/merge'
import { type DeviceInfo, type SyncOptions } from '@wedsync/protocol'
import type { Lines } from '../admission/create-lines.ts'
import type { Database } from '../db/pool.ts'
import type { Events } from '../events.ts'
import { ApiError } from '../http/api-error.ts'
import type { Cursor } from '../pull/cursor.ts'
import { cursorReset } from '../pull/read-page.ts'
import { unchanged } from '../words/words-for.ts'
import type { Decision } from './decision.ts'
import type { Envelope } from './first-look.ts'
import type { FirstAnswer, Order } from './opened-batch.ts'
import { readChanges, type ReadChange } from './read-changes.ts'
import { tieActions } from './tie-actions.ts'

export type Batch = {
  requestId: string
  sessionId: string
  batchId: string
  deviceId: string
  deviceInfo: DeviceInfo | undefined
  cursor: Cursor | null
  /** When the device last heard, by this server's clock, where it cannot say what it saw. */
  lastSyncTime: string | null
  /** Of the tables in whose words the device speaks; today's where it is left out. */
  schemaVersion?: number
  changes: readonly unknown[]
  options: SyncOptions
}

/** `order` where the database told it in passing. */
export type Received = { decisions: Decision[]; order: Order | null }

export type BatchParts = {
  database: Database
  lines: Pick<Lines, 'turnsOfDevice' | 'turnsOfOrganization' | 'inner'>
  collections: ReadonlyMap<string, Collection>
  /** Left out: the tables are what they always were. */
  schemas?: SchemaHistory
  events: Events
  clock: () => Date
  chance: () => number
}

/** `ranks`: where each table stands among those that need it, and those it needs. */
export type Parts = BatchParts & { ranks: ReadonlyMap<string, number> }

/** The changes of a batch, read and checked, each by itself; then what of them is one action. */
export const readBatch = ({ collections, schemas = unchanged, events }: Parts, batch: Batch): ReadChange[] => {
  const changes = readChanges(batch.changes, {
    ...{ batchId: batch.batchId, collections, schemas, version: batch.schemaVersion ?? schemas.current },
    validateChecksums: batch.options.validateChecksums,
  })
  for (const [version, made] of Map.groupBy(changes, ({ past }) => past?.schema.version))
    if (version !== undefined) events.oldWords(version, 'change', made.length)
  return tieActions(changes)
}

/** Somebody who belongs to this organization no more, or never did. */
export class Stranger extends ApiError {
  constructor() {
    super(
      'forbidden',
      'You are no longer part of this organization. What you have not shared yet stays on this device.',
    )
  }
}

export const envelopeOf = ({ batchId, deviceId, sessionId, deviceInfo, cursor }: Batch): Envelope => ({
  ...{ batchId, deviceId, sessionId, cursor, device: deviceInfo ?? {} },
})

export const retried =
  ({ events }: BatchParts, { requestId }: Batch) =>
  (tries: number, code: string) =>
    events.transactionRetried(requestId, tries, code)

/** What the database answered, where it knows who asks and their cursor is of its history. */
export const notReset = (
  answer: FirstAnswer,
  { events }: BatchParts,
  { requestId }: Batch,
): Exclude<FirstAnswer, { reset: string } | { stranger: true }> => {
  if ('stranger' in answer) throw new Stranger()
  if (!('reset' in answer)) return answer
  events.cursorReset(requestId, answer.reset)
  throw cursorReset()
}
