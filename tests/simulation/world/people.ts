// Two companies, their weddings and the people who work on them: small, and of every role.
import type { JsonObject } from '@wedsync/protocol'
import { allCollections } from '@wedsync/wedding'
import type { Row } from '../model/rows.ts'
import { diceFor, type Dice } from './dice.ts'

export type Person = { name: string; userId: string; personId: string; organizationId: string; role: string }
export type Cast = {
  organizations: string[]
  weddings: { id: string; organizationId: string }[]
  people: Person[]
  /** Table → rows, parents before children. */
  rows: [table: string, row: Row][]
}

const defaults = new Map(allCollections.map(({ name, defaults: given }) => [name, given]))

/** Everybody who begins with the same ones has the same evening before, which is worked out once (see evening.ts). */
export const casts = 12
const known = new Map<number, Cast>()

/** One of so many; the same every time. */
export const castCalled = (nth: number): Cast => {
  let cast = known.get(nth)
  if (!cast) known.set(nth, (cast = castFor(diceFor('cast', nth))))
  return cast
}

const knownWithParts = new WeakMap<Cast, Cast>()

/** The same people and weddings; their task has a checklist, and there is a form, answered in part. */
export const withParts = (cast: Cast): Cast => {
  const known = knownWithParts.get(cast)
  if (known) return known
  const more = cast.weddings.flatMap(({ id, organizationId }): [string, Row][] => {
    const dice = diceFor(id, 'form')
    const about = { organization_id: organizationId, client_id: id }
    const form: Row = { ...defaults.get('forms'), ...about, id: dice.id(), title: 'Music and food', questions }
    const answers = { band: 'Jazz', food: ['Soup', 'Cake'] }
    const rows: [string, JsonObject][] = [
      ['forms', form],
      ['form_responses', { ...about, id: dice.id(), form_id: form.id, answers }],
    ]
    return rows.map(([table, row]) => [table, { ...defaults.get(table), ...row } as Row])
  })
  const rows = cast.rows.map(([table, row]): [string, Row] => [table, table === 'tasks' ? { ...row, checklist } : row])
  const made = { ...cast, rows: [...rows, ...more] }
  knownWithParts.set(cast, made)
  return made
}

const checklist = ['Rings', 'Flowers', 'Cake'].map((text) => ({ id: text.toLowerCase(), text, done: false }))
const questions = ['band', 'food', 'colour'].map((id) => ({ id, text: `Which ${id}?`, kind: 'text', options: [] }))

const castFor = (dice: Dice): Cast => {
  const cast: Cast = { organizations: [], weddings: [], people: [], rows: [] }
  addCompany(cast, dice, dice.between(1, 2))
  if (dice.is(0.25)) addCompany(cast, dice, 1)
  return cast
}

const addCompany = (cast: Cast, dice: Dice, weddingCount: number): void => {
  const organizationId = dice.id()
  cast.organizations.push(organizationId)
  const add = (table: string, data: JsonObject, id = dice.id()): string => {
    cast.rows.push([table, { ...defaults.get(table), ...data, id, organization_id: organizationId }])
    return id
  }
  const addPerson = (name: string, role: string): Person => {
    const person = { name, userId: dice.id(), personId: dice.id(), organizationId, role }
    add('people', { name, role, contact_kind: 'other' }, person.personId)
    add('memberships', { user_id: person.userId, person_id: person.personId, role })
    cast.people.push(person)
    return person
  }
  const nth = cast.organizations.length
  const crew = ['owner', 'planner', 'planner', 'assistant', 'assistant', 'vendor', 'couple', 'viewer']
  const people = crew.map((role, place) => addPerson(`${role}${nth}.${place}`, role))
  for (let count = 0; count < weddingCount; count += 1) {
    const wedding = add('clients', {
      names: `Wedding ${nth}.${count}`,
      wedding_date: '2026-06-20',
      time_zone: 'Europe/London',
    })
    cast.weddings.push({ id: wedding, organizationId })
    for (const person of people)
      if (person.role !== 'owner' && person.role !== 'vendor')
        add('assignments', { person_id: person.personId, client_id: wedding, is_lead: person.name === people[1]!.name })
    const vendor = people.find(({ role }) => role === 'vendor')!
    const vendors = [vendor.personId, null].map((personId, place) =>
      add('vendor_contacts', {
        client_id: wedding,
        company: `Company ${nth}.${count}.${place}`,
        phones: { mobile: '+4412345' },
        person_id: personId,
        shared_with_vendors: place === 1 && dice.is(0.5),
      }),
    )
    for (let place = 0; place < dice.between(2, 5); place += 1)
      add('timeline_items', {
        client_id: wedding,
        title: `Item ${nth}.${count}.${place}`,
        planned_start: `2026-06-20T1${place}:00`,
        guest_visible: dice.is(0.4),
        vendor_id: dice.is(0.4) ? dice.pick(vendors) : null,
        participant_ids: [],
        sort_key: `a${place}`,
        public_note: 'One line\nAnother line',
      })
    for (let place = 0; place < dice.between(1, 2); place += 1)
      add('notes', {
        client_id: wedding,
        body: `Note ${nth}.${count}.${place}\nSecond line`,
        visibility: dice.pick(['team', 'venue', 'vendor', 'couple', 'all']),
      })
    for (let place = 0; place < 2; place += 1) {
      add('guests', { client_id: wedding, name: `Guest ${nth}.${count}.${place}`, dietary: [] })
      add('tables', { client_id: wedding, number: place + 1 })
    }
    add('tasks', { client_id: wedding, title: `Task ${nth}.${count}`, status: 'open' })
    // with an id of its own dice: everything else is what it was
    add(
      'payments',
      { client_id: wedding, payee: 'The band', amount_minor: 20_000, currency: 'EUR' },
      diceFor(wedding, 'payment').id(),
    )
  }
}
