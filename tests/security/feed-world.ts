// A company of two weddings, somebody of every role with a device, and everything that can be done to it in psql. Every
// step is one command and three numbers, so that a generator can make histories and shrink them.
import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { roles, type Role } from '@wedsync/protocol'
import { rightsOf } from '@wedsync/merge'
import { allCollections } from '@wedsync/wedding'
import { claimsOf, insertRows } from '../../supabase/tests/testing/a-company.ts'
import { asPerson } from '../../supabase/tests/testing/as-person.ts'
import { planCommands } from './plan-commands.ts'
import { createModelDevice, expectSame, type ModelDevice, type Truth } from './model-device.ts'
import { dataOf, readRows, scopesOf, visibleTo, type Row, type Rows } from './visible-to.ts'

type Somebody = {
  role: Role | null
  userId: string
  id: string
  claims: string
  device: ModelDevice
  ever: Set<string>
}
export type Command = readonly [name: keyof typeof commands, a: number, b: number, c: number]
type World = {
  id: string
  admin: pg.Pool
  server: pg.Pool
  weddings: string[]
  people: Somebody[]
  contacts: string[]
  items: string[]
  notes: string[]
  gone: string[]
  plan: Record<string, string[]>
  words: number
}

const pick = <Of>(list: readonly Of[], nth: number): Of => list[nth % list.length]!
const everyRole: (Role | null)[] = [...roles, 'vendor', null]

export const aWorld = async (admin: pg.Pool, server: pg.Pool): Promise<World> => {
  const id = randomUUID()
  const weddings = [randomUUID(), randomUUID()]
  const people = everyRole.map((role): Somebody => {
    const userId = randomUUID()
    const claims = claimsOf(userId, id)
    return { role, userId, id: randomUUID(), claims, device: createModelDevice(server, claims), ever: new Set() }
  })
  const vendors = people.filter(({ role }) => role === 'vendor')
  const all = { organization_id: id }
  await admin.query('insert into organizations (id, name) values ($1, $2)', [id, 'A company'])
  await insertRows(admin, 'people', people.map((one) => ({ ...all, id: one.id, name: `${one.role}`, role: one.role ?? 'viewer', contact_kind: 'other' }))) // prettier-ignore
  await insertRows(admin, 'memberships', people.flatMap(({ role, userId, id: person }) => (role ? [{ ...all, id: randomUUID(), user_id: userId, person_id: person, role }] : []))) // prettier-ignore
  await insertRows(admin, 'clients', weddings.map((wedding) => ({ ...all, id: wedding, names: 'A & B', wedding_date: '2026-06-20', time_zone: 'Europe/Berlin', ceremony_start: '2026-06-20T14:00', access_time: '08:00', notes: 'CANARY clients.notes', email: 'CANARY clients.email', emergency_contact: 'CANARY clients.emergency_contact', headcount: 90 }))) // prettier-ignore
  const assigned = people.flatMap(({ role, id: person }) => (!role || role === 'owner' || role === 'vendor' ? [] : (role === 'planner' ? weddings : [weddings[0]]).map((wedding) => ({ ...all, id: randomUUID(), person_id: person, client_id: wedding, is_lead: false })))) // prettier-ignore
  await insertRows(admin, 'assignments', assigned)
  const linked = [[0, vendors[0]], [0, vendors[1]], [1, vendors[1]], [0, undefined]] as const // prettier-ignore
  const contacts = linked.map(([wedding, person]) => ({ ...all, id: randomUUID(), client_id: weddings[wedding]!, company: 'Band', person_id: person?.id ?? null, phones: {}, arrival_status: 'booked', insurance_ok: true, shared_with_vendors: false, replaced_by: null, email: 'CANARY vendor_contacts.email', arrival_from: '2026-06-20T10:00' })) // prettier-ignore
  await insertRows(admin, 'vendor_contacts', contacts)
  return {
    id,
    admin,
    server,
    weddings,
    people,
    contacts: contacts.map((one) => one.id),
    items: [],
    notes: [],
    gone: [],
    plan: {},
    words: 0,
  }
}

/** Runs a history, and looks at every page on the way; at its end everybody holds what they see. */
export const live = async (world: World, history: readonly Command[]): Promise<void> => {
  let rows = await look(world)
  for (const [name, a, b, c] of history) {
    if (name === 'pull') await pull(world, rows, a, b, c)
    else {
      await commands[name](world, a, b, c)
      rows = await look(world)
    }
  }
  for (const one of world.people) await agree(world, rows, one)
}

const look = async (world: World): Promise<Rows> => {
  const rows = await readRows(world.admin, world.id)
  for (const { userId, ever } of world.people) for (const key of visibleTo(rows, world.id, userId).keys()) ever.add(key)
  return rows
}

