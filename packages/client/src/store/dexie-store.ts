// The store of a browser: one IndexedDB per origin and person, by way of Dexie. Every write is flushed before it counts as
// done, because the outbox is the only copy of what somebody typed.  Keeps P2 on the device's side.
import { Dexie, liveQuery, type Transaction } from 'dexie'
import { schema, type OpenStore, type Tables, type TablesToRead } from './store.ts'

type Platform = { indexedDB: IDBFactory; keyRange: typeof IDBKeyRange }

/** Stores in this platform's database. */
export const dexieStore =
  ({ indexedDB, keyRange }: Platform): OpenStore =>
  async (name) => {
    // without a database of the platform's own (Node), live queries look here whether there is one at all
    const platform = Dexie.dependencies as { indexedDB?: IDBFactory; IDBKeyRange?: typeof IDBKeyRange }
    platform.indexedDB ??= indexedDB
    platform.IDBKeyRange ??= keyRange
    const dexie = new Dexie(name, {
      indexedDB,
      IDBKeyRange: keyRange,
      chromeTransactionDurability: 'strict',
      cache: 'disabled',
    })
    dexie.version(1).stores(schema)
    await dexie.open()
    const names = Object.keys(schema)
    const view = <Result>(read: (tx: TablesToRead) => Promise<Result>): Promise<Result> =>
      dexie.transaction('r', names, (tx) => read(tablesOf(tx)))
    return {
      step: (run) => dexie.transaction('rw', names, (tx) => run(tablesOf(tx))),
      view,
      live: (read, onValue) => {
        // a store that closes while somebody looks shows what it showed last
        const reading = liveQuery(() => view(read)).subscribe({ next: onValue, error: () => undefined })
        return () => reading.unsubscribe()
      },
      close: () => dexie.close(),
    }
  }

const tablesOf = (tx: Transaction): Tables => ({
  records: tx.table('records'),
  outbox: tx.table('outbox'),
  kept: tx.table('kept'),
  staged: tx.table('staged'),
  state: tx.table('state'),
})
