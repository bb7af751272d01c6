// Everything that could surprise a test, in one place: clock, chance, ids, timers, network, locks, the browser's hints.
// The only file that touches them; all others are handed what they use (H29).
/* eslint-disable no-restricted-properties */
import { v7 } from 'uuid'
import { dexieStore } from './store/dexie-store.ts'
import { type OpenStore } from './store/store.ts'

/** A wait that can be called off. */
export type Timers = {
  set: (run: () => void, delayMs: number) => unknown
  clear: (handle: unknown) => void
}

/** One sender at a time among the tabs of a browser. Answers false when somebody else is sending. */
export type Locks = { runAlone: (name: string, run: () => Promise<void>) => Promise<boolean> }

/** What the platform believes about the network and the screen. A hint to try sooner, never a reason not to try. */
export type Surroundings = {
  isOnline: () => boolean
  isVisible: () => boolean
  /** Called whenever trying now might be worth it, or the network seems gone. Answers how to stop listening. */
  listen: (onHint: () => void) => () => void
  /** Asks the platform to keep our store; null where it cannot say. */
  persistStorage: () => Promise<boolean | null>
}

export type Adapters = {
  fetch: typeof globalThis.fetch
  clock: () => number
  random: () => number
  ids: () => string
  timers: Timers
  locks: Locks | null
  surroundings: Surroundings
  openStore: OpenStore
}

/** The platform's own, where a setting says nothing else. */
export const platformAdapters = (): Adapters => ({
  fetch: (input, init) => globalThis.fetch(input, init),
  clock: () => Date.now(),
  random: () => Math.random(),
  ids: () => v7(),
  timers: {
    set: (run, delayMs) => setTimeout(run, delayMs),
    clear: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
  },
  locks: webLocks(),
  surroundings: browserSurroundings(),
  openStore: dexieStore({ indexedDB: globalThis.indexedDB, keyRange: globalThis.IDBKeyRange }),
})

const webLocks = (): Locks | null => {
  const manager = (globalThis.navigator as Navigator | undefined)?.locks
  if (!manager) return null
  return {
    runAlone: (name, run) =>
      manager.request(name, { ifAvailable: true }, async (lock) => {
        if (!lock) return false
        await run()
        return true
      }),
  }
}

const browserSurroundings = (): Surroundings => {
  const navigator = globalThis.navigator as Navigator | undefined
  const page = globalThis.document as Document | undefined
  const target = globalThis as unknown as EventTarget
  return {
    isOnline: () => navigator?.onLine ?? true,
    isVisible: () => page?.visibilityState !== 'hidden',
    listen: (onHint) => {
      if (!page) return () => undefined
      for (const name of ['online', 'offline', 'pageshow']) target.addEventListener(name, onHint)
      page.addEventListener('visibilitychange', onHint)
      return () => {
        for (const name of ['online', 'offline', 'pageshow']) target.removeEventListener(name, onHint)
        page.removeEventListener('visibilitychange', onHint)
      }
    },
    persistStorage: async () => {
      const storage = navigator?.storage
      if (!page || !storage?.persist) return null
      return storage.persist().catch(() => null)
    },
  }
}
