// What people do on a phone: they look at what it shows, pick something of it and change it. Every text they write is their own,
// so that whoever reads it later knows whose it is.
import type { Json, JsonObject } from '@wedsync/protocol'
import { allCollections } from '@wedsync/wedding'
import { rightsOf, type Collection } from '@wedsync/merge'
import type { Dice } from './dice.ts'
import { pickLinkEdit } from './edit-links.ts'
import { editedAnswers, editedChecklist, editedPhones, tablesWithParts } from './edit-parts.ts'

export type ShownRow = { table: string; id: string; scope: string; view: JsonObject }
export type Edit =
  | { does: 'save'; table: string; id: string; patch: JsonObject }
  | { does: 'create'; table: string; id: string; data: JsonObject }
  | { does: 'remove'; table: string; id: string }

/** Tables whose records people change. */
export const editable = ['timeline_items', 'notes', 'vendor_contacts', 'guests', 'seat_assignments', 'tasks', 'clients']
const creatable = ['timeline_items', 'notes', 'vendor_contacts', 'guests', 'seat_assignments', 'tasks']
const removable = ['timeline_items', 'notes', 'vendor_contacts', 'guests', 'seat_assignments', 'tasks']

export type Writing = {
  dice: Dice
  mark: string
  shown: readonly ShownRow[]
  role: string
  crowd: number
  /** The plan is frozen: people turn to what guards it. */
  isFrozen?: boolean
  /** People mostly edit values with parts: checklists, answers, numbers by label. */
  isAboutParts?: boolean
  /** People mostly say what waits for what, and how long it takes. */
  isAboutLinks?: boolean
  /** The tables as the app knows them; today's when left out. */
  collections?: ReadonlyMap<string, Collection>
}

const today: ReadonlyMap<string, Collection> = new Map(allCollections.map((one) => [one.name, one]))

export const pickEdit = (of: Writing, kind: 'save' | 'create' | 'remove'): Edit | null => {
  if (of.isAboutLinks && of.dice.is(0.8)) return pickLinkEdit({ collections: today, ...of }, kind)
  if (kind === 'create') return pickCreate(of)
  const { dice, shown, crowd } = of
  const isAboutParts = of.isAboutParts === true && dice.is(0.8)
  const tables = isAboutParts ? tablesWithParts : kind === 'save' ? editable : removable
  const isGuarded = of.isFrozen && dice.is(0.4)
  const mine = shown
    .filter(({ table }) => tables.includes(table) && isOpen(of, table, kind))
    .filter(({ table, view }) => !isGuarded || table === 'clients' || view['anchor'] === 'hard')
    .sort((one, other) => (one.id < other.id ? -1 : 1))
    .slice(0, crowd)
  if (mine.length === 0) return null
  const { table, id, view } = dice.pick(mine)
  if (kind === 'remove') return { does: 'remove', table, id }
  const patch = pickPatch({ ...of, isAboutParts }, table, id, view)
  return patch ? { does: 'save', table, id, patch } : null
}

// now and then somebody tries what is not theirs
const isOpen = ({ dice, role, collections = today }: Writing, table: string, kind: 'save' | 'remove'): boolean => {
  const { changes, mayDelete } = rightsOf(collections.get(table)!, role)
  return dice.is(0.03) || (kind === 'save' ? changes.length > 0 : mayDelete)
}

const pickPatch = (of: Writing, table: string, id: string, view: JsonObject): JsonObject | null => {
  const { dice, role, collections = today } = of
  const { changes } = rightsOf(collections.get(table)!, role)
  const collection = collections.get(table)!
  const makers: Record<string, Maker> = of.isAboutParts
    ? makersOfParts[table]!
    : {
        ...makersOfToday[table],
        ...(of.isFrozen && makersInTheFreeze[table]),
        ...(collection !== today.get(table) && makersOfBefore[table]),
      }
  const known = Object.keys(makers).filter((name) => collection.fieldNames.includes(name))
  const names = known.filter((name) => changes.includes(name) || dice.is(0.02))
  if (names.length === 0) return null
  const wanted = of.isAboutParts
    ? names.filter((_, nth) => nth === 0 || dice.is(0.15))
    : dice.shuffled(names).slice(0, dice.pick([1, 1, 1, 2, 3]))
  return Object.fromEntries(wanted.map((name) => [name, makers[name]!({ ...of, view, id, name })]))
}

