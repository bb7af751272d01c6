// The places every canary stands in, and who may read it there: from the declarations, the plain rows and what happened to
// them. It asks no policy, no audience function and nothing of the feed.
import { rightsOf } from '@wedsync/merge'
import { allCollections } from '@wedsync/wedding'
import { eyeOf, readRows, visibleTo, type Row, type Rows, type Sight } from '../visible-to.ts'
import { weddingsOf, type World } from './a-matrix-world.ts'
import { tokensIn } from './canaries.ts'
import type { Somebody } from './somebody.ts'

type Place =
  /** A field of a record, as the record stood then. */
  | { is: 'field'; organization: string; table: string; id: string; field: string; as: Row }
  /** Something a person sent: theirs; the words of their device are the owners' to read too. */
  | { is: 'sent'; organization: string; by: string; isForOwners: boolean }
  /** What somebody noted when they decided: for the team of the wedding, and for whoever's edit it was about. */
  | { is: 'note'; organization: string; scope: string; about: string }
  | { is: 'company'; organization: string }

export type Truth = {
  /** False too for what is no canary of this world's, if it looks like one; ids that nobody planted are no canaries. */
  mayRead: (who: Somebody, token: string) => boolean
  eye: (who: Somebody) => ReturnType<typeof eyeOf>
  sight: (who: Somebody) => Sight
  rows: (organization: string) => Rows
  /** A record as it stands, or stood when it was deleted. */
  lastOf: (id: string) => Row | undefined
  /** How a finding names a canary. */
  namesOf: (token: string) => string
}

const collectionOf = (table: string) => allCollections.find(({ name }) => name === table)!
const team = ['owner', 'planner', 'assistant']

export const readTruth = async (world: World): Promise<Truth> => {
  const organizations = [...new Set(weddingsOf(world).map(({ organization }) => organization))]
  const rows = new Map(await Promise.all(organizations.map(async (id) => [id, await readRows(world.database.admin, id)] as const))) // prettier-ignore
  const places = new Map<string, Place[]>()
  const put = (text: unknown, place: Place) => {
    for (const token of tokensIn(JSON.stringify(text))) places.set(token, [...(places.get(token) ?? []), place])
  }
  const last = await putHistory(world, put)
  await putSent(world, put, last)

  const eyes = new Map<Somebody, ReturnType<typeof eyeOf>>()
  const eye = (who: Somebody) => {
    const known = eyes.get(who) ?? eyeOf(rows.get(who.organization)!, who.organization, who.userId)
    eyes.set(who, known)
    return known
  }
  const isReadable = (who: Somebody, place: Place): boolean => {
    const { role, scopes, sees } = eye(who)
    if (place.organization !== who.organization || !role) return false
    if (place.is === 'company') return true
    if (place.is === 'sent') return place.by === who.userId || (place.isForOwners && role === 'owner')
    if (place.is === 'note') return place.about === who.userId || (team.includes(role) && scopes.includes(place.scope))
    const collection = collectionOf(place.table)
    const { reads } = rightsOf(collection, role)
    // of a record that is gone, those who saw it last; of one that stands, those who see it now
    const now = last.get(place.id)!
    return (place.field === 'id' ? reads.length > 0 : reads.includes(place.field)) && sees(collection, place.as) && sees(collection, now) // prettier-ignore
  }
  return {
    mayRead: (who, token) =>
      places.has(token) ? places.get(token)!.some((place) => isReadable(who, place)) : isId(token),
    eye,
    sight: (who) => visibleTo(rows.get(who.organization)!, who.organization, who.userId),
    rows: (organization) => rows.get(organization)!,
    lastOf: (id) => last.get(id),
    namesOf: (token) => `${token} (${(places.get(token) ?? []).map(wordsOf).slice(0, 3).join('; ') || 'planted by nobody'})`, // prettier-ignore
  }
}

const isId = (token: string) => token.length === 36

const wordsOf = (place: Place): string =>
  place.is === 'field' ? `${place.table}.${place.field} of ${place.id}` : place.is === 'sent' ? `sent by ${place.by}` : place.is // prettier-ignore

type Put = (text: unknown, place: Place) => void

/** Every state every record was ever in. Answers the last one of each. */
const putHistory = async ({ database }: World, put: Put): Promise<Map<string, Row>> => {
  const { rows: entries } = await database.admin.query<{ organization: string; table: string; id: string; after: object | null }>(
    `select h.organization_id as organization, t.name as table, h.record_id as id, h.after from sync.history h
       join sync.tables t on t.table_id = h.table_id order by h.organization_id, h.position, h.action`,
  ) // prettier-ignore
  const states = new Map<string, Row>()
  for (const { organization, table, id, after } of entries) {
    const as: Row = { ...states.get(id), ...after, id }
    states.set(id, as)
    put(id, { is: 'field', organization, table, id, field: 'id', as })
    for (const [field, value] of Object.entries(as))
      if (field !== 'id') put(value, { is: 'field', organization, table, id, field, as })
  }
  return states
}

/** What people sent, decided and told of their devices, whether it became part of a record or not. */
const putSent = async ({ database }: World, put: Put, last: ReadonlyMap<string, Row>) => {
  type Change = {
    organization: string
    by: string
    table: string
    id: string
    data: object | null
    base: object | null
    met: boolean
  }
  const { rows: changes } = await database.admin.query<Change>(
    `select q.organization_id as organization, q.user_id as by, q.table_name as table, q.record_id as id, q.data, q.base,
            exists (select from sync_conflict_log l where l.organization_id = q.organization_id and l.change_id = q.change_id) as met
       from offline_sync_queue q`,
  )
  for (const { organization, by, table, id, data, base, met } of changes) {
    put([id, data, base], { is: 'sent', organization, by, isForOwners: false })
    // one side of a conflict is for whoever reads that field
    if (met) for (const [field, value] of Object.entries(data ?? {})) put(value, { is: 'field', organization, table, id, field, as: last.get(id)! }) // prettier-ignore
  }
  const { rows: notes } = await database.admin.query<{ organization: string; scope: string; about: string; note: string }>(
    `select organization_id as organization, coalesce(scope_id, organization_id) as scope, user_id as about, note from sync_conflict_log where note is not null`,
  ) // prettier-ignore
  for (const { note, ...place } of notes) put(note, { is: 'note', ...place })
  const { rows: devices } = await database.admin.query<{ organization: string; by: string; words: string[] }>(
    'select organization_id as organization, user_id as by, array[app_version, platform] as words from offline_sync_status',
  )
  for (const { organization, by, words } of devices) put(words, { is: 'sent', organization, by, isForOwners: true })
  const { rows: companies } = await database.admin.query<{ id: string; name: string }>('select id, name from organizations') // prettier-ignore
  for (const { id, name } of companies) put([id, name], { is: 'company', organization: id })
}
