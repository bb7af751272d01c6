// One run of the world: everything a plan has in store happens, then the weather clears, everybody goes online, and what waits has
// a minute and a half to come to its end. Whoever listens hears everything; nothing is decided here.
import { allCollections } from '@wedsync/wedding'
import { syncPathOf } from './api-calls.ts'
import type { Engine } from '../model/capture.ts'
import { deleteRows, insertRows, updateRows } from '../model/capture.ts'
import { createModelDatabase, type Call, type ModelDatabase, type Step } from '../model/model-database.ts'
import { rowKey, rowsOf, type ConflictRow, type LedgerRow, type Row } from '../model/rows.ts'
import { databaseError, type Content } from '../model/state.ts'
import { diceFor, type Dice } from './dice.ts'
import { pickEdit, type ShownRow } from './edits.ts'
import type { Hear } from './events.ts'
import { createNetwork } from './network.ts'
import { createPhone, type Phone } from './phone.ts'
import type { Deed, Plan } from './plan.ts'
import { onlyVirtual } from './only-virtual.ts'
import { createServerNode, tokenFor, type ServerNode } from './server-node.ts'
import { createVirtualTime, type VirtualTime } from './virtual-time.ts'

export type World = {
  plan: Plan
  time: VirtualTime
  model: ModelDatabase
  phones: Phone[]
  nodes: ServerNode[]
  isQuiet: () => boolean
  /** When the weather cleared. */
  quietSince: () => number
  /** Times the server's history was put back to an older copy. */
  restores: () => number
  /** What still waited when the quiet time was over, before anybody asked again. */
  leftWaiting: { phone: string; changeId: string }[]
  /** What was thrown and nobody expected. */
  faults: unknown[]
}

export const startMs = Date.UTC(2026, 5, 20, 12)
/** How long what waits may take once everything is well again. */
export const quietMs = 75_000
const retryEveryMs = 5_000
const dayMs = 24 * 60 * 60_000

export type Hooks = { hear: Hear; called?: (call: Call) => void; prepared?: (world: World) => void }

export const runWorld = async (plan: Plan, { hear, called, prepared }: Hooks): Promise<World> => {
  const time = createVirtualTime(startMs)
  return onlyVirtual(time, () => live(plan, time, { hear, ...(called && { called }), ...(prepared && { prepared }) }))
}