const pickCreate = (of: Writing): Edit | null => {
  const { dice, shown, role, mark, collections = today } = of
  const weddings = shown.filter(({ table }) => table === 'clients')
  const tables = creatable.filter((table) => rightsOf(collections.get(table)!, role).mayCreate)
  if (weddings.length === 0 || tables.length === 0) return null
  const [client_id, table] = [dice.pick(weddings).id, dice.pick(tables)]
  const here = (name: string) => shown.filter((row) => row.table === name && row.scope === client_id)
  const id = dice.id()
  const base: Record<string, () => JsonObject | null> = {
    timeline_items: () => ({
      client_id,
      title: mark,
      ...(dice.is(0.4) && here('vendor_contacts').length > 0 && { vendor_id: dice.pick(here('vendor_contacts')).id }),
    }),
    notes: () => ({ client_id, body: mark }),
    vendor_contacts: () => ({
      client_id,
      company: mark,
      ...(collections.get('vendor_contacts')!.fieldNames.includes('phones') && { phones: {} }),
    }),
    guests: () => ({ client_id, name: mark }),
    tasks: () => ({ client_id, title: mark }),
    seat_assignments: () => {
      const [guests, tablesHere] = [here('guests'), here('tables')]
      if (guests.length === 0 || tablesHere.length === 0) return null
      return { client_id, guest_id: dice.pick(guests).id, table_id: dice.pick(tablesHere).id, seat: dice.between(1, 3) }
    },
  }
  const data = base[table]!()
  if (!data) return null
  const { gives } = rightsOf(collections.get(table)!, role)
  return {
    does: 'create',
    table,
    id,
    data: Object.fromEntries(Object.entries(data).filter(([name]) => gives.includes(name))),
  }
}

type Maker = (of: Writing & { view: JsonObject; id: string; name: string }) => Json

const words: Maker = ({ mark, name }) => `${mark}:${name}`
const oneOf =
  (...values: string[]): Maker =>
  ({ dice }) =>
    dice.pick(values)
const wall: Maker = ({ dice }) =>
  `2026-06-20T${String(dice.between(8, 23)).padStart(2, '0')}:${String(dice.below(60)).padStart(2, '0')}`
const instant: Maker = ({ dice }) =>
  `2026-06-20T18:${String(dice.below(60)).padStart(2, '0')}:${String(dice.below(60)).padStart(2, '0')}.000Z`
const switched: Maker = ({ view, name }) => view[name] !== true
// a line is added, altered, or everything is written anew
const text: Maker = ({ dice, mark, view, name }) => {
  const lines = typeof view[name] === 'string' && view[name] !== '' ? view[name].split('\n') : []
  if (lines.length > 8 || dice.is(0.15)) return mark
  if (lines.length > 0 && dice.is(0.4))
    return lines.map((line, nth) => (nth === dice.below(lines.length) ? `${line} ${mark}` : line)).join('\n')
  return dice.is(0.5) ? [...lines, mark].join('\n') : [mark, ...lines].join('\n')
}
const people: Maker = ({ dice, shown, view, name }) => {
  const known = shown.filter(({ table }) => table === 'people').map(({ id }) => id)
  const held = (view[name] as string[] | null) ?? []
  if (known.length === 0) return held
  const one = dice.pick(known)
  return held.includes(one) ? held.filter((id) => id !== one) : [...held, one].sort()
}
const needs: Maker = ({ dice, mark, view, name }) => {
  const held = (view[name] as string[] | null) ?? []
  return held.length > 0 && dice.is(0.4) ? held.slice(1) : [...held, mark].sort()
}
const phones: Maker = ({ dice, view, name }) => {
  const held = (view[name] as JsonObject | null) ?? {}
  return { ...held, [dice.pick(['mobile', 'office'])]: `+44${dice.between(100_000, 999_999)}` }
}
const vendor: Maker = ({ dice, shown, view }) => {
  const here = shown.filter(({ table, scope }) => table === 'vendor_contacts' && scope === view['client_id'])
  return here.length === 0 || dice.is(0.2) ? null : dice.pick(here).id
}
const seatTable: Maker = ({ dice, shown, view, name }) => {
  const here = shown.filter(({ table, scope }) => table === 'tables' && scope === view['client_id'])
  return here.length === 0 ? (view[name] as string) : dice.pick(here).id
}

