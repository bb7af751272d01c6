// What a seed has in store: who holds a phone, what people do when, and which troubles there are. A plan is a list; what is taken off
// it changes nothing else, so that a run that fails can be made shorter until nothing of it can be left out.
import { weddingSchemas } from '@wedsync/wedding'
import type { Dice } from './dice.ts'
import { diceFor } from './dice.ts'
import { aFreeze, type PlannedFreeze } from './freeze.ts'
import { networkTroubles, type NetworkTrouble } from './network.ts'
import { castCalled, casts, withParts, type Cast, type Person } from './people.ts'
import type { Troubles } from './server-node.ts'

export type Deed = { id: string; at: number; does: DeedKind; phone?: string; ms?: number }

export const phoneDeeds = ['save', 'create', 'remove', 'group', 'decide', 'dismiss', 'handle', 'ask'] as const
export const phoneTroubles = ['offline', 'die', 'wrongClock', 'signedOut'] as const
export const adminDeeds = [
  'psql',
  'psqlDelete',
  'move',
  'revoke',
  'unassign',
  'role',
  'vendor',
  'obstacle',
  'seasons',
] as const
export const serverTroubles = ['serverDies', 'backup'] as const
export type DeedKind =
  | (typeof phoneDeeds)[number]
  /** What somebody else does as well, without knowing of it. */
  | 'double'
  | (typeof phoneTroubles)[number]
  /** The app dies, and the platform throws its store away. */
  | 'lostStore'
  | (typeof adminDeeds)[number]
  | (typeof serverTroubles)[number]
  /** The app is replaced by today's, in the middle of whatever it does. */
  | 'upgrade'

export type PhonePlan = {
  name: string
  person: Person
  hasLocks: boolean
  tabs: number
  /** Of the tables as its app knows them when it is first started. */
  version: number
  /** It was switched on the evening before, and holds what stood then. */
  isLoaded: boolean
  pollEveryMs: number
}

export type Plan = {
  seed: string
  cast: Cast
  phones: PhonePlan[]
  deeds: Deed[]
  network: NetworkTrouble[]
  server: Troubles
  nodes: number
  /** Milliseconds for which strangers are in front of whoever sends, at most: meanwhile others of the company come, and all go together. */
  queueMs?: number
  /** Records that people turn to: the fewer, the more they get in one another's way. */
  crowd: number
  /** People mostly edit values with parts: the lines of a checklist, answers, numbers by label. */
  isAboutParts?: boolean
  /** People mostly say what waits for what, and how long it takes. */
  isAboutLinks?: boolean
  /** Some then save what they began before their last edit: a sheet was open. */
  hasSheets?: boolean
  /** Some save such a sheet in one action with what they did meanwhile. */
  hasSheetsTogether?: boolean
  /** Some save two actions at once, their changes mixed. */
  mixesActions?: boolean
  /** Records in one page at most: the fewer, the more a phone reads in pieces. */
  pageSize: number
  /** From when to when the plan is frozen, in every wedding there is; left out: nobody froze it. */
  freeze?: PlannedFreeze
  /** Milliseconds until everybody goes home and the weather clears. */
  duration: number
}

/** What may stand before a seed, and makes another run of it. */
export const mixtures = ['whole-', 'history-', 'parts-', 'links-'] as const
export type Mixture = (typeof mixtures)[number]

/**
 * Takes a seed, or `whole-` before one: then it is not a moment, whatever the dice say of its size, nobody stands in a queue, and no plan is
 * frozen; or `history-`: then nothing goes wrong, but that people have no signal by turns; or `parts-`: then people mostly edit values with
 * parts, in every other run as a history; or `links-`: then they mostly say what waits for what.
 */
export const planFor = (name: string): Plan => {
  if (name.startsWith('parts-')) return partsFor(name.slice('parts-'.length))
  if (name.startsWith('links-')) return linksFor(name.slice('links-'.length))
  if (name.startsWith('history-')) return historyFor(name.slice('history-'.length))
  const seed = name.replace(/^whole-/, '')
  const [queue, frost] = [diceFor(seed, 'queue'), diceFor(seed, 'freeze')]
  const plan = {
    ...wholePlanFor(seed),
    ...(seed === name && queue.is(0.4) && { queueMs: queue.pick([3_000, 10_000]) }),
    ...(seed === name && frost.is(0.15) && { freeze: aFreeze(frost) }),
  }
  // for each second of processor, what two phones can find in a moment is found twice as often; what takes three, or a while, is not
  const dice = diceFor(seed, 'size')
  return seed === name && dice.is(0.7) ? momentOf(plan, dice) : plan
}

