// What happened at each wedding before anybody is tried: edits, records that came into sight, left it, moved away or were
// deleted, conflicts that wait and that were decided, changes that failed, receipts that come late. Every value of it is a
// canary of its own. Hands back what of it has an address.
import { randomUUID } from 'node:crypto'
import { isJsonObject, type Json, type JsonObject } from '@wedsync/protocol'
import { rightsOf } from '@wedsync/merge'
import { allCollections } from '@wedsync/wedding'
import { dataOf, type Row } from '../visible-to.ts'
import { insertMade, parentsOf, weddingsOf, type Made, type Wedding, type World } from './a-matrix-world.ts'
import { rowOf, valueOf } from './row-values.ts'
import { ask, type Reply, type Somebody } from './somebody.ts'

export type Sent = JsonObject & { changeId: string; table: string; id: string }
export type Past = {
  conflicts: { conflictId: string; status: 'pending' | 'resolved'; author: Somebody; wedding: Wedding; sent: Sent }[]
  failed: { author: Somebody; wedding: Wedding; sent: Sent }[]
  /** A cursor of each author from before their late receipts, by account. */
  cursors: Map<string, string>
}

const collectionOf = (table: string) => allCollections.find(({ name }) => name === table)!

export const aPast = async (world: World): Promise<Past> => {
  const past: Past = { conflicts: [], failed: [], cursors: new Map() }
  // whoever is of the house now planned the wedding then: what they met in those days they may not read today
  await setRole(world, world.own.crew.venue, 'planner')
  // at the same time, and in one order afterwards: who comes first to which conflict is not left to the machine
  const ofEach = await Promise.all(
    weddingsOf(world).map(async (wedding) => {
      const its: Past = { conflicts: [], failed: [], cursors: past.cursors }
      await ownerEdits(world, wedding)
      await comeAndGo(world, wedding)
      await conflictsOf(world, wedding, its)
      await failuresOf(world, wedding, its)
      return its
    }),
  )
  past.conflicts.push(...ofEach.flatMap(({ conflicts }) => conflicts))
  past.failed.push(...ofEach.flatMap(({ failed }) => failed))
  await moveBetween(world, past)
  await setRole(world, world.own.crew.venue, 'venue')
  await world.database.admin.query('delete from memberships where user_id = $1', [world.former.userId])
  return past
}

const setRole = (world: World, { userId }: Somebody, role: string) =>
  world.database.admin.query('update memberships set role = $2 where user_id = $1', [userId, role])

// ---- sending

/** The record as it stands, as the owner would hold it. */
export const standing = async ({ database }: World, table: string, id: string) => {
  const { rows } = await database.admin.query<{ row: Row; version: number }>(
    `select to_jsonb(t) as row, (select max(r.position) from sync.records r where r.record_id = t.id)::integer as version from public.${table} t where id = $1`,
    [id],
  )
  const { row, version } = rows[0]!
  return { version, data: dataOf(collectionOf(table), 'owner', row) as JsonObject }
}

export const anUpdate = async (world: World, table: string, id: string, data: JsonObject): Promise<Sent> => {
  const { version, data: seen } = await standing(world, table, id)
  const base = Object.fromEntries(Object.keys(data).map((field) => [field, seen[field] ?? null]))
  return { changeId: randomUUID(), action: 'update', table, id, baseVersion: version, base, data }
}

export const push = (world: World, who: Somebody, changes: readonly JsonObject[], more: object = {}): Promise<Reply> =>
  ask(world.fetch, who, {
    method: 'POST',
    path: '/api/offline/sync',
    body: { batchId: randomUUID(), deviceId: who.deviceId, deviceInfo: deviceOf(world, who), changes, ...more },
  })

const devices = new Map<string, object>()
const deviceOf = ({ coins }: World, { deviceId }: Somebody) => {
  const device = devices.get(deviceId) ?? { deviceId, appVersion: coins.word(), platform: coins.word() }
  devices.set(deviceId, device)
  return device
}

const setAsAdmin = ({ database }: World, table: string, id: string, values: JsonObject) =>
  database.admin.query(
    `update public.${table} t set (${Object.keys(values).join(', ')}) = (select ${Object.keys(values).map((field) => `n.${field}`).join(', ')} from jsonb_populate_record(null::public.${table}, $2) n) where id = $1`, // prettier-ignore
    [id, JSON.stringify(values)],
  )

