// What the device needs of its store, and no more: five tables, steps that happen whole or not at all, reads of one moment,
// and windows that tell when something moved. Whoever is inside a step is handed the tables of that step; there is no
// other way to them, so nothing is ever read or written beside it. Dexie's tables fit as they are.
import { type JsonObject } from '@wedsync/protocol'
import { type Entry } from '../outbox/entry.ts'
import { type DeviceState } from './device-state.ts'
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

/** The keys and indexes of the tables, in Dexie's words: the key first; `++` numbered by the store, `&` one of each. */
export const schema = {
  records: '[table+id], [table+scope], scope',
  outbox: '++seq, &changeId, [table+id], state',
  kept: 'changeId, keptAt',
  staged: '[table+id], scope',
  state: 'key',
} as const
export type TableName = keyof typeof schema

export type KeyPart = string | number
export type KeyValue = KeyPart | readonly KeyPart[]

/** Rows of an index, in its order. */
export type Found<Row, RowKey> = {
  toArray(): Promise<Row[]>
  first(): Promise<Row | undefined>
  count(): Promise<number>
  primaryKeys(): Promise<RowKey[]>
}
type FoundToWrite<Row, RowKey> = Found<Row, RowKey> & { delete(): Promise<number> }

// written as methods, so that tables which ask for a little more or less than we hand them still fit
type Look<AnyFound> = {
  equals(value: KeyValue): AnyFound
  anyOf(values: readonly KeyPart[]): AnyFound
  below(value: KeyPart): AnyFound
}
type Reading<Row, RowKey, AnyFound> = {
  get(key: RowKey): Promise<Row | undefined>
  bulkGet(keys: readonly RowKey[]): Promise<(Row | undefined)[]>
  /** All rows, in the order of their keys. */
  toArray(): Promise<Row[]>
  count(): Promise<number>
  where(index: string): Look<AnyFound>
  orderBy(index: string): { limit(most: number): AnyFound }
}

export type TableToRead<Row, RowKey> = Reading<Row, RowKey, Found<Row, RowKey>>
export type Table<Row, RowKey, Fresh = Row> = Reading<Row, RowKey, FoundToWrite<Row, RowKey>> & {
  put(row: Row): Promise<unknown>
  bulkPut(rows: readonly Row[]): Promise<unknown>
  /** Fails where there is such a row already; answers its key. */
  add(row: Fresh): Promise<unknown>
  delete(key: RowKey): Promise<void>
  bulkDelete(keys: readonly RowKey[]): Promise<void>
  clear(): Promise<void>
}

/** The tables of one step. */
export type Tables = {
  records: Table<RecordRow, Key>
  outbox: Table<Entry, number, Omit<Entry, 'seq'>>
  kept: Table<KeptRow, string>
  staged: Table<StagedRow, Key>
  state: Table<DeviceState, 'state'>
}
/** The tables of one moment. */
export type TablesToRead = {
  records: TableToRead<RecordRow, Key>
  outbox: TableToRead<Entry, number>
  kept: TableToRead<KeptRow, string>
  staged: TableToRead<StagedRow, Key>
  state: TableToRead<DeviceState, 'state'>
}

export type Store = {
  /** All of it happens, or none. A step waits for nothing but its own tables. */
  step: <Result>(run: (tx: Tables) => Promise<Result>) => Promise<Result>
  /** Reads that are all of one moment. */
  view: <Result>(read: (tx: TablesToRead) => Promise<Result>) => Promise<Result>
  /** Reads now, and again whenever what was read moves, by this tab or another; answers how to stop. */
  live: <Value>(read: (tx: TablesToRead) => Promise<Value>, onValue: (value: Value) => void) => () => void
  close: () => void
  /** What a store that was lost had last, where somebody kept it; null or absent: nobody did, or it was not lost. */
  spare?: Spare | null
}

/** What cannot be loaded from any server. */
export type Spare = { state: DeviceState; outbox: Entry[]; kept: KeptRow[] }

/** Opens the store of this name, new or as it was left. */
export type OpenStore = (name: string) => Promise<Store>

/** One step of everything: all of it happens, or none. */
export const inOneStep = <Result>(store: Store, step: (tx: Tables) => Promise<Result>): Promise<Result> =>
  store.step(step)
