// The two routes of a pull: a whole wedding from nothing, one that somebody only guessed, a cursor of one's own and one of
// somebody else, another person's device, another person's change sent once more.
import { randomUUID } from 'node:crypto'
import type { JsonObject } from '@wedsync/protocol'
import type { Wedding } from './a-matrix-world.ts'
import { worksOn, shown, type Asked, type Probe, type Setting, type Target } from './probes.ts'
import type { Reply, Somebody } from './somebody.ts'
import { expectSame } from '../model-device.ts'

const route = '/api/offline/sync'

/** Of a wedding of theirs everything they see and nothing else; of any other nothing, as if there were none. */
const asPage = (who: Somebody, target: Target, setting: Setting) => {
  const isTheirs = worksOn(setting, who, target)
  const scopes = [who.organization, ...(isTheirs ? [target.wedding!.id] : [])]
  const sight = [...setting.truth.sight(who).values()].filter(({ scope }) => scopes.includes(scope))
  const problems = ({ body }: Reply): string[] => {
    const news = body['serverChanges'] as ({ table: string; id: string; scope: string; action: string; data: JsonObject | null })[] // prettier-ignore
    const rows = news.filter(({ table }) => table !== 'conflicts')
    const strange = rows.filter(({ action }) => action !== 'create').map(({ table, action }) => `a ${action} of ${table} for who holds nothing`) // prettier-ignore
    const is = Object.fromEntries(rows.map(({ table, id, scope, data }) => [`${table}/${id}`, { scope, data }]))
    const should = Object.fromEntries(sight.map(({ table, id, scope, data }) => [`${table}/${id}`, { scope, data }]))
    try {
      expectSame('the page', sorted(is), sorted(should))
    } catch {
      const wrong = [...new Set([...Object.keys(is), ...Object.keys(should)])].filter((key) => JSON.stringify(sorted(is[key])) !== JSON.stringify(sorted(should[key]))) // prettier-ignore
      strange.push(`the page differs from their sight at ${wrong.slice(0, 5).join(', ')} and ${Math.max(0, wrong.length - 5)} more`) // prettier-ignore
    }
    return strange
  }
  return { status: 200, problems, shows: sight.flatMap(({ data }) => shown(data)) }
}

const sorted = (value: unknown): unknown =>
  value && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)])) // prettier-ignore
    : value

export const pullProbe: Probe = (who, target, setting) => {
  const scope = target.wedding?.id ?? randomUUID()
  const own = setting.cursors.get(who)
  const others = [...setting.cursors].filter(([other]) => other !== who).slice(0, 3)
  return [
    { method: 'GET', path: `${route}?pullLimit=1000&scopes=${scope}`, ...asPage(who, target, setting) },
    ...(target.name === 'own wedding' && own ? [{ method: 'GET', path: `${route}?cursor=${own}&pullLimit=1000&deviceId=${who.deviceId}`, status: 200 }] : []), // prettier-ignore
    // somebody else's cursor is no cursor
    ...(target.name === 'own wedding' ? others.map(([, cursor]) => ({ method: 'GET', path: `${route}?cursor=${cursor}`, status: 409, alike: 'cursor' })) : []), // prettier-ignore
  ]
}

/** What a stream says first is the same page, in pieces. */
export const streamProbe: Probe = (who, target, setting) => {
  const { status, problems, shows } = asPage(who, target, setting)
  const path = `/api/offline/stream?scopes=${target.wedding?.id ?? randomUUID()}&pullLimit=1000`
  const asPieces = (reply: Reply): string[] => {
    const pieces = [...reply.text.matchAll(/^event: change\r?\n(?:id: .*\r?\n)?data: (.*)$/gm)].map(([, data]) => JSON.parse(data!) as object[]) // prettier-ignore
    return problems({ ...reply, body: { serverChanges: pieces.flat() as JsonObject[] } })
  }
  return [{ method: 'GET', path, status, shows, problems: asPieces }]
}

export const pushProbe: Probe = (who, target, setting) => {
  const { truth, past, cursors } = setting
  const { wedding } = target
  const body = (more: object) => ({ batchId: randomUUID(), deviceId: randomUUID(), changes: [], options: { pullLimit: 1000 }, ...more }) // prettier-ignore
  const post = (more: object, asked: Omit<Asked, 'method' | 'path'>): Asked => ({ method: 'POST', path: route, body: body(more), ...asked }) // prettier-ignore
  const belonged = truth.eye(who).role !== null || who.role !== null
  const own = cursors.get(who)
  const met = past.conflicts.filter((one) => one.wedding === wedding)
  const [mine, others] = [true, false].map((isOwn) => met.filter(({ author }) => (author === who) === isOwn).map(({ sent }) => sent)) as [object[], object[]] // prettier-ignore
  return [
    post({ scopes: [wedding?.id ?? randomUUID()] }, asPage(who, target, setting)),
    // an older device, which says only when it last heard
    post({ scopes: [wedding?.id ?? randomUUID()], lastSyncTime: new Date(Date.now() - 60_000).toISOString() }, { status: 200 }), // prettier-ignore
    // late receipts: of one's own device, and asked for with the name of somebody else's
    ...(wedding && own
      ? authorsAt(wedding).map((author) => post({ cursor: own, deviceId: author.deviceId }, { status: 200, problems: lateProblems(author === who, setting, who) })) // prettier-ignore
      : []),
    // changes of other people, sent once more as they were, and one's own; of who left, what they hand over is kept for those who plan
    ...(others.length > 0 ? [post({ changes: others, options: { pullLimit: 0 } }, belonged ? { status: 200, problems: refusedProblems } : { status: 403, alike: 'push' })] : []), // prettier-ignore
    ...(mine.length > 0 ? [post({ changes: mine, options: { pullLimit: 0 } }, belonged ? { status: 200 } : { status: 403, alike: 'push' })] : []), // prettier-ignore
  ]
}

const authorsAt = ({ crew }: Wedding): Somebody[] => [crew.assistant, crew.couple, crew.venue]

const lateProblems =
  (isOwn: boolean, { past }: Setting, who: Somebody) =>
  ({ body }: Reply): string[] => {
    const settled = (body['settled'] as { changeId: string }[]).map(({ changeId }) => changeId)
    const own = past.conflicts.filter(({ author }) => author === who).map(({ sent }) => sent.changeId)
    const strange = settled.filter((id) => !own.includes(id)).map((id) => `the late receipt of ${id}`)
    return isOwn && settled.length === 0 ? ['their own late receipt does not come'] : strange
  }

const refusals = ['change_id_reused', 'forbidden', 'record_missing', 'unknown_field']
const refusedProblems = ({ body }: Reply): string[] => {
  const { processed, conflicts, failures } = body as unknown as { processed: object[]; conflicts: object[]; failures: { code: string }[] } // prettier-ignore
  const told = [...processed, ...conflicts, ...failures.filter(({ code }) => !refusals.includes(code))]
  return told.length > 0 ? [`a replay of somebody else's change is answered ${JSON.stringify(told[0])}`] : []
}