const truthOf = (world: World, rows: Rows, { userId, ever }: Somebody): Truth => ({
  sees: visibleTo(rows, world.id, userId),
  scopes: scopesOf(rows, world.id, userId),
  role: (rows.get('memberships')!.find((row) => row['user_id'] === userId)?.['role'] as string | undefined) ?? null,
  ever,
})

const pull = async (world: World, rows: Rows, a: number, b: number, c: number): Promise<void> => {
  const somebody = pick(world.people, a)
  const truth = truthOf(world, rows, somebody)
  if (c % 9 === 0) await somebody.device.guess(world.weddings, truth)
  if (c % 2 === 0) await somebody.device.pullAll(1 + (b % 7), truth)
  else await somebody.device.pullPage(1 + (b % 7), truth)
}

// The device, the person's own select, and the account of the declarations: three that must be one.
const agree = async (world: World, rows: Rows, somebody: Somebody): Promise<void> => {
  const truth = truthOf(world, rows, somebody)
  await somebody.device.pullAll(7, truth)
  const isWords = `${somebody.role} in the end`
  expectSame(`the device of ${isWords}`, Object.fromEntries(somebody.device.records), Object.fromEntries([...truth.sees].map(([key, { scope, data }]) => [key, { scope, data }]))) // prettier-ignore
  const selected = await asPerson(world.server, somebody.claims, async (tx, role) => {
    if (role === 'nobody') return {}
    const tables = allCollections.filter((collection) => rightsOf(collection, role).reads.length > 0)
    const parts = tables.map((collection) => `'${collection.name}', (select coalesce(json_agg(t), '[]') from (select id, ${[...(collection.isScope ? ['client_id'] : []), ...rightsOf(collection, role).reads].join(', ')} from public.${collection.name}) t)`) // prettier-ignore
    const { rows: answer } = await tx.query<{ all: Record<string, Row[]> }>(`select json_build_object(${parts.join(', ')}) as all`) // prettier-ignore
    return Object.fromEntries(tables.flatMap((collection) => answer[0]!.all[collection.name]!.map((row) => [`${collection.name}/${row.id}`, dataOf(collection, role, row)]))) // prettier-ignore
  })
  expectSame(`the select of ${isWords}`, selected, Object.fromEntries([...truth.sees].map(([key, { data }]) => [key, data]))) // prettier-ignore
}

const word = (world: World, text: string): string => `${text} ${++world.words}`
const run = (world: World, sql: string, ...values: unknown[]) => world.admin.query(sql, [world.id, ...values])
const itemFields = ['title', 'internal_note', 'cue', 'public_note', 'location', 'participant_ids'] as const
const visibilities = ['team', 'venue', 'vendor', 'couple', 'all'] as const

