// What a person is told about their work: one of four words, and what stands behind it.
import { type Action, type JsonObject } from '@wedsync/protocol'

export type StatusWord = 'Saved on this phone' | 'Sending' | 'Shared' | 'Needs you'
export type Phase = 'starting' | 'ready' | 'signed-out' | 'blocked'
export type Network = 'online' | 'offline' | 'degraded'

/** One thing only a person can move. */
export type NeedsYou = {
  changeId: string
  table: string
  id: string
  kind: 'conflict' | 'failure'
  action: Action
  /** The values of this person's change. */
  data: JsonObject
  /** The fields in question, where the server named them. */
  fields?: string[]
  message: string
}

export type SyncStatus = {
  word: StatusWord
  /** Changes the server has not answered yet. */
  waiting: number
  /** Changes the server has, and that go in by themselves when what they need has arrived there. */
  kept: number
  needsYou: readonly NeedsYou[]
  phase: Phase
  network: Network
  isPaused: boolean
  /** By this device's clock; null before the first time. */
  lastSyncedAt: Date | null
  /** True until everything was shown once, and again while everything is loaded anew. */
  isLoading: boolean
  /** One sentence: what happened to the work first, then what to do. */
  error: string | null
}

/** What the word depends on. */
export type Weather = Pick<SyncStatus, 'waiting' | 'kept' | 'phase' | 'network' | 'isPaused'> & {
  needsYou: readonly unknown[]
  isSending: boolean
}

/** The one word for how it stands. */
export const wordFor = ({ needsYou, waiting, kept, phase, network, isPaused, isSending }: Weather): StatusWord => {
  if (needsYou.length > 0) return 'Needs you'
  if (waiting + kept === 0) return 'Shared'
  if (isPaused || network === 'offline' || phase === 'signed-out' || phase === 'blocked') return 'Saved on this phone'
  return isSending || network === 'online' ? 'Sending' : 'Saved on this phone'
}
