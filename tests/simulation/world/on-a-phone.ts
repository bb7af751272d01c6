// What people do with a phone in hand: they edit what it shows, and decide what waits.
import type { JsonObject } from '@wedsync/protocol'
import type { ConflictRow } from '../model/rows.ts'
import type { Dice } from './dice.ts'
import { pickEdit, type Edit, type ShownRow } from './edits.ts'
import type { Phone } from './phone.ts'
import type { Deed } from './plan.ts'
import type { DeedParts } from './world.ts'

export const shownBy = (phone: Phone): ShownRow[] =>
  phone
    .records()
    .flatMap(({ table, id, scope, view }) =>
      view ? [{ table, id, scope, view: { ...view, ...(table === 'clients' && { client_id: id }) } }] : [],
    )

/** `own`: records to choose from. `looked`: what was shown when they began. */
type Together = { groupId?: string; mark: string; own?: ReadonlySet<string>; looked?: readonly ShownRow[] }

export const edit = async (
  deed: Deed,
  phone: Phone,
  kind: 'save' | 'create' | 'remove',
  dice: Dice,
  { hear, says, world }: DeedParts,
  together?: Together,
  given?: Edit,
): Promise<void> => {
  const engine = phone.engine()
  if (!engine) return
  const mark = together?.mark ?? `${phone.name}:${deed.id}`
  const shown = together?.looked ?? shownBy(phone)
  const wanted =
    given ??
    pickEdit(
      {
        ...{ dice, mark, role: phone.person.role, crowd: world.plan.crowd, isFrozen: world.plan.freeze !== undefined },
        isAboutParts: world.plan.isAboutParts === true,
        isAboutLinks: world.plan.isAboutLinks === true,
        shown: shown.filter(({ id }) => together?.own?.has(id) ?? true),
        collections: new Map(phone.collections().map((collection) => [collection.name, collection])),
      },
      kind,
    )
  if (!wanted) return
  const { table, id } = wanted
  const seen = seenIn(shown, wanted)
  const options = {
    ...(together?.groupId !== undefined && { groupId: together.groupId }),
    ...(world.plan.isAboutParts && { seen }),
  }
  says(
    deed,
    `${phone.name} ${wanted.does}s ${table}/${id.slice(0, 8)} ${JSON.stringify('patch' in wanted ? wanted.patch : 'data' in wanted ? wanted.data : {})}${together?.groupId === undefined ? '' : ' in a group'}`,
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
      seen,
      wanted: wanted.does === 'save' ? wanted.patch : {},
    })
}

// of what they change, what stood there as they picked it
const seenIn = (shown: readonly ShownRow[], wanted: Edit): JsonObject => {
  const view = shown.find(({ table, id }) => table === wanted.table && id === wanted.id)?.view ?? {}
  return Object.fromEntries(
    Object.keys(wanted.does === 'save' ? wanted.patch : {}).map((name) => [name, view[name] ?? null]),
  )
}

const openOn = (phone: Phone) =>
  phone.records().filter(({ table, view }) => table === 'conflicts' && view?.['status'] === 'pending')
export const hasConflict = (phone: Phone): boolean => openOn(phone).length > 0

export const decide = async (deed: Deed, phone: Phone, dice: Dice, { hear, says, world }: DeedParts): Promise<void> => {
  const engine = phone.engine()
  const open = openOn(phone)
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
    hear({
      what: 'saved',
      at: world.time.now(),
      phone: phone.name,
      deed: deed.id,
      entry,
      isNew: true,
      names: [],
      seen: {},
      wanted: {},
    })
}