/** The plan of that seed or its history, with people who turn to the same few checklists, forms and vendors; a share decides for either side. */
const partsFor = (seed: string): Plan => {
  const dice = diceFor(seed, 'parts')
  const plan = dice.is(0.5) ? historyFor(seed) : planFor(seed)
  const decisions = Array.from({ length: dice.pick([0, 1, 2, 4]) }, (): Omit<Deed, 'id'> => ({
    ...{ does: 'decide', at: dice.below(plan.duration), phone: dice.pick(plan.phones).name },
  }))
  return {
    ...plan,
    cast: withParts(plan.cast),
    deeds: [...plan.deeds, ...decisions]
      .sort((one, other) => one.at - other.at)
      .map((deed, nth) => ({ ...deed, id: String(nth) })),
    crowd: dice.pick([1, 1, 1, 2, 3]),
    ...{ isAboutParts: true, hasSheets: true, hasSheetsTogether: diceFor(seed, 'sheets together').is(0.5) },
    mixesActions: diceFor(seed, 'mixed actions').is(0.3),
  }
}

/** The plan of that seed or its history, with people who turn to what waits for what. */
const linksFor = (seed: string): Plan => {
  const dice = diceFor(seed, 'links')
  const plan = dice.is(0.5) ? historyFor(seed) : planFor(seed)
  return { ...plan, crowd: dice.pick([1, 1, 2, 3]), isAboutLinks: true }
}

/** Two to five phones that edit the same few records, each without a signal for a while. */
const historyFor = (seed: string): Plan => {
  const [whole, dice] = [wholePlanFor(seed), diceFor(seed, 'history')]
  const phones = whole.phones.slice(0, 5)
  const names = phones.map(({ name }) => name)
  const works: readonly DeedKind[] = ['save', 'create', 'remove', 'group', 'decide']
  const kept = whole.deeds.filter(({ does, phone }) => works.includes(does) && names.includes(phone!))
  const more = Array.from({ length: dice.between(4, 10) }, (): Omit<Deed, 'id'> => ({
    ...{ does: 'save', at: dice.below(whole.duration), phone: dice.pick(names) },
  }))
  const silences = names.map((phone): Omit<Deed, 'id'> => ({
    ...{ does: 'offline', phone, at: dice.below(whole.duration / 2), ms: dice.between(10_000, 60_000) },
  }))
  return {
    ...whole,
    phones,
    deeds: [...kept, ...more, ...silences]
      .sort((one, other) => one.at - other.at)
      .map((deed, nth) => ({ ...deed, id: String(nth) })),
    ...{ network: [], server: { crash: 0, disconnect: 0, slow: 0 }, nodes: 1, crowd: dice.pick([1, 2, 3]) },
  }
}

/** Two of the phones, a handful of the deeds, and all the weather, in a fraction of the time. */
const momentOf = (plan: Plan, dice: Dice): Plan => {
  const names = new Set(dice.shuffled(plan.phones.map(({ name }) => name)).slice(0, 2))
  const share = dice.pick([0.15, 0.3, 0.5])
  const of = (ms: number) => Math.ceil(ms * share)
  const possible = plan.deeds.filter(({ phone }) => phone === undefined || names.has(phone))
  const some = new Set(dice.shuffled(possible).slice(0, dice.between(2, 5)))
  // who does the same as somebody else does it beside them
  const kept = new Set(possible.filter((deed) => some.has(deed) || deed.does === 'double'))
  return {
    ...plan,
    phones: plan.phones.filter(({ name }) => names.has(name)),
    deeds: possible
      .filter((deed) => kept.has(deed))
      .map((deed) => ({ ...deed, at: of(deed.at), ...(deed.ms !== undefined && { ms: of(deed.ms) }) })),
    duration: of(plan.duration),
  }
}