const fresh = (world: World, wedding: Wedding, table: string, fields: readonly string[]): JsonObject => {
  const parents = parentsOf(wedding)
  return Object.fromEntries(
    fields.map((field) => [field, valueOf(collectionOf(table), field, 1, parents, world.coins)]),
  )
}

const anotherRow = async (world: World, wedding: Wedding, table: string, telling: JsonObject): Promise<Made> => {
  const row = rowOf(collectionOf(table), 1, { client_id: wedding.id, ...telling }, parentsOf(wedding), world.coins)
  const [made] = await insertMade(world, table, wedding.organization, [row])
  wedding.rows.get(table)!.push(made!)
  world.turned.add(made!.id)
  return made!
}

// ---- what happened

const keepsCanaries = ['text', 'long_text', 'wall_time', 'day', 'instant', 'labels', 'words', 'entries', 'answers']

/** Two rows of every table are edited in every field that can hold a canary: what stood there before is history. */
const ownerEdits = async (world: World, wedding: Wedding) => {
  const changes: Sent[] = []
  for (const [table, rows] of wedding.rows) {
    const { fieldOf } = collectionOf(table)
    const told = (field: string) => fieldOf(field)!.sqlType === 'bigint' || keepsCanaries.includes(fieldOf(field)!.kind)
    const fields = rightsOf(collectionOf(table), 'owner').changes.filter(told)
    if (fields.length > 0) for (const { id } of rows.slice(0, 2)) changes.push(await anUpdate(world, table, id, fresh(world, wedding, table, fields))) // prettier-ignore
  }
  expectAll(await push(world, wedding.crew.owner, changes), 'processed', changes)
}

/** Rows that some came to see, lost from sight, or saw deleted; each time together with a value that others saw before or after. */
const comeAndGo = async (world: World, wedding: Wedding) => {
  const { crew } = wedding
  const turns: [table: string, from: JsonObject, to: JsonObject, fields: string[]][] = [
    ['timeline_items', { guest_visible: false, vendor_id: null }, { guest_visible: true }, ['title', 'cue', 'public_note']], // prettier-ignore
    ['timeline_items', { guest_visible: true, vendor_id: null }, { guest_visible: false }, ['title', 'cue', 'public_note']], // prettier-ignore
    ['notes', { visibility: 'team' }, { visibility: 'all' }, ['body', 'location']],
    ['notes', { visibility: 'all' }, { visibility: 'team' }, ['body', 'location']],
    ['documents', { visibility: 'team' }, { visibility: 'all' }, ['title', 'hash', 'versions']],
    ['payments', { status: 'due' }, { status: 'cancelled' }, ['payee', 'amount_minor']],
    ['vendor_contacts', { person_id: null, shared_with_vendors: false }, { person_id: crew.vendor.personId }, ['email', 'phones']], // prettier-ignore
  ]
  for (const [table, from, to, fields] of turns) {
    const made = await anotherRow(world, wedding, table, from)
    const { id } = Object.assign(made, to)
    await setAsAdmin(world, table, id, { ...to, ...fresh(world, wedding, table, fields) })
    await setAsAdmin(world, table, id, fresh(world, wedding, table, fields))
  }
  const doomed = [
    await anotherRow(world, wedding, 'notes', { visibility: 'all' }),
    await anotherRow(world, wedding, 'notes', { visibility: 'team' }),
    await anotherRow(world, wedding, 'timeline_items', { guest_visible: true, vendor_id: null }),
  ]
  const hidden = await anotherRow(world, wedding, 'notes', { visibility: 'all' })
  await setAsAdmin(world, 'notes', hidden.id, { visibility: 'team', ...fresh(world, wedding, 'notes', ['body']) })
  await world.database.admin.query('delete from public.notes where id = $1', [hidden.id])
  for (const [nth, { id }] of doomed.entries())
    await world.database.admin.query(`delete from public.${nth < 2 ? 'notes' : 'timeline_items'} where id = $1`, [id])
}

