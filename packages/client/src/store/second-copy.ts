// What only this phone holds is written twice, in two places that are not lost together. A browser killed in the middle of a write can
// take its whole store for damaged the next time but one, and throw it away: LevelDB goes on behind a record that was cut off
// (google/leveldb#1287). The outbox, what is kept of it and what the device knows about itself are then put back from the second copy, and everything
// else is loaded from the server.  Keeps P2, P3 on the device's side.
import { type Entry } from '../outbox/entry.ts'
import { secondCopyWritesWithinMs } from '../limits.ts'
import { type DeviceState } from './device-state.ts'
import { TakesTooLong, type InTime } from './in-time.ts'
import {
  type KeptRow,
  type OpenStore,
  type Spare,
  type Store,
  type Table,
  type Tables,
  type TablesToRead,
} from './store.ts'

/**
 * A store kept in `first`, with the spare of what cannot be loaded again in `second`. Saves are told once both have it; a second
 * that fails, or takes longer than `withinMs`, is given up until the store is opened again.
 */
export const withSecondCopy =
  (
    first: OpenStore,
    second: OpenStore,
    { inTime, withinMs = secondCopyWritesWithinMs }: { inTime: InTime; withinMs?: number },
  ): OpenStore =>
  async (name) => {
    const store = await first(name)
    // without its second copy a phone works as well
    const copy = await second(`${name}:spare`).catch(() => null)
    if (!copy) return store
    // in this order: what another tab adds meanwhile is then never taken for something that is over here
    const stood = await inTime(copy.view(contentOf), withinMs, silent).catch(() => nothing)
    const own = await store.view(contentOf)
    // this one is waited for: it may be all there is of what was never sent, and is written over from here on
    const spare = own.state ? null : await copy.view(spareOf).catch(() => null)
    let isKept = true
    const write = async (moved: Moved): Promise<void> => {
      if (!isKept) return
      try {
        await inTime(
          copy.step((tx) => layDown(tx, moved)),
          withinMs,
          silent,
        )
      } catch (thrown) {
        // one that lags behind would bring back what is long over; behind a write that may still come to its end, nobody waits for that
        isKept = false
        const cleared = copy.step((tx) => tx.state.clear()).catch(() => undefined)
        if (!(thrown instanceof TakesTooLong)) await cleared
      }
    }
    if (own.state) await write(await difference(store, stood, own))
    const step: Store['step'] = async (run) => {
      const moved: Moved = {
        outbox: new Map<number, Entry | null>(),
        kept: new Map<string, KeptRow | null>(),
        state: null,
      }
      const result = await store.step((tx) => run(noted(tx, moved)))
      if (moved.state || moved.outbox.size > 0 || moved.kept.size > 0) await write(moved)
      return result
    }
    return {
      ...store,
      step,
      spare,
      close: () => {
        store.close()
        copy.close()
      },
    }
  }

type Moved = { outbox: Map<number, Entry | null>; kept: Map<string, KeptRow | null>; state: DeviceState | null }
/** Of what is kept only the names: it may be much, and what was said in it never alters. */
type Content = { state: DeviceState | undefined; outbox: Entry[]; kept: string[] }

const silent = 'The second copy does not answer.'
const nothing: Content = { state: undefined, outbox: [], kept: [] }

/** What IndexedDB takes for a limit. */
const mostRows = 2 ** 32 - 1

const contentOf = async ({ state, outbox, kept }: TablesToRead): Promise<Content> => ({
  state: await state.get('state'),
  outbox: await outbox.toArray(),
  kept: await kept.orderBy('keptAt').limit(mostRows).primaryKeys(),
})

const spareOf = async (tx: TablesToRead): Promise<Spare | null> => {
  const state = await tx.state.get('state')
  return state ? { state, outbox: await tx.outbox.toArray(), kept: await tx.kept.toArray() } : null
}

const layDown = async (tx: Tables, { outbox, kept, state }: Moved): Promise<void> => {
  await layDownIn(tx.outbox, outbox)
  await layDownIn(tx.kept, kept)
  if (state) await tx.state.put(state)
}

