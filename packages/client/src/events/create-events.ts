// What other code may listen for. A listener that throws harms nobody.
import { type Conflict, type SyncMetrics } from '@wedsync/protocol'

export type ChangeFailed = { changeId: string; table: string; id: string; code: string; message: string }

export type SyncEvents = {
  syncCompleted: (sessionId: string, metrics: SyncMetrics) => void
  changeFailed: (failed: ChangeFailed) => void
  conflictDetected: (conflict: Conflict) => void
  conflictResolved: (conflict: Conflict) => void
  /** The server's history did not continue ours: everything is loaded anew, and put back. */
  reset: () => void
}

export type Events = ReturnType<typeof createEvents>

/** A list of listeners per name. */
export const createEvents = () => {
  const listeners = new Map<keyof SyncEvents, Set<(...args: never[]) => unknown>>()
  return {
    on: <Name extends keyof SyncEvents>(name: Name, listener: SyncEvents[Name]): (() => void) => {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set.add(listener))
      return () => set.delete(listener)
    },
    emit: <Name extends keyof SyncEvents>(name: Name, ...args: Parameters<SyncEvents[Name]>): void => {
      for (const listener of listeners.get(name) ?? []) {
        void Promise.resolve()
          .then(() => (listener as (...given: unknown[]) => unknown)(...args))
          .catch(() => undefined)
      }
    },
  }
}
