// The model's memory: tables of values by key, transactions that see what is committed and their own writes, and locks that
// are waited for. Values are replaced whole and never altered, so a snapshot is a copy of the maps.

export type Kind =
  | 'row'
  | 'record'
  | 'history'
  | 'ledger'
  | 'device'
  | 'conflict'
  | 'contested'
  | 'waiting'
  | 'clock'
  | 'mark'
  | 'number'

type Tables = Map<Kind, Map<string, unknown>>

/** What a database holds; a backup is one that nobody writes to. */
export type Content = {
  epoch: string
  tables: Tables
  /** The rows of the team's tables once more, by table: nearly every question asks for one table's. */
  rowsByTable: Map<string, Map<string, unknown>>
}

export const emptyContent = (epoch: string): Content => ({ epoch, tables: new Map(), rowsByTable: new Map() })

export const copyOf = ({ epoch, tables, rowsByTable }: Content): Content => ({
  epoch,
  tables: copied(tables),
  rowsByTable: copied(rowsByTable),
})
const copied = <Key>(tables: Map<Key, Map<string, unknown>>): Map<Key, Map<string, unknown>> =>
  new Map([...tables].map(([name, table]) => [name, new Map(table)]))
const tableIn = (key: string): string => key.slice(0, key.indexOf('/'))

/** An error as the driver tells it. */
export const databaseError = (code: string, message: string, more: object = {}): Error =>
  Object.assign(new Error(message), { code, severity: 'ERROR', routine: 'model', ...more })

export type Reads = {
  get: <Value>(kind: Kind, key: string) => Value | undefined
  /** Every entry of a kind, in the order it came. */
  all: <Value>(kind: Kind) => IterableIterator<[string, Value]>
  /** The rows of one of the team's tables. */
  rows: <Value>(table: string) => IterableIterator<Value>
}

export type Tx = Reads & {
  set: (kind: Kind, key: string, value: object | string | number) => void
  remove: (kind: Kind, key: string) => void
  /** Waits until nobody else holds it; held until the end. As `for no key update`: whoever shares it may stay. */
  lock: (key: string) => Promise<void>
  /** As `for update`, for a row that goes: waits until nobody shares it either, and lets nobody share it. */
  lockWhole: (key: string) => Promise<void>
  /** As `for key share`, for a row that another one refers to: waits until nobody does away with it; it stays until the end. */
  share: (key: string) => Promise<void>
  /** As `skip locked`: false where somebody else holds it. */
  tryLock: (key: string) => boolean
  /** As a savepoint: what was written since can be taken back. */
  savepoint: () => () => void
  commit: () => void
  rollback: () => void
}

type Written = Map<Kind, Map<string, unknown>>

export type State = {
  begin: () => Tx
  reads: Reads
  /** What is committed. Replaced whole when a backup is put back. */
  content: () => Content
  restore: (content: Content) => void
}

export type StateOptions = {
  /** Told after every commit. */
  committed: (written: ReadonlyMap<Kind, ReadonlyMap<string, unknown>>) => void
  /** Calls back when so much time has passed that a wait for a lock is given up. */
  timeOut: (run: () => void) => () => void
}

/** `for`: a lock, the end of those who share it, or a share of it. */
type Wait = { key: string; for: 'lock' | 'whole' | 'share'; wake: () => void; fail: (error: Error) => void }

const noRows: ReadonlyMap<string, unknown> = new Map()

// what a transaction wrote itself comes last, as in a heap
function* laidOver(
  stored: ReadonlyMap<string, unknown>,
  mine: ReadonlyMap<string, unknown>,
): IterableIterator<[string, unknown]> {
  for (const [key, value] of stored) if (!mine.has(key)) yield [key, value]
  for (const [key, value] of mine) if (value !== undefined) yield [key, value]
}
function* rowsLaidOver(
  stored: ReadonlyMap<string, unknown>,
  mine: ReadonlyMap<string, unknown>,
  table: string,
): IterableIterator<unknown> {
  for (const [key, value] of stored) if (!mine.has(key)) yield value
  for (const [key, value] of mine) if (value !== undefined && tableIn(key) === table) yield value
}

