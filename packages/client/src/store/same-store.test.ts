// Whatever is done to a store, the one in memory answers what a browser's database answers, and holds the same afterwards:
// reads, steps that end well, steps that throw or are refused in the middle, one after another and all at once.
import fc from 'fast-check'
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { expect, test } from 'vitest'
import { dexieStore } from './dexie-store.ts'
import { createMemoryDisk, createMemoryStore } from './memory-store.ts'
import { schema, type OpenStore, type Store, type TableName, type Tables } from './store.ts'

type Row = Record<string, unknown>
type Do = { table: TableName; what: string; row: Row; rows: Row[]; text: string; number: number }
type Step = { dos: Do[]; end: 'well' | 'throws'; isView: boolean }

const few = fc.constantFrom('a', 'b', 'c', 'ä', 'aa', '')
const numbers = fc.constantFrom(0, 1, 2, 10, -5, 1.5)
const rowOf: Record<TableName, fc.Arbitrary<Row>> = {
  records: fc.record({ table: few, id: few, scope: few, view: fc.jsonValue({ maxDepth: 1 }) }),
  // the fake database forgets to take back a number that was given and pushed its own count, so none here does
  outbox: fc.record(
    { seq: fc.constantFrom(-3, 0), changeId: few, table: few, id: few, state: few, change: fc.jsonValue() },
    { requiredKeys: ['changeId', 'table', 'id', 'state'] },
  ),
  kept: fc.record({ changeId: few, keptAt: numbers }),
  staged: fc.record({ table: few, id: few, scope: few, data: fc.constant(null) }),
  state: fc.record({ key: few, turn: numbers }),
}
const indexOf: Record<TableName, string> = {
  ...{ records: 'scope', outbox: 'state', kept: 'keptAt', staged: 'scope', state: 'key' },
}
const tables = Object.keys(schema) as TableName[]

const doing = fc.constantFrom(...tables).chain((table) =>
  fc.record({
    table: fc.constant(table),
    what: fc.constantFrom(
      ...['get', 'toArray', 'count', 'put', 'put', 'put', 'alter', 'bulkPut', 'add', 'delete', 'bulkDelete', 'clear'],
      ...['equals', 'anyOf', 'below', 'by', 'pair', 'first', 'keys', 'deleteFound', 'deleteBelow', 'deleteOldest'],
    ),
    row: rowOf[table],
    rows: fc.array(rowOf[table], { maxLength: 4 }),
    text: few,
    number: numbers,
  }),
)
const step: fc.Arbitrary<Step> = fc.record({
  dos: fc.array(doing, { maxLength: 6 }),
  end: fc.constantFrom('well', 'well', 'well', 'throws'),
  isView: fc.constant(false),
})
const reading = new Set(['get', 'toArray', 'count', 'equals', 'anyOf', 'below', 'by', 'pair', 'first', 'keys'])
const view = step.map(({ dos }): Step => ({
  dos: dos.filter((one) => reading.has(one.what)),
  end: 'well',
  isView: true,
}))
// one after another, or several asked for at once
const walks = fc.array(fc.array(fc.oneof(step, view), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 })

const keyOf = (table: TableName, row: Row) => {
  const key = { records: [row['table'], row['id']], staged: [row['table'], row['id']], outbox: row['seq'] ?? 1 }
  return (key as Record<string, unknown>)[table] ?? row['changeId'] ?? row['key']
}

const perform = async (tx: Tables, { table: name, what, row, rows, text, number }: Do): Promise<unknown> => {
  const table = tx[name] as unknown as Tables['kept']
  const index = indexOf[name]
  const value = name === 'kept' ? number : text
  const key = keyOf(name, row) as string
  switch (what) {
    case 'get':
      return [await table.get(key), await table.bulkGet([key, key])]
    case 'toArray':
      return table.toArray()
    case 'count':
      return table.count()
    case 'put':
      await table.put(row as never)
      return null
    case 'alter': {
      const [first] = (await table.toArray()) as unknown as Row[]
      if (first) await table.put({ ...first, state: text, scope: text } as never)
      return null
    }
    case 'bulkPut':
      await table.bulkPut(rows as never)
      return null
    case 'add':
      await table.add(row as never)
      return null
    case 'delete':
      return table.delete(key)
    case 'bulkDelete':
      return table.bulkDelete(rows.map((one) => keyOf(name, one) as string))
    case 'clear':
      return table.clear()
    case 'equals':
      return table.where(index).equals(value).toArray()
    case 'anyOf':
      return table
        .where(index)
        .anyOf([value, name === 'kept' ? 1 : 'b'])
        .toArray()
    case 'below':
      return table.where(index).below(value).toArray()
    case 'by':
      return table.orderBy(index).limit(2).toArray()
    case 'pair':
      return name === 'records' || name === 'staged' || name === 'outbox'
        ? [
            await table.where('[table+id]').equals([text, 'b']).toArray(),
            name !== 'outbox' && (await table.where('table').equals(text).toArray()),
            name === 'records' && (await table.where('[table+scope]').equals([text, 'b']).toArray()),
            name === 'outbox' && (await table.where('changeId').equals(text).first()),
          ]
        : null
    case 'first':
      return table.where(index).equals(value).first()
    case 'keys':
      return [await table.where(index).anyOf([value]).primaryKeys(), await table.where(index).below(value).count()]
    case 'deleteFound':
      return table.where(index).anyOf([value]).delete()
    case 'deleteBelow':
      return table.where(index).below(value).delete()
    default:
      return table.orderBy(index).limit(1).delete()
  }
}

const run = (store: Store, { dos, end, isView }: Step): Promise<unknown> => {
  const all = async (tx: Tables) => {
    const heard: unknown[] = []
    for (const one of dos) heard.push(await perform(tx, one))
    if (end === 'throws') throw new Error('in the middle')
    return heard
  }
  const running = isView ? store.view((tx) => all(tx as Tables)) : store.step(all)
  return running.catch((error: unknown) => (error instanceof Error ? 'refused' : error))
}

const contentOf = (store: Store): Promise<unknown> =>
  store.view(async (tx) => {
    const rows: Record<string, unknown> = {}
    for (const name of tables) rows[name] = await tx[name].toArray()
    return rows
  })

const lived = async (open: OpenStore, walk: Step[][]) => {
  const store = await open('store')
  const heard: unknown[] = []
  for (const together of walk) heard.push(await Promise.all(together.map((one) => run(store, one))))
  const content = await contentOf(store)
  store.close()
  return { heard, content }
}

test('[P3] a store in memory answers and keeps what a database of a browser answers and keeps', async () => {
  await fc.assert(
    fc.asyncProperty(walks, async (walk) => {
      const indexedDB = new IDBFactory()
      const expected = await lived(dexieStore({ indexedDB, keyRange: IDBKeyRange }), walk)
      expect(await lived(createMemoryStore(createMemoryDisk()).open, walk)).toEqual(expected)
    }),
    { numRuns: 150 },
  )
}, 60_000)