/** One item moves from the own wedding to the other, one comes the other way; somebody's edit of each waits for a person. */
const moveBetween = async (world: World, past: Past) => {
  for (const [from, to] of [
    [world.own, world.other],
    [world.other, world.own],
  ] as const) {
    const { id } = await anotherRow(world, from, 'timeline_items', { guest_visible: true, vendor_id: null })
    from.rows.get('timeline_items')!.pop()
    const met = await aConflict(world, from, from.crew.assistant, 'timeline_items', id, ['cue', 'location'])
    past.conflicts.push({ ...met, status: 'pending', author: from.crew.assistant, wedding: from })
    await setAsAdmin(world, 'timeline_items', id, { client_id: to.id })
    await setAsAdmin(world, 'timeline_items', id, fresh(world, to, 'timeline_items', ['title', 'cue', 'location']))
  }
}

const conflictsOf = async (world: World, wedding: Wedding, past: Past) => {
  const { crew, rows } = wedding
  const isOwn = wedding === world.own
  const row = (table: string, is: (row: Made) => boolean = () => true) => rows.get(table)!.find(is)!.id
  const hidden = row('timeline_items', (item) => item['guest_visible'] === false && item['vendor_id'] === null)
  const shown = row('timeline_items', (item) => item['guest_visible'] === true && item['vendor_id'] === null)
  const mine = (contact: Made) => contact['person_id'] === crew.vendor.personId
  const wanted: [author: Somebody, table: string, id: string, fields: string[]][] = [
    [crew.assistant, 'timeline_items', hidden, ['title', 'cue', 'internal_note']],
    [crew.assistant, 'timeline_items', shown, ['cue', 'public_note']],
    [isOwn ? crew.venue : crew.planner, 'timeline_items', shown, ['location', 'internal_note']],
    [isOwn ? crew.venue : crew.planner, 'clients', wedding.id, ['venue_contact', 'notes']],
    [crew.vendor, 'vendor_contacts', row('vendor_contacts', mine), ['arrived_at', 'phones']],
    [crew.vendor, 'vendor_contacts', rows.get('vendor_contacts')!.findLast(mine)!.id, ['arrived_at', 'phones']],
    [crew.couple, 'guests', row('guests'), ['meal_choice', 'accessibility', 'allergies']],
    [crew.couple, 'form_responses', row('form_responses', ({ status }) => status === 'draft'), ['answers']],
    [crew.planner, 'payments', row('payments'), ['payee', 'amount_minor']],
    ...(isOwn ? [[world.former, 'tasks', row('tasks'), ['title', 'due']] as (typeof wanted)[number]] : []),
  ]
  for (const [author, table, id, fields] of wanted) {
    const { conflictId, sent } = await aConflict(world, wedding, author, table, id, fields)
    past.conflicts.push({ conflictId, status: 'pending', author, wedding, sent })
  }
  // the server's side of an open one moves along
  await setAsAdmin(world, 'timeline_items', hidden, fresh(world, wedding, 'timeline_items', ['cue', 'internal_note']))
  await lostFromSight(world, wedding, past)
  await decide(world, wedding, past)
}

/** A record that its author lost from sight while their edit waits; then more happened to it, then it was deleted. */
const lostFromSight = async (world: World, wedding: Wedding, past: Past) => {
  const { crew } = wedding
  const { id } = await anotherRow(world, wedding, 'vendor_contacts', { person_id: crew.vendor.personId, shared_with_vendors: false }) // prettier-ignore
  const fields = ['arrived_at', 'phones', 'arrival_from']
  const met = await aConflict(world, wedding, crew.vendor, 'vendor_contacts', id, fields)
  past.conflicts.push({ ...met, status: 'pending', author: crew.vendor, wedding })
  await setAsAdmin(world, 'vendor_contacts', id, { person_id: null, ...fresh(world, wedding, 'vendor_contacts', ['email']) }) // prettier-ignore
  await setAsAdmin(world, 'vendor_contacts', id, fresh(world, wedding, 'vendor_contacts', fields))
  await world.database.admin.query('delete from public.vendor_contacts where id = $1', [id])
}