export const createState = (first: Content, { committed, timeOut }: StateOptions): State => {
  let content = first
  const holders = new Map<string, object>()
  /** Keys of which the holder has more: nobody shares them. */
  const whole = new Set<string>()
  const sharers = new Map<string, Set<object>>()
  const waits = new Map<object, Wait>()
  const tableOf = (kind: Kind): Map<string, unknown> => {
    let table = content.tables.get(kind)
    if (!table) content.tables.set(kind, (table = new Map<string, unknown>()))
    return table
  }

  const put = (kind: Kind, key: string, value: unknown): void => {
    if (kind === 'row') {
      const name = tableIn(key)
      let rows = content.rowsByTable.get(name)
      if (!rows) content.rowsByTable.set(name, (rows = new Map<string, unknown>()))
      putIn(rows, key, value)
    }
    putIn(tableOf(kind), key, value)
  }
  const putIn = (table: Map<string, unknown>, key: string, value: unknown): void => {
    if (value === undefined) table.delete(key)
    else table.set(key, value)
  }

  const blockersOf = (waiter: object, key: string, what: Wait['for']): object[] => {
    const holder = holders.get(key)
    if (what === 'whole') return [...(sharers.get(key) ?? [])].filter((one) => one !== waiter)
    return holder && holder !== waiter && (what === 'lock' || whole.has(key)) ? [holder] : []
  }

  const wouldCircle = (waiter: object, blockers: readonly object[]): boolean => {
    const [left, seen] = [[...blockers], new Set<object>()]
    for (let one = left.pop(); one; one = left.pop()) {
      if (one === waiter) return true
      const wait = waits.get(one)
      if (seen.has(one) || !wait) continue
      seen.add(one)
      left.push(...blockersOf(one, wait.key, wait.for))
    }
    return false
  }

  // everybody who shares, and of the others the first
  const wakeNext = (key: string, is: (what: Wait['for']) => boolean): void => {
    let isTaken = false
    for (const [waiter, wait] of [...waits]) {
      if (wait.key !== key || !is(wait.for) || (isTaken && wait.for !== 'share')) continue
      isTaken ||= wait.for !== 'share'
      waits.delete(waiter)
      wait.wake()
    }
  }

  const begin = (): Tx => {
    const me = {}
    const own = new Set<string>()
    const shared = new Set<string>()
    let written: Written = new Map()
    let isOver = false
    const writes = (kind: Kind): Map<string, unknown> => {
      let table = written.get(kind)
      if (!table) written.set(kind, (table = new Map<string, unknown>()))
      return table
    }
    const end = () => {
      isOver = true
      waits.delete(me)
      for (const key of own) {
        holders.delete(key)
        whole.delete(key)
        wakeNext(key, (what) => what !== 'whole')
      }
      for (const key of shared) {
        const others = sharers.get(key)!
        others.delete(me)
        if (others.size === 0) sharers.delete(key)
        wakeNext(key, (what) => what === 'whole')
      }
      own.clear()
      shared.clear()
    }
    const until = async (key: string, what: Wait['for']): Promise<void> => {
      for (;;) {
        if (isOver) throw databaseError('57P01', 'the connection was ended')
        const blockers = blockersOf(me, key, what)
        if (blockers.length === 0) return
        if (wouldCircle(me, blockers)) throw databaseError('40P01', 'deadlock detected')
        await new Promise<void>((wake, fail) => {
          const calledOff = timeOut(() => {
            waits.delete(me)
            fail(databaseError('55P03', 'canceling statement due to lock timeout'))
          })
          waits.set(me, {
            ...{ key, for: what, fail },
            wake: () => {
              calledOff()
              wake()
            },
          })
        })
      }
    }
    const lock = async (key: string): Promise<void> => {
      if (isOver || (holders.get(key) ?? me) !== me) await until(key, 'lock')
      holders.set(key, me)
      own.add(key)
    }
    return {
      get: <Value>(kind: Kind, key: string) => {
        const mine = written.get(kind)
        return (mine?.has(key) ? mine.get(key) : content.tables.get(kind)?.get(key)) as Value | undefined
      },
      all: <Value>(kind: Kind) => {
        const mine = written.get(kind)
        return (mine ? laidOver(tableOf(kind), mine) : tableOf(kind).entries()) as IterableIterator<[string, Value]>
      },
      rows: <Value>(table: string) => {
        const [stored, mine] = [content.rowsByTable.get(table) ?? noRows, written.get('row')]
        return (mine ? rowsLaidOver(stored, mine, table) : stored.values()) as IterableIterator<Value>
      },
      set: (kind, key, value) => void writes(kind).set(key, value),
      remove: (kind, key) => void writes(kind).set(key, undefined),
      lock,
      lockWhole: async (key) => {
        await lock(key)
        await until(key, 'whole')
        whole.add(key)
      },
      share: async (key) => {
        await until(key, 'share')
        if (!sharers.has(key)) sharers.set(key, new Set())
        sharers.get(key)!.add(me)
        shared.add(key)
      },
      tryLock: (key) => {
        const holder = holders.get(key)
        if (holder && holder !== me) return false
        holders.set(key, me)
        own.add(key)
        return true
      },
      savepoint: () => {
        const before: Written = new Map([...written].map(([kind, table]) => [kind, new Map(table)]))
        return () => (written = before)
      },
      commit: () => {
        for (const [kind, table] of written) for (const [key, value] of table) put(kind, key, value)
        const told = written
        written = new Map()
        end()
        if (told.size > 0) committed(told)
      },
      rollback: () => {
        written = new Map()
        end()
      },
    }
  }
  return {
    begin,
    reads: {
      get: <Value>(kind: Kind, key: string) => content.tables.get(kind)?.get(key) as Value | undefined,
      all: <Value>(kind: Kind) => tableOf(kind).entries() as IterableIterator<[string, Value]>,
      rows: <Value>(table: string) => (content.rowsByTable.get(table) ?? noRows).values() as IterableIterator<Value>,
    },
    content: () => content,
    restore: (other) => {
      content = copyOf(other)
    },
  }
}
