// Everything that could surprise a test, in one place: clock, chance, ids, timers, network, gzip, locks, the browser's
// hints. The only file that touches them; all others are handed what they use (H29).
/* eslint-disable no-restricted-properties, no-restricted-globals */
import { v7 } from 'uuid'
import { dexieStore } from './store/dexie-store.ts'
import { secondCopyOpensWithinMs } from './limits.ts'
import { createInTime } from './store/in-time.ts'
import { withSecondCopy } from './store/second-copy.ts'
import { type OpenStore } from './store/store.ts'

/** A wait that can be called off. */
export type Timers = {
  set: (run: () => void, delayMs: number) => unknown
  clear: (handle: unknown) => void
}

/** What is asked of the network: the little of the platform's `fetch` that is used. */
export type FetchInit = {
  method?: string
  headers: Record<string, string>
  body?: string | Uint8Array<ArrayBuffer>
  redirect: 'error'
  cache: 'no-store'
  signal: AbortSignal
}
export type Fetched = {
  status: number
  headers: { get: (name: string) => string | null }
  text: () => Promise<string>
  body: { getReader(): BodyReader } | null
}
export type BodyReader = {
  read: () => Promise<{ done: boolean; value?: Uint8Array | undefined }>
  cancel: () => Promise<void>
}
export type Fetch = (address: string, init: FetchInit) => Promise<Fetched>

/** A text's bytes, compressed; null where it did not work. */
export type Gzip = (text: string) => Promise<Uint8Array<ArrayBuffer> | null>

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
  fetch: Fetch
  /** Null: bodies go as they are. */
  gzip: Gzip | null
  clock: () => number
  random: () => number
  ids: () => string
  timers: Timers
  locks: Locks | null
  surroundings: Surroundings
  openStore: OpenStore
}

/** Stores in the platform's database, with a second copy where it has another place for one; or in a database that is given. */
export const databaseStore = ({
  indexedDB,
  keyRange = globalThis.IDBKeyRange,
}: {
  indexedDB?: IDBFactory | undefined
  keyRange?: typeof IDBKeyRange | undefined
}): OpenStore => {
  if (indexedDB) return dexieStore({ indexedDB, keyRange })
  const first = dexieStore({ indexedDB: globalThis.indexedDB, keyRange })
  const buckets = (globalThis.navigator as { storageBuckets?: StorageBuckets } | undefined)?.storageBuckets
  return buckets ? withSecondCopy(first, bucketStore(buckets, keyRange), { inTime }) : first
}

const platformTimers: Timers = {
  set: (run, delayMs) => setTimeout(run, delayMs),
  clear: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
}
const inTime = createInTime(platformTimers)

/** Of the Storage Buckets API the little that is used: each bucket keeps its databases in files of their own. */
type StorageBuckets = {
  open: (
    name: string,
    options: { durability: 'strict'; persisted: boolean },
  ) => Promise<{ readonly indexedDB: IDBFactory }>
}

const bucketStore =
  (buckets: StorageBuckets, keyRange: typeof IDBKeyRange): OpenStore =>
  (name) => {
    const opened = buckets
      .open('wedsync', { durability: 'strict', persisted: true })
      .then(({ indexedDB }) => dexieStore({ indexedDB, keyRange })(name))
    // nobody waits for a second copy before they see their day
    return inTime(opened, secondCopyOpensWithinMs, 'The second copy does not open.')
  }

/** The platform's own, where a setting says nothing else. */
export const platformAdapters = (): Adapters => ({
  fetch: (address, init) => globalThis.fetch(address, init),
  gzip: typeof CompressionStream === 'undefined' ? null : gzipped,
  clock: () => Date.now(),
  random: () => Math.random(),
  ids: () => v7(),
  timers: platformTimers,
  locks: webLocks(),
  surroundings: browserSurroundings(),
  openStore: databaseStore({}),
})

const gzipped: Gzip = async (text) => {
  try {
    const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))
    return new Uint8Array(await new Response(stream).arrayBuffer())
  } catch {
    return null
  }
}

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