/** Everything that happens to a company, as somebody in psql would do it. `pull` is a device asking. */
const commands = {
  pull: () => Promise.resolve(),
  addItem: async (world: World, a: number, b: number, c: number) => {
    // every third one takes up the id of one that was deleted
    const id = (c % 3 === 0 ? world.gone.pop() : undefined) ?? randomUUID()
    world.items.push(id)
    await run(world, `insert into timeline_items (organization_id, id, client_id, title, internal_note, cue, guest_visible, vendor_id, planned_start, participant_ids)
      values ($1, $2, $3, $4, 'CANARY timeline_items.internal_note', 'CANARY timeline_items.cue', $5, $6, '2026-06-20 15:30', $7)`,
      id, pick(world.weddings, a), word(world, 'item'), b % 2 === 0, c % 2 ? pick(world.contacts, b) : null, b % 3 ? [] : [pick(world.people, c).id]) // prettier-ignore
  },
  editItem: async (world: World, a: number, b: number, c: number) => {
    const field = pick(itemFields, b)
    const value =
      field === 'participant_ids' ? [pick(world.people, c).id] : word(world, `CANARY timeline_items.${field}`)
    await run(world, `update timeline_items set ${field} = $3 where organization_id = $1 and id = $2`, pick(world.items, a) ?? null, value) // prettier-ignore
  },
  flipItem: (world: World, a: number, b: number) =>
    run(world, `update timeline_items set guest_visible = not guest_visible, location = coalesce($3, location) where organization_id = $1 and id = $2`, pick(world.items, a) ?? null, b % 2 ? word(world, 'at') : null), // prettier-ignore
  flipAll: (world: World, a: number) =>
    run(world, 'update timeline_items set guest_visible = not guest_visible, actual_start = now() where organization_id = $1 and client_id = $2', pick(world.weddings, a)), // prettier-ignore
  handItem: (world: World, a: number, b: number) =>
    run(world, 'update timeline_items set vendor_id = $3 where organization_id = $1 and id = $2', pick(world.items, a) ?? null, pick([...world.contacts, null], b)), // prettier-ignore
  moveItem: (world: World, a: number, b: number) =>
    run(world, 'update timeline_items set client_id = $3 where organization_id = $1 and id = $2', pick(world.items, a) ?? null, pick(world.weddings, b)), // prettier-ignore
  dropItem: async (world: World, a: number) => {
    const id = pick(world.items, a)
    if (!id) return
    world.items = world.items.filter((one) => one !== id)
    world.gone.push(id)
    await run(world, 'delete from timeline_items where organization_id = $1 and id = $2', id)
  },
  addNote: async (world: World, a: number, b: number) => {
    const id = randomUUID()
    world.notes.push(id)
    await run(world, 'insert into notes (organization_id, id, client_id, body, visibility) values ($1, $2, $3, $4, $5)', id, pick(world.weddings, a), word(world, 'note'), pick(visibilities, b)) // prettier-ignore
  },
  showNote: (world: World, a: number, b: number, c: number) =>
    run(world, 'update notes set visibility = $3, body = coalesce($4, body) where organization_id = $1 and id = $2', pick(world.notes, a) ?? null, pick(visibilities, b), c % 2 ? word(world, 'note') : null), // prettier-ignore
  dropNote: (world: World, a: number) =>
    run(world, 'delete from notes where organization_id = $1 and id = $2', pick(world.notes, a) ?? null),
  editContact: (world: World, a: number, b: number) =>
    run(world, `update vendor_contacts set ${pick(['company', 'email', 'contact_name'], b)} = $3 where organization_id = $1 and id = $2`, pick(world.contacts, a), word(world, `CANARY vendor_contacts.${pick(['company', 'email', 'contact_name'], b)}`)), // prettier-ignore
  shareContact: (world: World, a: number) =>
    run(world, 'update vendor_contacts set shared_with_vendors = not shared_with_vendors where organization_id = $1 and id = $2', pick(world.contacts, a)), // prettier-ignore
  replaceContact: (world: World, a: number, b: number) =>
    run(world, 'update vendor_contacts set replaced_by = $3 where organization_id = $1 and id = $2', pick(world.contacts, a), pick(world.contacts, b)), // prettier-ignore
  linkContact: (world: World, a: number, b: number) => {
    const vendors = world.people.filter(({ role }) => role === 'vendor').map(({ id }) => id)
    return run(world, 'update vendor_contacts set person_id = $3 where organization_id = $1 and id = $2', pick(world.contacts, a), pick([...vendors, null], b)) // prettier-ignore
  },
  moveContact: (world: World, a: number, b: number) =>
    run(world, 'update vendor_contacts set client_id = $3 where organization_id = $1 and id = $2', pick(world.contacts, a), pick(world.weddings, b)), // prettier-ignore
  editWedding: (world: World, a: number, b: number) => {
    const field = pick(['notes', 'email', 'venue_contact', 'names', 'emergency_contact'], b)
    return run(world, `update clients set ${field} = $3 where organization_id = $1 and id = $2`, pick(world.weddings, a), word(world, `CANARY clients.${field}`)) // prettier-ignore
  },
  renamePerson: (world: World, a: number, b: number) =>
    run(world, 'update people set name = $3, role = $4 where organization_id = $1 and id = $2', pick(world.people, a).id, word(world, 'name'), pick(roles, b)), // prettier-ignore
  assign: (world: World, a: number, b: number) =>
    run(world, 'insert into assignments (organization_id, id, person_id, client_id) values ($1, $2, $3, $4) on conflict do nothing', randomUUID(), pick(world.people, a).id, pick(world.weddings, b)), // prettier-ignore
  unassign: (world: World, a: number, b: number) =>
    run(world, 'delete from assignments where organization_id = $1 and person_id = $2 and client_id = $3', pick(world.people, a).id, pick(world.weddings, b)), // prettier-ignore
  changeRole: (world: World, a: number, b: number) =>
    run(world, 'update memberships set role = $3 where organization_id = $1 and user_id = $2', pick(world.people, a).userId, pick(roles, b)), // prettier-ignore
  dismiss: (world: World, a: number) =>
    run(world, 'delete from memberships where organization_id = $1 and user_id = $2', pick(world.people, a).userId),
  employ: (world: World, a: number, b: number) =>
    run(world, 'insert into memberships (organization_id, id, user_id, person_id, role) values ($1, $2, $3, $4, $5) on conflict do nothing', randomUUID(), pick(world.people, a).userId, pick(world.people, a).id, pick(roles, b)), // prettier-ignore
  // several statements in one commit, and one in three is taken back
  transact: async (world: World, a: number, b: number, c: number) => {
    const tx = await world.admin.connect()
    await tx.query('begin')
    for (const id of [...world.items.slice(0, 3), pick(world.items, a) ?? null])
      await tx.query('update timeline_items set guest_visible = not guest_visible, vendor_id = $3 where organization_id = $1 and id = $2', [world.id, id, pick([...world.contacts, null], b)]) // prettier-ignore
    await tx.query(c % 3 ? 'commit' : 'rollback')
    tx.release()
  },
  ...planCommands,
} as const
export const commandNames = Object.keys(commands) as (keyof typeof commands)[]
