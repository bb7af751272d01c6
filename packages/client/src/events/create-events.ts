// What other code may listen for. A listener that throws harms nobody.
import { type Action, type Conflict, type ListedConflict, type Outcome, type SyncMetrics } from '@wedsync/protocol'

/** A change that only a person can move on: refused by the server, or on this phone because no server can take it. */
export type ChangeFailed = {
  changeId: string
  /** The record it is about. */
  table: string
  id: string
  action: Action
  /** One of the failure codes of the wire: `forbidden`, `invalid_value`, … */
  code: string
  /** One sentence for the person. */
  message: string
  /** The field in question, where there is one. */
  field?: string
}

/** How a conflict ended. */
export type ConflictResolution = {
  /** `rule`: at once, by a rule or by the strategy that went with the change. `person`: somebody decided. */
  by: 'rule' | 'person'
  /** What became of the change of this device; null where the conflict was about somebody else's, and decided here. */
  outcome: Outcome | null
  /** Who decided, as far as this person may know. */
  decidedBy: ListedConflict['decidedBy']
  note: string | null
}

/**
 * Each is told once for one thing: not again after a restart, a repeated answer or a reset, and in one tab of a browser only,
 * the one that spoke with the server. What happened is stored before it is told: a program that ends in between does not hear
 * it later, so what must not be missed is read from `status()` and `watchConflicts()`.
 */
export type SyncEvents = {
  /**
   * Everything that waited is answered, and all news is here. `metrics` are of all requests since the last time,
   * `sessionId` is the server's name for the last of them that carried changes, or for the last one.
   */
  syncCompleted: (sessionId: string, metrics: SyncMetrics) => unknown
  /** A change of this device failed for good, at once or later. */
  changeFailed: (failed: ChangeFailed) => unknown
  /** A change of this device met what somebody else did: `resolved` by a rule, or `pending` until a person decides. */
  conflictDetected: (conflict: Conflict) => unknown
  /** A conflict about a change of this device is over, whoever decided it and wherever; or one was decided here. */
  conflictResolved: (conflict: Conflict, resolution: ConflictResolution) => unknown
  /** The server's history did not continue ours: everything is loaded anew, and put back. */
  reset: () => unknown
}

/** One thing to be told. */
export type News = { [Name in keyof SyncEvents]: { name: Name; says: Parameters<SyncEvents[Name]> } }[keyof SyncEvents]

/** What steps of this package listen for beside that: each answer of the server, and how many changes it was asked about. */
type InnerEvents = { answered: (sessionId: string, metrics: SyncMetrics, sent: number) => unknown }

export type Events = ReturnType<typeof createEvents>

export const createEvents = () => ({ ...createListeners<SyncEvents>(), inner: createListeners<InnerEvents>() })

type Listener = (...says: never[]) => unknown

/** A list of listeners per name. */
const createListeners = <All extends { [Name in keyof All]: Listener }>() => {
  const listeners = new Map<keyof All, Set<{ hear: Listener }>>()
  return {
    /** Answers how to stop listening; from then on nothing is heard any more. */
    on: <Name extends keyof All>(name: Name, hear: All[Name]): (() => void) => {
      const set = listeners.get(name) ?? new Set()
      const listener = { hear }
      listeners.set(name, set.add(listener))
      return () => void set.delete(listener)
    },
    emit: <Name extends keyof All>(name: Name, ...says: Parameters<All[Name]>): void => {
      const set = listeners.get(name) ?? new Set()
      for (const listener of set) {
        void Promise.resolve()
          .then(() => set.has(listener) && (listener.hear as (...given: unknown[]) => unknown)(...(says as unknown[])))
          .catch(() => undefined)
      }
    },
  }
}
