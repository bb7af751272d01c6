// The evening before. What stands in the database before anybody does anything, and what a phone holds that was switched on for a
// while then: both hang on the cast and on nothing else, so they are worked out once, and every run that begins there has a copy.
import { allCollections } from '@wedsync/wedding'
import { createDatabase } from '../../../packages/client/src/store/memory-database.ts'
import type { MemoryDisk } from '../../../packages/client/src/index.ts'
import { schema, type TableName } from '../../../packages/client/src/store/store.ts'
import type { Statement } from '../model/console.ts'
import { createModelDatabase, type ModelDatabase, type Step } from '../model/model-database.ts'
import { copyOf, emptyContent, type Content, type Kind } from '../model/state.ts'
import { diceFor } from './dice.ts'
import { createNetwork } from './network.ts'
import { onlyVirtual } from './only-virtual.ts'
import type { Cast } from './people.ts'
import { createPhone } from './phone.ts'
import type { PhonePlan } from './plan.ts'
import { createServerNode } from './server-node.ts'
import { createVirtualTime, type VirtualTime } from './virtual-time.ts'

/** What a database holds, and by name of the phone what its store does. */
export type Evening = { content: Content; diskOf: (phone: string) => MemoryDisk | undefined }

type Loaded = { store: string; rows: [TableName, object[]][]; known: [Kind, string, unknown][] }

const collections = new Map(allCollections.map((one) => [one.name, one]))
const eveningMs = Date.UTC(2026, 5, 19, 20)
const loadingMs = 5_000
const contents = new WeakMap<Cast, Promise<Content>>()
const loaded = new WeakMap<Cast, Map<string, Promise<Loaded>>>()

/** What everybody stands in front of in the first moment. */
export const firstRows = (cast: Cast): Step => ({
  statements: [
    ...cast.organizations.map((organizationId): Statement => ({ does: 'open', organizationId })),
    ...cast.rows.map(([table, row]): Statement => ({ does: 'insert', table, row })),
  ],
})

/** For phones that hold everything already; the others begin with nothing. Outside of any world's time: it has one of its own. */
export const eveningOf = async (cast: Cast, phones: readonly PhonePlan[]): Promise<Evening> => {
  const content = copyOf(await contentOf(cast))
  const disks = new Map<string, MemoryDisk>()
  const owned = new Map<string, number>()
  for (const { name, person, version } of phones) {
    const nth = (owned.get(person.userId) ?? 0) + 1
    owned.set(person.userId, nth)
    const { store, rows, known } = await loadedOn(cast, { person, version, nth })
    for (const [kind, key, value] of known) tableIn(content, kind).set(key, value)
    const database = createDatabase()
    for (const [table, all] of rows) for (const row of all) database.table(table).put(row)
    disks.set(name, new Map([[store, database]]))
  }
  return { content, diskOf: (phone) => disks.get(phone) }
}

const contentOf = (cast: Cast): Promise<Content> => {
  let content = contents.get(cast)
  if (!content) contents.set(cast, (content = open(cast)))
  return content
}

const loadedOn = (cast: Cast, owner: Owner): Promise<Loaded> => {
  let phones = loaded.get(cast)
  if (!phones) loaded.set(cast, (phones = new Map<string, Promise<Loaded>>()))
  const key = `${owner.person.userId}/${owner.version}/${owner.nth}`
  let phone = phones.get(key)
  if (!phone) phones.set(key, (phone = load(cast, key, owner)))
  return phone
}

const open = (cast: Cast): Promise<Content> => {
  const dice = diceFor('evening', cast.organizations[0]!)
  const time = createVirtualTime(eveningMs)
  return onlyVirtual(time, async () => {
    const model = modelOf(time, dice.id, emptyContent(dice.id()))
    await model.write(firstRows(cast))
    return model.copy()
  })
}

type Owner = Pick<PhonePlan, 'person' | 'version'> & { nth: number }

const load = async (cast: Cast, key: string, { person, version }: Owner): Promise<Loaded> => {
  const content = await contentOf(cast)
  const dice = diceFor('evening', cast.organizations[0]!, key)
  const time = createVirtualTime(eveningMs)
  return onlyVirtual(time, async () => {
    const model = modelOf(time, dice.id, copyOf(content))
    const node = createServerNode({
      ...{ model, time, collections, dice, says: () => undefined },
      ...{ troubles: { crash: 0, disconnect: 0, slow: 0 }, pageSize: 500 },
    })
    const isOnline = () => true
    const hear = () => undefined
    const failed = (thrown: unknown) => {
      throw thrown
    }
    const network = createNetwork({ seed: key, time, nodes: [node], troubles: new Set(), hear, failed })
    const disk: MemoryDisk = new Map()
    const phone = createPhone({
      ...{ name: key, person, version, time, dice, disk, hear, isOnline, scopes: null, hasLocks: false, tabs: 1 },
      ...{ pollEveryMs: 3_600_000, fetch: network.fetchFor({ name: key, userId: person.userId, isOnline }) },
    })
    await phone.boot()
    await time.runUntil(eveningMs + loadingMs)
    phone.crash()
    const [[store, database]] = disk as unknown as [[string, ReturnType<typeof createDatabase>]]
    const tables = Object.keys(schema) as TableName[]
    return {
      store,
      rows: tables.map((table) => [table, database.table(table).all()] as [TableName, object[]]),
      known: changedIn(model.copy(), content),
    }
  })
}

const modelOf = (time: VirtualTime, newId: () => string, content: Content): ModelDatabase =>
  createModelDatabase({
    ...{ content, collections, newId, clock: time.now, committed: () => undefined },
    timeOut: (run) => {
      const handle = time.set(run, 2_000)
      return () => time.clear(handle)
    },
  })

// a phone that only reads is known to the server afterwards, and nothing else has changed
const changedIn = (after: Content, before: Content): Loaded['known'] => {
  const found: Loaded['known'] = []
  for (const [kind, table] of after.tables)
    for (const [key, value] of table) {
      if (before.tables.get(kind)?.get(key) === value) continue
      if (kind !== 'device') throw new Error(`whoever only reads has written a ${kind}`)
      found.push([kind, key, value])
    }
  return found
}

const tableIn = ({ tables }: Content, kind: Kind): Map<string, unknown> => {
  let table = tables.get(kind)
  if (!table) tables.set(kind, (table = new Map<string, unknown>()))
  return table
}