/** Somebody edits what somebody else has edited meanwhile. */
const aConflict = async (
  world: World,
  wedding: Wedding,
  author: Somebody,
  table: string,
  id: string,
  fields: string[],
  strategy = 'manual',
) => {
  // prettier-ignore
  const sent = await anUpdate(world, table, id, fresh(world, wedding, table, fields))
  const others = fresh(world, wedding, table, fields)
  await setAsAdmin(world, table, id, { ...others, ...toTheSameQuestions(sent['data'], others) })
  const { body, text } = await push(world, author, [sent], { options: { conflictResolution: strategy } })
  const conflictId = (body['conflicts'] as { conflictId: string }[] | undefined)?.[0]?.conflictId
  if (!conflictId) throw new Error(`${author.name} met no conflict on ${table}: ${text}`)
  return { conflictId, sent }
}

/** Answers are compared question by question: only others to the same ones are contested. */
const toTheSameQuestions = (sent: Json | undefined, others: JsonObject): JsonObject => {
  const [mine, theirs] = [isJsonObject(sent) ? sent['answers'] : null, others['answers']]
  if (!isJsonObject(mine) || !isJsonObject(theirs)) return {}
  const said = Object.values(theirs)
  return { answers: Object.fromEntries(Object.keys(mine).map((question, nth) => [question, said[nth] ?? null])) }
}

/** Conflicts that are over: by a strategy, and by a person with a note; the author hears of the second one late. */
const decide = async (world: World, wedding: Wedding, past: Past) => {
  const { crew, rows } = wedding
  const note = rows.get('notes')!.find(({ visibility }) => visibility === 'venue')!.id
  const byRule = await aConflict(world, wedding, crew.assistant, 'notes', note, ['body', 'location'], 'client_wins')
  past.conflicts.push({ ...byRule, status: 'resolved', author: crew.assistant, wedding })
  const late: [Somebody, string, string, string[]][] = [
    [crew.assistant, 'tasks', rows.get('tasks')![1]!.id, ['title']],
    [crew.couple, 'guests', rows.get('guests')![1]!.id, ['meal_choice']],
    [wedding === world.own ? crew.venue : crew.planner, 'timeline_items', rows.get('timeline_items')![1]!.id, ['location', 'internal_note']], // prettier-ignore
  ]
  for (const [author, table, id, fields] of late) {
    const { conflictId, sent } = await aConflict(world, wedding, author, table, id, fields)
    const { body } = await push(world, author, [])
    past.cursors.set(author.userId, body['cursor'] as string)
    const reply = await ask(world.fetch, crew.owner, { method: 'POST', path: `/api/offline/conflicts/${conflictId}/resolve`, body: { choice: 'client', note: world.coins.word() } }) // prettier-ignore
    if (reply.status !== 200) throw new Error(`not decided: ${reply.text}`)
    past.conflicts.push({ conflictId, status: 'resolved', author, wedding, sent })
  }
}

/** Changes that were not theirs to make, each with a value nobody but its author has seen. */
const failuresOf = async (world: World, wedding: Wedding, past: Past) => {
  const { crew, rows } = wedding
  const wanted: [Somebody, string, string][] = [
    [crew.vendor, 'timeline_items', 'internal_note'],
    [crew.couple, 'payments', 'payee'],
    [crew.assistant, 'payments', 'payee'],
    [crew.viewer, 'timeline_items', 'title'],
    [crew.planner, 'memberships', 'role'],
    ...(wedding === world.own ? [[world.former, 'guests', 'name'] as (typeof wanted)[number]] : []),
  ]
  for (const [author, table, field] of wanted) {
    const id = rows.get(table)?.[0]?.id ?? randomUUID()
    const data = author === world.former ? { nothing: world.coins.word() } : fresh(world, wedding, table, [field])
    const sent: Sent = { changeId: randomUUID(), action: 'update', table, id, baseVersion: 1, base: {}, data }
    const reply = await push(world, author, [sent])
    if (table !== 'memberships') expectAll(reply, 'failures', [sent])
    if (table !== 'memberships') past.failed.push({ author, wedding, sent })
  }
}

const expectAll = ({ body, text }: Reply, part: 'processed' | 'failures', sent: readonly Sent[]) => {
  const answered = (body[part] as { changeId: string }[] | undefined)?.map(({ changeId }) => changeId) ?? []
  if (sent.some(({ changeId }) => !answered.includes(changeId))) throw new Error(`not all are ${part}: ${text.slice(0, 2000)}`) // prettier-ignore
}
