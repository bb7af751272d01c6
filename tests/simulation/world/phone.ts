// A phone: the real device library over a store in memory, with a clock of its own that may be wrong, in somebody's hand. It can die
// in the middle of anything and be switched on again; what its store had finished is there then.
import { weddingSchemas } from '@wedsync/wedding'
import {
  createMemoryDisk,
  createMemoryStore,
  startSync,
  type MemoryDisk,
  type SyncEngine,
} from '../../../packages/client/src/index.ts'
import type { Fetch, Timers } from '../../../packages/client/src/adapters.ts'
import type { Entry } from '../../../packages/client/src/outbox/entry.ts'
import type { DeviceState } from '../../../packages/client/src/store/device-state.ts'
import { createInTime } from '../../../packages/client/src/store/in-time.ts'
import { withSecondCopy } from '../../../packages/client/src/store/second-copy.ts'
import { schema, type KeptRow, type RecordRow, type TableName } from '../../../packages/client/src/store/store.ts'
import { appOf } from '../../support/app-of.ts'
import type { Dice } from './dice.ts'
import type { Hear, Moved } from './events.ts'
import type { Person } from './people.ts'
import { tokenFor } from './server-node.ts'
import type { VirtualTime } from './virtual-time.ts'

export type Phone = ReturnType<typeof createPhone>

type Parts = {
  name: string
  person: Person
  time: VirtualTime
  dice: Dice
  fetch: Fetch
  hear: Hear
  isOnline: () => boolean
  /** Wedding ids this phone wants to hold; null: all it may. */
  scopes: readonly string[] | null
  hasLocks: boolean
  /** Windows of the app that are open at once, on one store. */
  tabs: number
  /** Of the tables, as its app knows them at first. */
  version: number
  /** Of the real device library: how often a phone asks by itself. */
  pollEveryMs: number
  /** What it holds when it is first switched on. */
  disk: MemoryDisk
}

type Life = { isDead: boolean; engines: SyncEngine[]; kills: (() => void)[] }

