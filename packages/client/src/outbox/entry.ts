// One entry of the outbox, the complete table of its states, and which event an answer is.  Keeps P3, P14.
// A reset stands outside the table: it turns every entry back to waiting.
import { type Change, type JsonObject, type Receipt, type Strategy } from '@wedsync/protocol'

export type EntryState = 'waiting' | 'sending' | 'held' | 'settled' | 'stuck'
export type EntryEvent = 'sent' | 'kept' | 'accepted' | 'refused' | 'lost'

/** What comes after what. A missing cell does not compile. */
export const nextState: Record<EntryState, Record<EntryEvent, EntryState>> = {
  waiting: { sent: 'sending', kept: 'held', accepted: 'settled', refused: 'stuck', lost: 'waiting' },
  sending: { sent: 'sending', kept: 'held', accepted: 'settled', refused: 'stuck', lost: 'waiting' },
  held: { sent: 'held', kept: 'held', accepted: 'settled', refused: 'stuck', lost: 'held' },
  settled: { sent: 'settled', kept: 'settled', accepted: 'settled', refused: 'settled', lost: 'settled' },
  stuck: { sent: 'stuck', kept: 'stuck', accepted: 'settled', refused: 'stuck', lost: 'stuck' },
}

/** What is told of a change: that it failed, that a conflict was found, that it is over. */
export type Told = 'failed' | `detected ${string}` | `resolved ${string}`

/** From this version on, only these fields of the change still wait. */
export type Narrowing = { version: number; fields: string[] }

export type Entry = {
  /** The order in which this device made its changes. Given by the store. */
  seq: number
  changeId: string
  table: string
  id: string
  scope: string
  state: EntryState
  change: Change
  /** Of a change in another version's words: what it says in this app's, only to be shown. */
  meant?: { data: JsonObject; base?: JsonObject | undefined }
  /** Was sent once: from there it never alters. */
  isFrozen: boolean
  /** Put back after a reset, or stuck before it: not laid over the view until everything is loaded. */
  isHidden: boolean
  /** Was sent before a reset and has no new answer yet. */
  isSentAgain: boolean
  narrowings: Narrowing[]
  /** The fields that lay over the view when the reset came; they stay until everything is loaded. */
  overlayBefore: string[] | null
  receipt: Receipt | null
  /** Refused on this device: the server holds nothing of it. */
  isOnlyHere?: boolean
  /** What was told of it to whoever listens, so that nothing is told twice. */
  told?: Told[]
  /** How whoever handed the change in wants conflicts decided; null: by the rules. */
  strategy: Strategy | null
}

/** What an entry's change says in the words of this app. */
export const saidBy = ({ change, meant }: Pick<Entry, 'change' | 'meant'>): NonNullable<Entry['meant']> =>
  meant ?? change

/** What a receipt means to an entry. A failure that may pass is the server's to try again where it keeps the change, else ours. */
export const eventOf = (receipt: Receipt): EntryEvent => {
  if (receipt.kind === 'processed') return 'accepted'
  if (receipt.kind === 'waiting') return 'kept'
  if (!receipt.failure.retryable) return 'refused'
  return receipt.failure.kept ? 'kept' : 'lost'
}

/** Where a receipt stands in the organization's order; null for a failure, which is nowhere. */
export const versionOf = (receipt: Receipt): number | null =>
  receipt.kind === 'processed'
    ? receipt.processed.version
    : receipt.kind === 'waiting'
      ? (receipt.conflict.recordVersion ?? 0)
      : null

/** True for an entry a person must look at. */
export const needsPerson = ({ state, receipt }: Pick<Entry, 'state' | 'receipt'>): boolean =>
  state === 'stuck' || (state === 'held' && receipt?.kind === 'waiting')

/** The entry, once these were told. */
export const withTold = (entry: Entry, marks: readonly Told[]): Entry => ({
  ...entry,
  told: [...new Set([...(entry.told ?? []), ...marks])],
})

/** A change that was refused before it ever had a receipt: on this device, or by a server that took the whole request for broken. */
export const refusedHere = (entry: Entry, message: string): Entry =>
  entry.state === 'settled'
    ? entry
    : {
        ...withTold(entry, ['failed']),
        state: 'stuck',
        isSentAgain: false,
        isOnlyHere: true,
        receipt: {
          kind: 'failed',
          failure: { changeId: entry.changeId, code: 'invalid_change', message, retryable: false },
        },
      }
