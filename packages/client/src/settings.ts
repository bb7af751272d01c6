// What a device is started with; whatever is left out comes from the platform.
import { type Collection } from '@wedsync/merge'
import {
  databaseStore,
  platformAdapters,
  type Adapters,
  type Fetch,
  type Gzip,
  type Locks,
  type Surroundings,
  type Timers,
} from './adapters.ts'
import { pollEveryMs, requestTimeoutMs } from './limits.ts'
import { type OpenStore } from './store/store.ts'

/** Who uses this device. One store per person, so nobody sends another's work. */
export type DeviceUser = { id: string; organizationId: string; role: string; name: string }

export type SyncSettings = {
  /** Where the server is; `''` for the page's own origin. */
  baseUrl: string
  collections: readonly Collection[]
  user: DeviceUser
  /** The bearer token of this moment, or null when nobody is signed in. Saving never needs one. */
  token: () => string | null
  /** The weddings this device wants to hold; absent: all it may. */
  scopes?: readonly string[] | undefined
  /** The store is called `<storeName>:<user id>`; `wedsync` when left out. */
  storeName?: string | undefined
  fetch?: Fetch | undefined
  /** Null: bodies are sent as they are. */
  gzip?: Gzip | null | undefined
  /** Milliseconds since 1970. */
  clock?: (() => number) | undefined
  /** From 0 up to, not including, 1. */
  random?: (() => number) | undefined
  /** Makes a UUID. */
  ids?: (() => string) | undefined
  timers?: Timers | undefined
  /** Null: this platform has none. */
  locks?: Locks | null | undefined
  surroundings?: Surroundings | undefined
  /** Where the store is kept; left out: in the platform's IndexedDB, or the one given here. */
  store?: OpenStore | undefined
  indexedDB?: IDBFactory | undefined
  keyRange?: typeof IDBKeyRange | undefined
  appVersion?: string | undefined
  platform?: string | undefined
  requestTimeoutMs?: number | undefined
  pollEveryMs?: number | undefined
  /** False: asks from time to time and opens no stream; true when left out. */
  followsStream?: boolean | undefined
}

/** The settings with nothing left open. */
export type Device = Adapters & {
  baseUrl: string
  collections: ReadonlyMap<string, Collection>
  user: DeviceUser
  token: () => string | null
  scopes: readonly string[] | null
  storeName: string
  appVersion: string | null
  platform: string
  requestTimeoutMs: number
  pollEveryMs: number
  followsStream: boolean
}

/** Fills in what was left out. */
export const deviceFrom = (settings: SyncSettings): Device => {
  const platform = platformAdapters()
  return {
    fetch: settings.fetch ?? platform.fetch,
    gzip: settings.gzip === undefined ? platform.gzip : settings.gzip,
    clock: settings.clock ?? platform.clock,
    random: settings.random ?? platform.random,
    ids: settings.ids ?? platform.ids,
    timers: settings.timers ?? platform.timers,
    locks: settings.locks === undefined ? platform.locks : settings.locks,
    surroundings: settings.surroundings ?? platform.surroundings,
    openStore: settings.store ?? databaseStore(settings),
    baseUrl: settings.baseUrl.replace(/\/+$/, ''),
    collections: new Map(settings.collections.map((one) => [one.name, one])),
    user: settings.user,
    token: settings.token,
    scopes: settings.scopes ?? null,
    storeName: `${settings.storeName ?? 'wedsync'}:${settings.user.id}`,
    appVersion: settings.appVersion ?? null,
    platform: settings.platform ?? 'web',
    requestTimeoutMs: settings.requestTimeoutMs ?? requestTimeoutMs,
    pollEveryMs: settings.pollEveryMs ?? pollEveryMs,
    followsStream: settings.followsStream ?? true,
  }
}
