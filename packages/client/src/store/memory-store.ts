// A store in memory, for simulations and wherever nothing must outlive the process. Its data is an object of its own that
// outlives the engine; several handles on one are as several tabs. Steps follow one another; a step that throws, or whose
// handle is killed in the middle, leaves nothing. It knows no timers: everything it does is done by microtasks.
import { createDatabase, type Database, type Owner, type Step } from './memory-database.ts'
import { never, tablesOfStep } from './memory-step.ts'
import { type OpenStore, type Store, type TableName, type Tables } from './store.ts'

/** What is kept of all stores, by name. */
export type MemoryDisk = Map<string, Database>
export const createMemoryDisk = (): MemoryDisk => new Map()

export type MemoryStore = {
  open: OpenStore
  /** As a phone that dies: whatever is under way or asked for later never answers; the data keeps the last whole step. */
  kill: () => void
}

/** One handle, for one engine. */
export const createMemoryStore = (disk: MemoryDisk): MemoryStore => {
  const owner: Owner = { isDead: false, isClosed: false }
  const opened = new Set<Database>()
  return {
    open: (name) => {
      if (owner.isDead) return never()
      const database = disk.get(name) ?? createDatabase()
      disk.set(name, database)
      opened.add(database)
      return Promise.resolve(storeOn(database, owner))
    },
    kill: () => {
      owner.isDead = true
      for (const database of opened) database.forget(owner)
    },
  }
}

const storeOn = (database: Database, owner: Owner): Store => {
  const stops = new Set<() => void>()
  const inTurn = <Result>(run: (tx: Tables, step: Step) => Promise<Result>): Promise<Result> => {
    if (owner.isDead) return never()
    if (owner.isClosed) return Promise.reject(new Error('The store is closed.'))
    return database.inTurn(owner, async (step) => run(tablesOfStep(database, step), step))
  }
  return {
    step: inTurn,
    view: inTurn,
    live: (read, onValue) => {
      const stop = createWindow(database, owner, async ({ isOver, looksAt }) => {
        const value = await inTurn((tx, { hasRead }) => {
          looksAt(hasRead)
          return read(tx)
        })
        if (!isOver()) onValue(value)
      })
      stops.add(stop)
      return () => {
        stops.delete(stop)
        stop()
      }
    },
    close: () => {
      owner.isClosed = true
      for (const stop of stops) stop()
      stops.clear()
    },
  }
}

type Looking = { isOver: () => boolean; looksAt: (tables: ReadonlySet<TableName>) => void }

// looks once, and again after every step that wrote to a table it looked at; answers how to stop
const createWindow = (database: Database, owner: Owner, look: (looking: Looking) => Promise<void>) => {
  let tables: ReadonlySet<TableName> | null = null
  let isOver = false
  let isLooking = false
  let isStale = false
  const looking: Looking = { isOver: () => isOver, looksAt: (read) => (tables = read) }
  const again = async () => {
    isStale = true
    if (isLooking) return
    isLooking = true
    while (isStale && !isOver) {
      isStale = false
      // what cannot be read leaves what was shown last
      await look(looking).catch(() => undefined)
    }
    isLooking = false
  }
  const stop = database.watch({
    owner,
    onWritten: (written) => {
      if (!tables || [...written].some((name) => tables?.has(name))) void again()
    },
  })
  void again()
  return () => {
    isOver = true
    stop()
  }
}
