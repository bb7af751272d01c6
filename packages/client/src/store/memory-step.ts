// The tables in memory as one step sees them: whatever it writes can be taken back, and nothing answers once it is over.
import { type Database, type Step } from './memory-database.ts'
import { type DeviceState } from './device-state.ts'
import { type Entry } from '../outbox/entry.ts'
import {
  type Key,
  type KeptRow,
  type KeyValue,
  type RecordRow,
  type StagedRow,
  type Table,
  type TableName,
  type Tables,
} from './store.ts'

/** The tables of this step. */
export const tablesOfStep = (database: Database, step: Step): Tables => ({
  records: tableOfStep<RecordRow, Key>(database, step, 'records'),
  outbox: tableOfStep<Entry, number, Omit<Entry, 'seq'>>(database, step, 'outbox'),
  kept: tableOfStep<KeptRow, string>(database, step, 'kept'),
  staged: tableOfStep<StagedRow, Key>(database, step, 'staged'),
  state: tableOfStep<DeviceState, 'state'>(database, step, 'state'),
})

const tableOfStep = <Row extends Fresh, RowKey extends KeyValue, Fresh extends object = Row>(
  database: Database,
  step: Step,
  name: TableName,
): Table<Row, RowKey, Fresh> => {
  const table = database.table(name)
  const rowsOf = (rows: readonly object[]) => rows as Row[]

  const reads = <Result>(read: () => Result): Promise<Result> => {
    if (step.owner.isDead) return never()
    if (step.isOver) return Promise.reject(new Error('This step is over.'))
    step.hasRead.add(name)
    try {
      return Promise.resolve(read())
    } catch (error) {
      return Promise.reject(error)
    }
  }
  const writes = <Result>(write: () => Result): Promise<Result> => {
    step.hasWritten.add(name)
    return reads(write)
  }
  const put = (row: object, mustBeNew = false) => {
    const number = table.nextNumber()
    step.undo.push(() => table.setNextNumber(number))
    const { name: called, before } = table.put(row, mustBeNew)
    step.undo.push(() => table.restore(called, before))
    return called
  }
  const remove = (key: KeyValue) => {
    const { name: called, before } = table.delete(key)
    step.undo.push(() => table.restore(called, before))
  }
  const found = (find: () => readonly object[]) => {
    const keys = () => rowsOf(find()).map((row) => table.keyOf(row) as RowKey)
    return {
      toArray: () => reads(() => rowsOf(find())),
      first: () => reads(() => rowsOf(find())[0]),
      count: () => reads(() => find().length),
      primaryKeys: () => reads(keys),
      delete: () =>
        writes(() => {
          const gone = keys()
          gone.forEach(remove)
          return gone.length
        }),
    }
  }
  return {
    get: (key) => reads(() => table.get(key) as Row | undefined),
    bulkGet: (keys) => reads(() => keys.map((key) => table.get(key) as Row | undefined)),
    toArray: () => reads(() => rowsOf(table.all())),
    count: () => reads(table.count),
    where: (index) => ({
      equals: (value) => found(() => table.equal(index, [value])),
      anyOf: (values) => found(() => table.equal(index, values)),
      below: (value) => found(() => table.below(index, value)),
    }),
    orderBy: (index) => ({ limit: (most) => found(() => table.by(index).slice(0, most)) }),
    put: (row) => writes(() => put(row)),
    bulkPut: (rows) => writes(() => rows.forEach((row) => void put(row))),
    add: (row) => writes(() => put(row, true)),
    delete: (key) => writes(() => remove(key)),
    bulkDelete: (keys) => writes(() => keys.forEach(remove)),
    clear: () => writes(() => table.all().forEach((row) => remove(table.keyOf(row)))),
  }
}

/** The answer of a phone that died. */
export const never = <Result>(): Promise<Result> => new Promise<Result>(() => undefined)
