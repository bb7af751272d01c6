// One run of the world: everything a plan has in store happens, then the weather clears, everybody goes online, and what waits has
// a minute and a half to come to its end. Whoever listens hears everything; nothing is decided here.
import { allCollections } from '@wedsync/wedding'
import { createMemoryDisk } from '../../../packages/client/src/index.ts'
import { createModelDatabase, type Call, type ModelDatabase } from '../model/model-database.ts'
import type { Clock } from '../model/rows.ts'
import type { Content } from '../model/state.ts'
import type { Word } from '../model/words.ts'
import { callApi } from './call-api.ts'
import { diceFor } from './dice.ts'
import { doDeed } from './do-deed.ts'
import { eveningOf, firstRows, type Evening } from './evening.ts'
import type { Hear } from './events.ts'
import { frozenBy } from './freeze.ts'
import { createNetwork } from './network.ts'
import { onlyVirtual } from './only-virtual.ts'
import { createPhone, type Phone } from './phone.ts'
import type { Deed, Plan } from './plan.ts'
import { createServerNode } from './server-node.ts'
import { createVirtualTime, type VirtualTime } from './virtual-time.ts'
import type { DeedParts, World } from './world.ts'

export const startMs = Date.UTC(2026, 5, 20, 12)
/** How long what waits may take once everything is well again. */
export const quietMs = 75_000
const retryEveryMs = 10_000
const dayMs = 24 * 60 * 60_000

export type Hooks = {
  hear: Hear
  called?: (call: Call) => void
  /** Every word to the database, as a replay on PostgreSQL needs it. */
  heard?: (word: Word) => void
  prepared?: (world: World) => void
}

export const runWorld = async (plan: Plan, hooks: Hooks): Promise<World> => {
  const time = createVirtualTime(startMs)
  const loaded = plan.phones.filter(({ isLoaded }) => isLoaded)
  const evening = loaded.length > 0 ? await eveningOf(plan.cast, loaded) : null
  return onlyVirtual(time, () => live(plan, time, evening, hooks))
}

const live = async (
  plan: Plan,
  time: VirtualTime,
  evening: Evening | null,
  { hear, called, heard, prepared }: Hooks,
): Promise<World> => {
  const { seed } = plan
  const ids = diceFor(seed, 'ids')
  const offlineUntil = new Map<string, number>()
  const obstacles = new Set<string>()
  let databaseClock = 0
  let isQuiet = false
  let quietSince = 0
  let restores = 0
  let commits = 0
  const faults: unknown[] = []
  const model = createModelDatabase({
    ...(evening && { content: evening.content }),
    collections: new Map(allCollections.map((one) => [one.name, one])),
    newId: ids.id,
    clock: () => time.now() + databaseClock,
    timeOut: (run) => {
      const handle = time.set(run, 2_000)
      return () => time.clear(handle)
    },
    committed: (written) => {
      if (written.has('clock')) commits += 1
      hear({ what: 'committed', at: time.now(), written })
    },
    administered: (step) => hear({ what: 'administered', at: time.now(), step }),
    ...(called && { called }),
    ...(heard && { heard }),
  })
  const serverTime = { ...time, now: () => time.now() + databaseClock }
  const nodes = Array.from({ length: plan.nodes }, (_, nth) =>
    createServerNode({
      ...{ model, time: serverTime, troubles: plan.server, dice: diceFor(seed, 'node', nth) },
      pageSize: plan.pageSize,
      queueMs: plan.queueMs,
      collections: new Map(allCollections.map((one) => [one.name, one])),
      says: (text) => hear({ what: 'deed', at: time.now(), id: 'server', says: text }),
    }),
  )
  const network = createNetwork({
    ...{ seed, time, nodes, hear },
    troubles: new Set(plan.network),
    failed: (thrown) => faults.push(thrown),
  })
  const isOnline = (name: string) => (offlineUntil.get(name) ?? 0) <= time.now()
  const phones = plan.phones.map(({ name, person, hasLocks, tabs, version, pollEveryMs }) =>
    createPhone({
      ...{
        name,
        person,
        time,
        hear,
        hasLocks,
        tabs,
        version,
        pollEveryMs,
        disk: evening?.diskOf(name) ?? createMemoryDisk(),
        scopes: null,
        dice: diceFor(seed, 'phone', name),
        isOnline: () => isOnline(name),
      },
      fetch: network.fetchFor({ name, userId: person.userId, isOnline: () => isOnline(name) }),
    }),
  )
  const world: World = {
    plan,
    time,
    model,
    phones,
    nodes,
    faults,
    leftWaiting: [],
    isQuiet: () => isQuiet,
    quietSince: () => quietSince,
    restores: () => restores,
  }

  if (!evening) await model.write(firstRows(plan.cast))
  if (plan.freeze) await model.write(frozenBy(plan.cast, plan.freeze))
  prepared?.(world)
  for (const phone of phones) time.set(() => void phone.boot(), diceFor(seed, 'boot', phone.name).below(3_000))

  const backups: Content[] = []
  const says = (deed: Deed, text: string) => hear({ what: 'deed', at: time.now(), id: deed.id, says: text })
  const deedParts: DeedParts = {
    ...{ world, hear, says, faults },
    cut: (name, ms) => offlineUntil.set(name, time.now() + ms),
    addObstacle: (key) => {
      obstacles.add(key)
      model.refuse(key, true)
    },
    dropObstacle: (key) => model.refuse(key, false),
    backup: () => backups.push(model.backup()),
    restore: () => {
      const content = backups.pop()
      if (!content) return
      for (const node of nodes) node.crash()
      model.restore(content)
      restores += 1
      hear({ what: 'restored', at: time.now() })
    },
    passSeasons: () => {
      databaseClock += 70 * dayMs
      hear({ what: 'seasons', at: time.now() })
      for (const node of nodes) void node.forget()
    },
    call: (phone, method, path) => callApi(nodes, phone, serverTime, method, path),
  }
  for (const deed of plan.deeds)
    time.set(() => void doDeed(deed, deedParts).catch((thrown: unknown) => faults.push(thrown)), deed.at)
  const retryKept = () => {
    for (const node of nodes) void node.retry()
    time.set(retryKept, retryEveryMs)
  }
  time.set(retryKept, retryEveryMs)

  await time.runUntil(startMs + plan.duration)
  isQuiet = true
  quietSince = time.now()
  network.calm()
  offlineUntil.clear()
  for (const key of obstacles) model.refuse(key, false)
  for (const node of nodes) node.calm()
  for (const phone of phones) {
    phone.setTokenUntil(Infinity)
    await phone.boot()
    phone.hint()
  }
  await time.runUntil(quietSince + quietMs)
  for (const phone of phones)
    for (const { changeId, state } of phone.outbox())
      if (state === 'waiting' || state === 'sending') world.leftWaiting.push({ phone: phone.name, changeId })
  // so that everybody has seen the last of it
  for (let before = -1; before !== commits;) {
    before = commits
    for (const phone of phones)
      if (!isAbreast(phone, model)) for (const engine of phone.engines()) void engine.syncNow()
    await time.runUntil(time.now() + 3_000)
  }
  return world
}

// who has read to the end and waits for no answer would only hear that there is nothing
const isAbreast = (phone: Phone, { reads }: ModelDatabase): boolean =>
  phone.outbox().length === 0 &&
  phone.state()?.position === reads.get<Clock>('clock', phone.person.organizationId)?.head
