// A phone for tests: an engine over a fake store, with weather in between that a test can make. Timers never fire by
// themselves, so that nothing moves but what a test moves.
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { bool, collection, idOf, longText, oneOf, scalar, text, type Collection } from '@wedsync/merge'
import { type Locks, type Timers } from '../adapters.ts'
import { startSync } from '../start-sync.ts'
import { type SyncSettings } from '../settings.ts'
import { dexieStore } from '../store/dexie-store.ts'
import { createMemoryDisk, createMemoryStore } from '../store/memory-store.ts'
import { type OpenStore } from '../store/store.ts'
import { type SyncEngine } from '../sync-engine.ts'
import { answering, idFrom, type TestServer } from './test-server.ts'

const team = ['planner']
const everything = {
  scope: 'wedding',
  createdBy: team,
  deletedBy: team,
  audience: [{ roles: team, where: { is: 'any' } }],
} as const

/** Two tables, as small as tables can be. */
export const tables: readonly Collection[] = [
  collection('clients', { names: text({ max: 100 }).required().merges(scalar) }, { ...everything, isScope: true }),
  collection(
    'items',
    {
      client_id: idOf('clients').required().fixed(),
      title: text({ max: 100, min: 1 }).required().merges(scalar),
      note: longText().merges(scalar),
      place: text({ max: 100 }).merges(scalar),
      status: oneOf('planned', 'started', 'done').byDefault('planned').merges(scalar),
      locked: bool().byDefault(false).merges(scalar),
    },
    { ...everything, refersTo: { client_id: { table: 'clients', onDelete: 'delete' } } },
  ),
]

export const wedding = idFrom('wedding')
export const planner = { id: idFrom('planner'), organizationId: idFrom('organization'), role: 'planner', name: 'Priya' }

/** What happens to a request on its way. Left out: it arrives and its answer comes back. */
export type Weather = (url: string, init: RequestInit, arrive: () => Promise<Response>) => Promise<Response>

/** What outlives an engine: each that is started on it opens what the one before left behind. */
export type Disk = () => OpenStore

export const databaseDisk = (): Disk => {
  const indexedDB = new IDBFactory()
  return () => dexieStore({ indexedDB, keyRange: IDBKeyRange })
}
export const memoryDisk = (): Disk => {
  const disk = createMemoryDisk()
  return () => createMemoryStore(disk).open
}

let newDisk = databaseDisk
/** Phones that are started on no disk of another keep their store there, from now on. */
export const keepPhonesOn = (disk: () => Disk) => (newDisk = disk)

export type Phone = SyncEngine & {
  disk: Disk
  /** Makes the weather, from now on. */
  weather: (next: Weather | null) => void
  /** How many requests were made. */
  requests: () => number
  setToken: (token: string | null) => void
  setTime: (now: number) => void
}

/** Starts a phone. With `disk`, on the store that another left behind. */
export const aPhone = async (
  server: TestServer,
  settings: Partial<SyncSettings> & { disk?: Disk } = {},
): Promise<Phone> => {
  const { disk = newDisk(), ...rest } = settings
  let weather: Weather | null = null
  let requests = 0
  let token: string | null = 'token'
  let now = Date.parse('2026-06-20T12:00:00Z')
  const engine = await startSync({
    baseUrl: 'http://server',
    collections: tables,
    user: planner,
    token: () => token,
    store: disk(),
    timers: noTimers,
    clock: () => now,
    random: () => 0.5,
    locks: null,
    followsStream: false,
    surroundings: {
      isOnline: () => true,
      isVisible: () => true,
      listen: () => () => undefined,
      persistStorage: () => Promise.resolve(null),
    },
    gzip: null,
    fetch: async (url, init) => {
      requests += 1
      const arrive = () => server.answer(url, init)
      return answering(init, await (weather ? weather(url, init, arrive) : arrive()))
    },
    ...rest,
  })
  return {
    ...engine,
    disk,
    weather: (next) => (weather = next),
    requests: () => requests,
    setToken: (next) => (token = next),
    setTime: (next) => (now = next),
  }
}

/** Nothing fires; a test calls `syncNow`. */
export const noTimers: Timers = { set: () => null, clear: () => undefined }

/** Locks that all engines of one test share, as tabs of one browser do. */
export const sharedLocks = (): Locks => {
  const held = new Set<string>()
  return {
    runAlone: async (name, run) => {
      if (held.has(name)) return false
      held.add(name)
      try {
        await run()
        return true
      } finally {
        held.delete(name)
      }
    },
  }
}

/** A whole record of `items`. */
export const anItem = (title: string, more: Record<string, string | boolean | null> = {}) => ({
  client_id: wedding,
  title,
  note: null,
  place: null,
  status: 'planned',
  locked: false,
  ...more,
})