const wholePlanFor = (seed: string): Plan => {
  const [dice, apps] = [diceFor(seed, 'plan'), diceFor(seed, 'apps')]
  const cast = castCalled(diceFor(seed, 'cast').below(casts))
  const phones = phonesFor(cast, dice, apps, diceFor(seed, 'evening'))
  const duration = dice.between(15, 60) * 1000
  const isCalm = dice.is(0.1)
  const some = <Kind>(kinds: readonly Kind[], share: number): Kind[] =>
    isCalm ? [] : kinds.filter(() => dice.is(share))
  const deeds: Deed[] = []
  const add = (does: DeedKind, more: Partial<Deed> = {}) =>
    deeds.push({ id: String(deeds.length), at: dice.below(duration), does, ...more })

  const edits = dice.pick([4, 8, 10, 14])
  const kinds = [...phoneDeeds.slice(1).filter(() => dice.is(0.6)), 'save', 'save', 'save', 'save', 'save'] as const
  for (let nth = 0; nth < edits; nth += 1) add(dice.pick(kinds), { phone: dice.pick(phones).name })
  // some do nearly everything several things at once
  const together = diceFor(seed, 'together')
  if (together.is(0.08)) for (const deed of deeds) if (deed.does === 'save' && together.is(0.7)) deed.does = 'group'
  // and some a whole handful within a moment: it leaves in one request
  while (together.is(0.25)) {
    const { phone, at } = together.pick(deeds)
    for (const deed of together.shuffled(deeds).slice(0, together.between(2, 5)))
      Object.assign(deed, { phone, at: at + together.below(500) })
  }
  for (const kind of some(phoneTroubles, 0.4))
    for (let nth = 0; nth < dice.between(1, 2); nth += 1)
      add(kind, { phone: dice.pick(phones).name, ms: dice.between(1_000, 90_000) })
  for (const kind of some(adminDeeds, 0.22))
    for (let nth = 0; nth < dice.between(1, 3); nth += 1) add(kind, { ms: dice.between(5_000, 60_000) })
  for (const kind of some(serverTroubles, 0.3)) add(kind, { ms: dice.between(5_000, 60_000) })
  for (const { name, version } of phones)
    if (version !== weddingSchemas.current && apps.is(0.5)) add('upgrade', { phone: name })
  const stores = diceFor(seed, 'stores')
  if (!isCalm && stores.is(0.12))
    deeds.push({
      ...{ id: String(deeds.length), does: 'lostStore', at: stores.below(duration) },
      ...{ phone: stores.pick(phones).name, ms: stores.between(1_000, 30_000) },
    })
  // with throws of its own, so that all other seeds are what they were
  const doubles = diceFor(seed, 'doubles')
  if (doubles.is(0.15)) {
    const at = doubles.below(duration)
    const more = (does: DeedKind, phone: PhonePlan, ms: number) =>
      deeds.push({ id: String(deeds.length), does, phone: phone.name, at: Math.min(duration, at + ms) })
    for (const phone of doubles.shuffled(phones).slice(0, 3)) more('double', phone, doubles.below(5_000))
    for (let nth = doubles.between(0, 2); nth > 0; nth -= 1)
      more('decide', doubles.pick(phones), doubles.between(5_000, 40_000))
  }
  deeds.sort((one, other) => one.at - other.at || Number(one.id) - Number(other.id))
  const isRough = !isCalm && dice.is(0.5)
  return {
    ...{ seed, cast, phones, deeds, duration, nodes: dice.pick([1, 1, 2]) },
    network: some(networkTroubles, 0.35),
    server: {
      crash: isRough && dice.is(0.5) ? 0.01 : 0,
      disconnect: isRough && dice.is(0.5) ? 0.01 : 0,
      slow: isRough ? 0.02 : 0,
    },
    pageSize: dice.pick([500, 500, 500, 20, 8]),
    crowd: dice.pick([1, 2, 3, 6, 1000]),
  }
}

const phonesFor = (cast: Cast, dice: Dice, apps: Dice, evening: Dice): PhonePlan[] => {
  // where everybody has today's app, nobody's words are translated
  const versions = apps.is(0.25) ? [3, 2, 2, 1] : [weddingSchemas.current]
  const home = cast.people.filter(({ organizationId }) => organizationId === cast.organizations[0])
  const team = home.filter(({ role }) => ['owner', 'planner', 'assistant'].includes(role))
  const others = home.filter((person) => !team.includes(person))
  const guests = cast.people.filter((person) => !home.includes(person) && person.role !== 'couple')
  // what there is to find, two or three find as well as five, in half the time
  const people: Person[] = dice.shuffled(team).slice(0, dice.pick([1, 1, 2, 2, 2, 2, 3, 4]))
  if (dice.is(0.4) || people.length < 2) people.push(...dice.shuffled(others).slice(0, dice.pick([1, 1, 2])))
  if (guests.length > 0) people.push(dice.pick(guests))
  if (dice.is(0.15)) people.push(people[0]!)
  if (dice.is(0.03)) people.push(...dice.shuffled(home).slice(0, 8 - people.length))
  return people.map((person, nth) => ({
    name: `${person.name}#${nth}`,
    person,
    hasLocks: dice.is(0.8),
    tabs: dice.is(0.15) ? 2 : 1,
    version: apps.pick(versions),
    isLoaded: evening.is(0.75),
    pollEveryMs: evening.pick([30_000, 120_000, 600_000, 600_000]),
  }))
}

/** The plan with only these deeds, and without these troubles of the network and the server. */
export const shortened = (
  plan: Plan,
  keep: { deeds: ReadonlySet<string>; network: ReadonlySet<string>; isServerCalm: boolean },
): Plan => ({
  ...plan,
  deeds: plan.deeds.filter(({ id }) => keep.deeds.has(id)),
  network: plan.network.filter((trouble) => keep.network.has(trouble)),
  server: keep.isServerCalm ? { crash: 0, disconnect: 0, slow: 0 } : plan.server,
})