export const createPhone = ({
  name,
  person,
  time,
  dice,
  fetch,
  hear,
  isOnline,
  scopes,
  hasLocks,
  tabs,
  pollEveryMs,
  disk,
  ...first
}: Parts) => {
  const storeName = `wedsync:${person.userId}`
  const spareDisk = createMemoryDisk()
  const locked = new Set<string>()
  const listeners = new Set<() => void>()
  let version = first.version
  let skew = 0
  let tokenUntil = Infinity
  let life: Life | null = null
  let inHand = 0
  let isWatched = false

  const boot = async (): Promise<void> => {
    if (life) return
    const mine: Life = { isDead: false, engines: [], kills: [] }
    life = mine
    for (let tab = 0; tab < tabs && !mine.isDead; tab += 1) await openTab(mine)
    watch()
  }

  const openTab = async (mine: Life): Promise<void> => {
    const [store, spare] = [createMemoryStore(disk), createMemoryStore(spareDisk)]
    mine.kills.push(store.kill, spare.kill)
    const timers: Timers = {
      set: (run, delayMs) => time.set(() => (mine.isDead ? undefined : run()), delayMs),
      clear: (handle) => time.clear(handle as object),
    }
    const engine = await startSync({
      baseUrl: '',
      ...appOf(version),
      user: { id: person.userId, organizationId: person.organizationId, role: person.role, name: person.name },
      token: () => tokenFor(person.userId, person.organizationId, tokenUntil),
      ...(scopes && { scopes }),
      fetch: (address, init) => (mine.isDead ? new Promise(() => undefined) : fetch(address, init)),
      gzip: null,
      clock: () => time.now() + skew,
      random: dice.chance,
      ids: dice.id,
      timers,
      locks: hasLocks ? { runAlone: (lock, run) => runAlone(mine, lock, run) } : null,
      surroundings: {
        isOnline,
        isVisible: () => true,
        listen: (onHint) => {
          listeners.add(onHint)
          return () => listeners.delete(onHint)
        },
        persistStorage: () => Promise.resolve(true),
      },
      store: withSecondCopy(store.open, spare.open, { inTime: createInTime(timers) }),
      followsStream: false,
      pollEveryMs,
      appVersion: '1',
    })
    mine.engines.push(engine)
  }

  const runAlone = async (mine: Life, lock: string, run: () => Promise<void>): Promise<boolean> => {
    // whoever is dead takes nothing from those who live now
    if (mine.isDead) return new Promise(() => undefined)
    if (locked.has(lock)) return false
    locked.add(lock)
    try {
      await run()
    } finally {
      if (!mine.isDead) locked.delete(lock)
    }
    return true
  }

  // every step of the store is seen from outside, with what stood before it
  const known = new Map<TableName, Map<string | number, object>>()
  const watch = () => {
    if (isWatched) return
    isWatched = true
    const database = disk.get(storeName)!
    const moves = <Row extends object>(table: TableName, isLooked: boolean): Moved<Row>[] => {
      if (!isLooked) return []
      let before = known.get(table)
      if (!before) known.set(table, (before = new Map<string | number, object>()))
      const found: Moved<Row>[] = []
      const after = database.table(table)
      for (const [key, row] of after.entries()) {
        const stood = before.get(key)
        if (stood === row) continue
        found.push({ before: stood as Row | undefined, after: row as Row })
        before.set(key, row)
      }
      if (before.size === after.count()) return found
      const left = new Set<string | number>()
      for (const [key] of after.entries()) left.add(key)
      for (const [key, row] of before) {
        if (left.has(key)) continue
        found.push({ before: row as Row, after: undefined })
        before.delete(key)
      }
      return found
    }
    const look = (tables: ReadonlySet<TableName>) =>
      hear({
        ...{
          what: 'stored',
          at: time.now(),
          phone: name,
          state: database.table('state').all()[0] as unknown as DeviceState,
        },
        entries: moves<Entry>('outbox', tables.has('outbox')),
        records: moves<RecordRow>('records', tables.has('records')),
        kept: moves<KeptRow>('kept', tables.has('kept')),
      })
    database.watch({ owner: { isDead: false, isClosed: false }, onWritten: look })
    look(new Set(['outbox', 'records', 'kept', 'state']))
  }

  const crash = () => {
    if (!life) return
    life.isDead = true
    for (const kill of life.kills) kill()
    life = null
    locked.clear()
    listeners.clear()
  }

  const rows = <Row>(table: TableName): Row[] => (disk.get(storeName)?.table(table).all() ?? []) as Row[]
  return {
    ...{ name, person, boot },
    /** The one of the window in hand. */
    engine: (): SyncEngine | null => life?.engines[inHand % life.engines.length] ?? null,
    engines: (): readonly SyncEngine[] => life?.engines ?? [],
    takeAnotherTab: () => (inHand += 1),
    crash,
    /** As `crash`, and of its store only the second copy is there the next time. */
    loseStore: () => {
      crash()
      const database = disk.get(storeName)
      for (const table of Object.keys(schema) as TableName[])
        for (const [name] of [...(database?.table(table).entries() ?? [])])
          database!.table(table).restore(name, undefined)
      known.clear()
    },
    /** The version of the tables its app knows, and its words; null: today's. */
    schema: () => weddingSchemas.past(version),
    collections: () => appOf(version).collections,
    /** From its next start on it has today's app. */
    replaceApp: () => (version = weddingSchemas.current),
    skewBy: (ms: number) => (skew += ms),
    setTokenUntil: (at: number) => (tokenUntil = at),
    /** The platform says that something got better. */
    hint: () => {
      for (const listener of [...listeners]) listener()
    },
    records: () => rows<RecordRow>('records'),
    outbox: () => rows<Entry>('outbox'),
    kept: () => rows<KeptRow>('kept'),
    state: () => rows<DeviceState>('state')[0],
  }
}
