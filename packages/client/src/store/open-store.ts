// The phone's store: one database per origin and person. Every write is flushed before it counts as done, because the
// outbox is the only copy of what somebody typed.  Keeps P2 on the device's side.
import { Dexie, type Table } from 'dexie'
import { type JsonObject } from '@wedsync/protocol'
import { type Entry } from '../outbox/entry.ts'
import { type Device } from '../settings.ts'
import { firstState, type DeviceState } from './device-state.ts'
import { type Pending } from './shown-record.ts'

/** A record's place: its table and its id. */
export type Key = [table: string, id: string]

/** `base` is what the server last said, `view` what the person sees. */
export type RecordRow = {
  table: string
  id: string
  scope: string
  version: number | null
  base: JsonObject | null
  view: JsonObject | null
  pending: Pending
}

/** A row of a page that is not shown yet; null data: gone. */
export type StagedRow = { table: string; id: string; scope: string; version: number; data: JsonObject | null }

/** A change the server acknowledged, in case a restored backup forgets it. `keptAt` is the server's time. */
export type KeptRow = { changeId: string; keptAt: number; entry: Entry }

export type Store = Dexie & {
  records: Table<RecordRow, Key>
  outbox: Table<Entry, number, Omit<Entry, 'seq'>>
  kept: Table<KeptRow, string>
  staged: Table<StagedRow, Key>
  state: Table<DeviceState, 'state'>
}

/** Opens the store, and gives the device its id when it is new. */
export const openStore = async ({ storeName, indexedDB, keyRange, ids }: Device): Promise<Store> => {
  // without a database of the platform's own (Node), live queries look here whether there is one at all
  const platform = Dexie.dependencies as { indexedDB?: IDBFactory; IDBKeyRange?: typeof IDBKeyRange }
  platform.indexedDB ??= indexedDB
  platform.IDBKeyRange ??= keyRange
  const store = new Dexie(storeName, {
    indexedDB,
    IDBKeyRange: keyRange,
    chromeTransactionDurability: 'strict',
    cache: 'disabled',
  }) as Store
  store.version(1).stores({
    records: '[table+id], [table+scope], scope',
    outbox: '++seq, &changeId, [table+id], state',
    kept: 'changeId, keptAt',
    staged: '[table+id], scope',
    state: 'key',
  })
  await store.open()
  const id = ids()
  await store.transaction('rw', store.state, async () => {
    if (!(await store.state.get('state'))) await store.state.add(firstState(id))
  })
  return store
}

/** One step of everything: all of it happens, or none. */
export const inOneStep = <Result>(store: Store, step: () => Promise<Result>): Promise<Result> =>
  store.transaction('rw', [store.records, store.outbox, store.kept, store.staged, store.state], step)