const live = async (plan: Plan, time: VirtualTime, { hear, called, prepared }: Hooks): Promise<World> => {
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
    refuses: (table, row) => {
      if (obstacles.has(rowKey(table, row.id))) throw databaseError('P0001', 'the budget service is away')
    },
    ...(called && { called }),
  })
  const serverTime = { ...time, now: () => time.now() + databaseClock }
  const nodes = Array.from({ length: plan.nodes }, (_, nth) =>
    createServerNode({
      ...{ model, time: serverTime, troubles: plan.server, dice: diceFor(seed, 'node', nth) },
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
  const phones = plan.phones.map(({ name, person, hasLocks }) =>
    createPhone({
      ...{
        name,
        person,
        time,
        hear,
        hasLocks,
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

  await model.write(firstRows(plan))
  prepared?.(world)
  for (const phone of phones) time.set(() => void phone.boot(), diceFor(seed, 'boot', phone.name).below(3_000))

  const backups: Content[] = []
  const says = (deed: Deed, text: string) => hear({ what: 'deed', at: time.now(), id: deed.id, says: text })
  const deedParts: DeedParts = {
    ...{ world, hear, says, faults },
    cut: (name, ms) => offlineUntil.set(name, time.now() + ms),
    addObstacle: (key) => obstacles.add(key),
    dropObstacle: (key) => obstacles.delete(key),
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
  obstacles.clear()
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
    for (const phone of phones) void phone.engine()?.syncNow()
    await time.runUntil(time.now() + 3_000)
  }
  return world
}

/** What stands in the database before anybody comes. */
export const firstRows =
  ({ cast }: Plan): Step =>
  async (engine) => {
    for (const organizationId of cast.organizations) engine.tx.set('clock', organizationId, { head: 0, horizon: 0 })
    for (const [table, row] of cast.rows) await insertRows(engine, table, [row], nobody(engine))
  }

type DeedParts = {
  world: World
  hear: Hear
  says: (deed: Deed, text: string) => void
  faults: unknown[]
  cut: (phone: string, ms: number) => void
  addObstacle: (key: string) => void
  dropObstacle: (key: string) => void
  backup: () => void
  restore: () => void
  passSeasons: () => void
  call: (phone: Phone, method: string, path: string) => Promise<number>
}

const doDeed = async (deed: Deed, parts: DeedParts): Promise<void> => {
  const { world, says } = parts
  const dice = diceFor(world.plan.seed, 'deed', deed.id)
  const phone = world.phones.find(({ name }) => name === deed.phone)
  switch (deed.does) {
    case 'save':
    case 'create':
    case 'remove':
      return edit(deed, phone!, deed.does, dice, parts)
    case 'group': {
      const groupId = dice.id()
      for (let nth = 0; nth < dice.between(2, 3); nth += 1)
        await edit(deed, phone!, dice.pick(['save', 'save', 'create']), dice, parts, {
          groupId,
          mark: `${deed.phone}:${deed.id}.${nth}`,
        })
      return
    }
    case 'decide':
      return decide(deed, phone!, dice, parts)
    case 'dismiss': {
      const stuck = phone!.outbox().filter(({ state }) => state === 'stuck')
      if (stuck.length === 0) return
      says(deed, `${phone!.name} throws a stuck change away`)
      await phone!.engine()?.dismiss(dice.pick(stuck).changeId)
      return
    }
    case 'handle': {
      const open = [...world.model.reads.all<LedgerRow>('ledger')]
        .map(([, row]) => row)
        .filter(({ status }) => ['failed', 'pending', 'conflict'].includes(status))
      if (open.length === 0) return
      const { changeId } = dice.pick(open)
      const method = dice.pick(['POST', 'DELETE'])
      const status = await parts.call(phone!, method, syncPathOf(changeId))
      says(deed, `${phone!.name} ${method === 'POST' ? 'tries again' : 'gives up'} ${changeId.slice(0, 8)}: ${status}`)
      return
    }
    case 'ask':
      says(deed, `${phone!.name} asks now`)
      void phone!.engine()?.syncNow()
      return
    case 'offline':
      says(deed, `${phone!.name} has no signal for ${deed.ms} ms`)
      parts.cut(phone!.name, deed.ms!)
      return
    case 'die':
      says(deed, `${phone!.name} dies for ${deed.ms} ms`)
      phone!.crash()
      world.time.set(() => void phone!.boot(), deed.ms!)
      return
    case 'wrongClock': {
      const ms = dice.pick([-30 * dayMs, -2 * dayMs, -60_000, 60_000, 2 * dayMs, 30 * dayMs])
      says(deed, `${phone!.name}'s clock jumps by ${ms} ms`)
      phone!.skewBy(ms)
      return
    }
    case 'signedOut':
      says(deed, `${phone!.name} is signed out for ${deed.ms} ms`)
      phone!.setTokenUntil(world.time.now())
      world.time.set(() => phone!.setTokenUntil(Infinity), deed.ms!)
      return
    case 'serverDies':
      says(deed, 'a server dies')
      dice.pick(world.nodes).crash()
      return
    case 'backup':
      says(deed, `a backup is taken, and put back in ${deed.ms} ms`)
      parts.backup()
      world.time.set(() => {
        if (world.isQuiet()) return
        says(deed, 'the backup is put back')
        parts.restore()
      }, deed.ms!)
      return
    default:
      return administer(deed, dice, parts)
  }
}

// -- people with phones

const shownBy = (phone: Phone): ShownRow[] =>
  phone
    .records()
    .flatMap(({ table, id, scope, view }) =>
      view ? [{ table, id, scope, view: { ...view, ...(table === 'clients' && { client_id: id }) } }] : [],
    )

type Together = { groupId: string; mark: string }

const edit = async (
  deed: Deed,
  phone: Phone,
  kind: 'save' | 'create' | 'remove',
  dice: Dice,
  { hear, says, world }: DeedParts,
  together?: Together,
): Promise<void> => {
  const engine = phone.engine()
  if (!engine) return
  const mark = together?.mark ?? `${phone.name}:${deed.id}`
  const wanted = pickEdit({ dice, mark, shown: shownBy(phone), role: phone.person.role }, kind)
  if (!wanted) return
  const options = together ? { groupId: together.groupId } : {}
  const { table, id } = wanted
  says(
    deed,
    `${phone.name} ${wanted.does}s ${table}/${id.slice(0, 8)} ${JSON.stringify('patch' in wanted ? wanted.patch : 'data' in wanted ? wanted.data : {})}${together ? ' in a group' : ''}`,
  )
  const before = new Set(phone.outbox().map(({ changeId }) => changeId))
  try {
    if (wanted.does === 'save') await engine.save(table, id, wanted.patch, options)
    else if (wanted.does === 'create') await engine.create(table, wanted.data, id, options)
    else await engine.remove(table, id, options)
  } catch (thrown) {
    if ((thrown as Error).name === 'RefusedEdit') return
    throw thrown
  }
  const names = Object.keys('patch' in wanted ? wanted.patch : 'data' in wanted ? wanted.data : {})
  const entry = phone
    .outbox()
    .filter((one) => one.table === table && one.id === id)
    .at(-1)
  // an edit that changes nothing is none
  if (entry)
    hear({
      what: 'saved',
      at: world.time.now(),
      phone: phone.name,
      deed: deed.id,
      entry,
      isNew: !before.has(entry.changeId),
      names,
    })
}

const decide = async (deed: Deed, phone: Phone, dice: Dice, { hear, says, world }: DeedParts): Promise<void> => {
  const engine = phone.engine()
  const open = phone.records().filter(({ table, view }) => table === 'conflicts' && view?.['status'] === 'pending')
  if (!engine || open.length === 0) return
  const { id, view } = dice.pick(open)
  const conflict = view as unknown as ConflictRow
  const canMerge = conflict.fields.every(({ proposed }) => proposed !== undefined)
  const choice = dice.pick(['client', 'client', 'server', ...(canMerge ? (['merged'] as const) : [])] as const)
  says(deed, `${phone.name} decides ${id.slice(0, 8)}: ${choice}`)
  try {
    await engine.decide(id, { choice, ...(dice.is(0.8) && { version: conflict.version }) })
  } catch (thrown) {
    if ((thrown as Error).name === 'RefusedEdit') return
    throw thrown
  }
  const entry = phone
    .outbox()
    .filter((one) => one.table === 'conflicts' && one.id === id)
    .at(-1)
  if (entry)
    hear({ what: 'saved', at: world.time.now(), phone: phone.name, deed: deed.id, entry, isNew: true, names: [] })
}

const callApi = async (
  nodes: readonly ServerNode[],
  phone: Phone,
  time: VirtualTime,
  method: string,
  path: string,
): Promise<number> => {
  const { userId, organizationId } = phone.person
  try {
    const answer = await nodes[0]!.ask({
      method,
      address: path,
      headers: { Authorization: `Bearer ${tokenFor(userId, organizationId, time.now() + 60_000)}` },
      body: null,
    })
    return answer.status
  } catch {
    return 0
  }
}

// -- somebody with a console

const nobody = ({ now }: Engine) => ({
  userId: null,
  role: null,
  deviceId: null,
  changeIds: new Map<string, string>(),
  at: now,
})

const administer = async (
  deed: Deed,
  dice: Dice,
  { world, says, addObstacle, dropObstacle, passSeasons }: DeedParts,
): Promise<void> => {
  const { model, plan, time } = world
  const home = plan.cast.organizations[0]!
  const rows = (table: string) => rowsOf(model.reads, table).filter((row) => row.organization_id === home)
  const write = (step: (engine: Engine) => Promise<void>) =>
    model.write(step).catch((thrown: unknown) => says(deed, `psql is told: ${(thrown as Error).message}`))
  const update = (table: string, row: Row, more: object) => {
    says(deed, `psql: ${table}/${row.id.slice(0, 8)} ${JSON.stringify(more)}`)
    return write((engine) =>
      updateRows(
        engine,
        table,
        [{ ...(engine.tx.get<Row>('row', rowKey(table, row.id)) ?? row), ...more }],
        nobody(engine),
      ),
    )
  }
  const remove = (table: string, row: Row) => {
    says(deed, `psql deletes ${table}/${row.id.slice(0, 8)}`)
    return write(async (engine) => {
      await deleteRows(engine, table, [row.id], nobody(engine))
    })
  }
  const staff = rows('memberships').filter((row) => row['role'] !== 'owner')
  switch (deed.does) {
    case 'psql': {
      const [table, field] = dice.pick([
        ['timeline_items', 'title'],
        ['timeline_items', 'location'],
        ['notes', 'body'],
        ['notes', 'visibility'],
        ['timeline_items', 'guest_visible'],
        ['guests', 'name'],
      ] as const)
      const mine = rows(table)
      if (mine.length === 0) return
      const row = dice.pick(mine)
      const value =
        field === 'visibility'
          ? dice.pick(['team', 'vendor', 'all'])
          : field === 'guest_visible'
            ? row[field] !== true
            : `psql:${deed.id}`
      return update(table, row, { [field]: value })
    }
    case 'psqlDelete': {
      const table = dice.pick(['timeline_items', 'notes', 'vendor_contacts', 'guests', 'tables'])
      const mine = rows(table)
      return mine.length === 0 ? undefined : remove(table, dice.pick(mine))
    }
    case 'move': {
      const items = rows(dice.pick(['timeline_items', 'notes', 'tasks'] as const))
      const weddings = rows('clients')
      if (items.length === 0 || weddings.length < 2) return
      const row = dice.pick(items)
      const table = ['timeline_items', 'notes', 'tasks'].find((name) => model.reads.get('row', rowKey(name, row.id)))!
      return update(table, row, { client_id: dice.pick(weddings.filter(({ id }) => id !== row['client_id'])).id })
    }
    case 'revoke':
    case 'unassign': {
      const table = deed.does === 'revoke' ? 'memberships' : 'assignments'
      const mine = deed.does === 'revoke' ? staff : rows(table)
      if (mine.length === 0) return
      const row = dice.pick(mine)
      await remove(table, row)
      const again = { ...row, id: dice.id() }
      if (dice.is(0.5))
        time.set(() => void write((engine) => insertRows(engine, table, [again], nobody(engine))), deed.ms!)
      return
    }
    case 'role': {
      if (staff.length === 0) return
      const row = dice.pick(staff)
      return update('memberships', row, { role: dice.pick(['planner', 'assistant', 'venue', 'couple', 'viewer']) })
    }
    case 'vendor': {
      const contacts = rows('vendor_contacts')
      const people = rows('people').filter((row) => row['role'] === 'vendor')
      if (contacts.length === 0 || people.length === 0) return
      return update('vendor_contacts', dice.pick(contacts), { person_id: dice.is(0.5) ? null : people[0]!.id })
    }
    case 'obstacle': {
      const items = rows('timeline_items')
      if (items.length === 0) return
      const key = rowKey('timeline_items', dice.pick(items).id)
      says(deed, `something of the team's own refuses ${key.slice(0, 23)} for ${deed.ms} ms`)
      addObstacle(key)
      time.set(() => dropObstacle(key), deed.ms!)
      return
    }
    case 'seasons':
      says(deed, 'seventy days pass for the server')
      passSeasons()
      return
    default:
      throw new Error(`nobody knows how to ${deed.does}`)
  }
}