const layDownIn = async <Row, RowKey>(
  table: Pick<Table<Row, RowKey, never>, 'bulkPut' | 'bulkDelete'>,
  moved: ReadonlyMap<RowKey, Row | null>,
): Promise<void> => {
  const [gone, there]: [RowKey[], Row[]] = [[], []]
  for (const [key, row] of moved)
    if (row) there.push(row)
    else gone.push(key)
  if (gone.length > 0) await table.bulkDelete(gone)
  if (there.length > 0) await table.bulkPut(there)
}

// what the last life did not come to write twice, and what another one left that is over here
const difference = async (store: Store, stood: Content, own: Content): Promise<Moved> => {
  const before = new Map(stood.outbox.map((entry) => [entry.seq, JSON.stringify(entry)]))
  const outbox = new Map<number, Entry | null>([...before.keys()].map((seq) => [seq, null]))
  for (const entry of own.outbox)
    if (before.get(entry.seq) === JSON.stringify(entry)) outbox.delete(entry.seq)
    else outbox.set(entry.seq, entry)
  const [known, there] = [new Set(stood.kept), new Set(own.kept)]
  const kept = new Map<string, KeptRow | null>(stood.kept.filter((id) => !there.has(id)).map((id) => [id, null]))
  const missing = own.kept.filter((id) => !known.has(id))
  for (const row of await store.view((tx) => tx.kept.bulkGet(missing))) if (row) kept.set(row.changeId, row)
  return { outbox, kept, state: own.state ?? null }
}

// -- the tables of a step, with what is written to them taken down

const noted = (tx: Tables, moved: Moved): Tables => ({
  records: tx.records,
  kept: notedTable(
    tx.kept,
    ({ changeId }) => changeId,
    (changeId, row) => moved.kept.set(changeId, row),
  ),
  staged: tx.staged,
  outbox: notedTable(
    tx.outbox,
    ({ seq }) => seq,
    (seq, entry) => moved.outbox.set(seq, entry),
  ),
  state: notedTable(
    tx.state,
    ({ key }) => key,
    (_, state) => (moved.state = state ?? moved.state),
  ),
})

const notedTable = <Row extends object, RowKey, Fresh extends object>(
  table: Table<Row, RowKey, Fresh>,
  keyOf: (row: Row) => RowKey,
  note: (key: RowKey, row: Row | null) => void,
): Table<Row, RowKey, Fresh> => {
  type Found = ReturnType<ReturnType<typeof table.where>['equals']>
  const found = (of: Found): Found => ({
    toArray: () => of.toArray(),
    first: () => of.first(),
    count: () => of.count(),
    primaryKeys: () => of.primaryKeys(),
    delete: async () => {
      for (const key of await of.primaryKeys()) note(key, null)
      return of.delete()
    },
  })
  return {
    get: (key) => table.get(key),
    bulkGet: (keys) => table.bulkGet(keys),
    toArray: () => table.toArray(),
    count: () => table.count(),
    where: (index) => {
      const look = table.where(index)
      return {
        equals: (value) => found(look.equals(value)),
        anyOf: (values) => found(look.anyOf(values)),
        below: (value) => found(look.below(value)),
      }
    },
    orderBy: (index) => ({ limit: (most) => found(table.orderBy(index).limit(most)) }),
    put: (row) => {
      note(keyOf(row), row)
      return table.put(row)
    },
    bulkPut: (rows) => {
      for (const row of rows) note(keyOf(row), row)
      return table.bulkPut(rows)
    },
    add: async (row) => {
      const key = (await table.add(row)) as RowKey
      note(key, (await table.get(key)) ?? null)
      return key
    },
    delete: (key) => {
      note(key, null)
      return table.delete(key)
    },
    bulkDelete: (keys) => {
      for (const key of keys) note(key, null)
      return table.bulkDelete(keys)
    },
    clear: async () => {
      for (const row of await table.toArray()) note(keyOf(row), null)
      return table.clear()
    },
  }
}