const makersOfToday: Record<string, Record<string, Maker>> = {
  timeline_items: {
    title: words,
    planned_start: wall,
    duration_min: ({ dice }) => dice.between(5, 90),
    location: words,
    status: oneOf('planned', 'ready', 'started', 'done', 'skipped'),
    participant_ids: people,
    public_note: text,
    internal_note: text,
    guest_visible: switched,
    vendor_id: vendor,
    actual_start: instant,
    sort_key: ({ dice }) => `a${dice.between(1, 9)}V`,
    locked: switched,
    key_moment: switched,
  },
  notes: {
    body: text,
    category: oneOf('idea', 'setup_issue', 'incident', 'call'),
    priority: oneOf('low', 'medium', 'high'),
    visibility: oneOf('team', 'venue', 'vendor', 'couple', 'all'),
    location: words,
  },
  vendor_contacts: {
    company: words,
    phones,
    arrival_status: oneOf('confirmed', 'en_route', 'arrived', 'set_up', 'no_show'),
    arrival_from: wall,
    load_in_notes: text,
    shared_with_vendors: switched,
  },
  guests: {
    name: words,
    rsvp: oneOf('yes', 'no', 'maybe'),
    dietary: needs,
    meal_choice: words,
    vip: switched,
    accessibility: words,
  },
  seat_assignments: { table_id: seatTable, seat: ({ dice }) => dice.between(1, 3) },
  tasks: { title: words, status: oneOf('open', 'doing', 'done'), priority: oneOf('low', 'normal', 'high') },
  clients: {
    notes: text,
    status: oneOf('booked', 'planning', 'final', 'live'),
    venue_name: words,
    emergency_contact: words,
  },
}

/** What a freeze holds, and is edited only where there is one. */
const makersInTheFreeze: Record<string, Record<string, Maker>> = {
  timeline_items: { anchor: oneOf('soft', 'hard'), planned_start: wall },
  clients: {
    curfew: ({ dice }) => `23:${dice.between(10, 59)}`,
    headcount: ({ dice }) => dice.between(100, 200),
    ceremony_start: wall,
    venue_address: words,
  },
}

/** Values with parts, each with one of the fields that are edited beside it. */
const makersOfParts: Record<string, Record<string, Maker>> = {
  tasks: {
    checklist: ({ dice, mark, view, name }) => editedChecklist({ dice, mark, held: view[name] }),
    status: oneOf('open', 'doing', 'done'),
  },
  form_responses: {
    answers: ({ dice, mark, view, name, shown }) => {
      const form = shown.find(({ table, id }) => table === 'forms' && id === view['form_id'])
      const questions = (form?.view['questions'] ?? []) as { id: string }[]
      return editedAnswers({ dice, mark, held: view[name], questions: questions.map(({ id }) => id) })
    },
    status: oneOf('draft', 'submitted', 'submitted', 'approved'),
  },
  vendor_contacts: {
    phones: ({ dice, view, name }) => editedPhones({ dice, held: view[name] }),
    arrival_status: oneOf('confirmed', 'en_route', 'arrived', 'set_up', 'no_show'),
  },
}

/** Where an older app says it otherwise. */
const makersOfBefore: Record<string, Record<string, Maker>> = {
  timeline_items: { starts_at: wall, status: oneOf('planned', 'started', 'done'), colour: oneOf('red', 'green') },
  vendor_contacts: {
    phone: ({ dice }) => `+44${dice.between(100_000, 999_999)}`,
    arrival_status: ({ dice, collections = today }) =>
      dice.pick(
        collections.get('vendor_contacts')!.fieldOf('arrival_status')!.read('here').ok
          ? ['on_the_way', 'here', 'gone', 'no_show']
          : ['confirmed', 'en_route', 'arrived', 'set_up', 'no_show'],
      ),
  },
  tasks: { done: switched },
}
