// Every route, with what to ask of it at a target: a wedding of one's own, another one, one of another company, or none at
// all. A route without a probe fails the matrix. Nothing that is asked here writes.
import { randomUUID } from 'node:crypto'
import type { JsonObject } from '@wedsync/protocol'
import { allCollections } from '@wedsync/wedding'
import type { Wedding, World } from './a-matrix-world.ts'
import type { Past } from './past.ts'
import type { Truth } from './may-read.ts'
import type { Reply, Somebody, Wish } from './somebody.ts'
import { pullProbe, pushProbe, streamProbe } from './probes-of-sync.ts'
import { digestProblems } from './digest-problems.ts'
import { wordsIn } from './canaries.ts'

export type Target = { name: Wedding['name'] | 'nowhere'; wedding: Wedding | null }
export type Asked = Wish & {
  /** The status this person gets. */
  status: number
  /** Canaries that have to be there: an eye that sees nothing finds nothing. */
  shows?: string[]
  /** What else is wrong with an answer of that status. */
  problems?: (reply: Reply) => string[]
  /** What an answer of 200 tells that it may not, though no canary is in it; asked whether 200 was expected or not. */
  leaks?: (reply: Reply) => string[]
  /** Refused requests of one name get one answer, whatever they asked about. */
  alike?: string
}
export type Setting = { world: World; past: Past; truth: Truth; cursors: ReadonlyMap<Somebody, string> }
export type Probe = (who: Somebody, target: Target, setting: Setting) => Asked[]

const team = ['owner', 'planner', 'assistant']
/** Whether this person works on that wedding now. */
export const worksOn = ({ truth }: Setting, who: Somebody, { wedding }: Target): boolean =>
  wedding !== null && truth.eye(who).scopes.includes(wedding.id)

const statusProbe: Probe = (who, { wedding }, { world, truth }) => {
  const colleagues = wedding ? [wedding.crew.assistant, wedding.crew.vendor] : []
  const ids = [...colleagues.map(({ userId }) => userId), ...(wedding ? (wedding === world.own ? [who.userId] : []) : [randomUUID()])] // prettier-ignore
  return ids.flatMap((id): Asked[] => {
    const { role } = truth.eye(who)
    const isTheirs = role !== null && (id === who.userId || (role === 'owner' && wedding?.organization === who.organization)) // prettier-ignore
    return [
      { method: 'GET', path: `/api/offline/status/${id}`, status: isTheirs ? 200 : 403, alike: 'status' },
      { method: 'GET', path: `/api/offline/status/${id}?sections=devices,queue&timeRange=30d`, status: isTheirs ? 200 : 403, alike: 'status' }, // prettier-ignore
    ]
  })
}

const historyProbe: Probe = (who, { wedding }, { truth, world }) => {
  const eye = truth.eye(who)
  const asked = (table: string, id: string, isTheirs: boolean): Asked => {
    const row = truth
      .rows(who.organization)
      .get(table)
      ?.find((one) => one.id === id)
    const held = isTheirs && row ? truth.sight(who).get(`${table}/${id}`) : undefined
    return {
      ...{ method: 'GET', path: `/api/offline/history/${table}/${id}?limit=200`, status: isTheirs ? 200 : 404 },
      ...{ alike: 'history', shows: world.turned.has(id) ? [] : shown(held?.data) },
    }
  }
  if (!wedding) return allCollections.map(({ name }) => asked(name, randomUUID(), false))
  return [...wedding.rows].flatMap(([table, rows]) => {
    const collection = allCollections.find(({ name }) => name === table)!
    // where nothing of the wedding is theirs, one row of a table is as good as another
    const isNear = wedding.name === 'own wedding' || eye.scopes.includes(wedding.id)
    return (isNear ? rows : rows.slice(0, 1)).map(({ id }) => {
      const row = truth.lastOf(id)!
      return asked(table, id, wedding.organization === who.organization && eye.role !== null && eye.sees(collection, row)) // prettier-ignore
    })
  })
}

/** The words of a row; ids and small numbers prove nothing. */
export const shown = (data: object | undefined): string[] => wordsIn(JSON.stringify(data ?? {}))

const verifyProbe: Probe = (who, target, setting) => {
  const { wedding } = target
  const scopes = wedding ? [wedding.id, wedding.organization] : [randomUUID()]
  return scopes.map((scope): Asked => {
    const isTheirs = setting.truth.eye(who).scopes.includes(scope)
    const leaks = (reply: Reply) => digestProblems(setting.truth.sight(who), scope, reply)
    return { method: 'GET', path: `/api/offline/verify?scope=${scope}`, status: isTheirs ? 200 : 404, alike: 'verify', leaks } // prettier-ignore
  })
}

// ---- what waits for a person

type Met = Past['conflicts'][number]
/** The author, and the team of the wedding: as far as they may read any field of it. */
const concerns = ({ truth }: Setting, who: Somebody, { author, wedding, sent }: Met): boolean => {
  const { role, scopes, sees } = truth.eye(who)
  if (!role || who.organization !== wedding.organization || !scopes.includes(wedding.id)) return false
  const collection = allCollections.find(({ name }) => name === sent.table)!
  const row = truth.lastOf(sent.id)!
  const readable = Object.keys(sent['data'] as JsonObject).some((field) => (collection.fieldOf(field)!.readers ?? [role]).includes(role)) // prettier-ignore
  return readable && (author === who || (team.includes(role) && sees(collection, row)))
}
const metAt = ({ past }: Setting, { wedding }: Target): Met[] => past.conflicts.filter((met) => met.wedding === wedding)

const conflictsProbe: Probe = (who, target, setting) => {
  const scope = target.wedding?.id ?? randomUUID()
  const expected = (status?: string) =>
    setting.past.conflicts
      .filter(
        (met) => concerns(setting, who, met) && met.wedding === target.wedding && (!status || met.status === status),
      )
      .map(({ conflictId }) => conflictId)
  const only = (ids: string[]) => (reply: Reply) => {
    const listed = (reply.body['conflicts'] as { conflictId: string }[]).map(({ conflictId }) => conflictId)
    return sameSet(listed, ids) ? [] : [`lists ${listed.length} conflicts, not the ${ids.length} that concern them`]
  }
  const path = `/api/offline/conflicts?limit=200&scope=${scope}`
  return [
    { method: 'GET', path, status: 200, problems: only(expected()) },
    { method: 'GET', path: `${path}&status=pending`, status: 200, problems: only(expected('pending')) },
    { method: 'GET', path: '/api/offline/conflicts?limit=200&severity=critical', status: 200 },
  ]
}

const conflictProbe: Probe = (who, target, setting) => [
  ...metAt(setting, target).map((met): Asked => {
    const isTheirs = concerns(setting, who, met)
    const path = `/api/offline/conflicts/${met.conflictId}`
    return { method: 'GET', path, status: isTheirs ? 200 : 404, alike: 'conflict' }
  }),
  ...(target.wedding ? [] : [{ method: 'GET', path: `/api/offline/conflicts/${randomUUID()}`, status: 404, alike: 'conflict' }]), // prettier-ignore
]

// With a version that nobody has seen, whoever may decide hears only that.
const resolveProbe: Probe = (who, target, setting) => {
  const body = { choice: 'client', version: 9999 }
  const at = (id: string) => ({ method: 'POST', path: `/api/offline/conflicts/${id}/resolve`, body, alike: 'resolve' })
  return [
    ...metAt(setting, target).map((met): Asked => {
      if (!concerns(setting, who, met)) return { ...at(met.conflictId), status: 404 }
      if (met.status === 'resolved') return { ...at(met.conflictId), status: 409 }
      return { ...at(met.conflictId), status: isDecider(setting, who, met) ? 409 : 403 }
    }),
    ...(target.wedding ? [] : [{ ...at(randomUUID()), status: 404 }]),
  ]
}

// The same of all of them in one request: each is answered for itself, and what is none of theirs as what never was.
const togetherProbe: Probe = (who, target, setting) => {
  const mets = metAt(setting, target)
  const expected = [...mets.map((met) => codeOf(setting, who, met)), 'not_found']
  const ids = [...mets.map(({ conflictId }) => conflictId), randomUUID()]
  const conflicts = ids.map((conflictId) => ({ conflictId, version: 9999 }))
  const problems = ({ body }: Reply): string[] => {
    const failures = body['failures'] as { conflictId: string; code: string }[]
    return failures.flatMap(({ conflictId, code }, nth) => conflictId === ids[nth] && code === expected[nth] ? [] : [`says ${code} of a conflict, not ${expected[nth]!}`]) // prettier-ignore
  }
  const status = setting.truth.eye(who).role === null ? 404 : 200
  return [{ method: 'POST', path: '/api/offline/conflicts/resolve', body: { choice: 'server', conflicts }, status, problems }] // prettier-ignore
}

const codeOf = (setting: Setting, who: Somebody, met: Met): string => {
  if (!concerns(setting, who, met)) return 'not_found'
  if (met.status === 'resolved') return 'already_resolved'
  // whoever wrote a side may take it back, but not on a view that is none
  return isDecider(setting, who, met) || met.author === who ? 'conflict_moved' : 'forbidden'
}

const isDecider = ({ truth }: Setting, who: Somebody, { sent }: Met): boolean => {
  const { role, sees } = truth.eye(who)
  const collection = allCollections.find(({ name }) => name === sent.table)!
  if (!sees(collection, truth.lastOf(sent.id)!)) return false
  if (role === 'owner' || role === 'planner') return true
  return role === 'assistant' && Object.keys(sent['data'] as JsonObject).every((field) => collection.fieldOf(field)!.level !== 'critical') // prettier-ignore
}

const handled =
  (method: string): Probe =>
  (who, target, { past, truth }) => {
    const { role, scopes } = truth.eye(who)
    const at = (id: string) => ({ method, path: `/api/offline/retry/${id}`, alike: `${method} retry` })
    // what one may handle writes: `handledLast` tries it, in handling.pg.test.ts
    const foreign = past.failed.filter(({ author, wedding }) => wedding === target.wedding && author !== who && !((role === 'owner' || role === 'planner') && scopes.includes(wedding.id))) // prettier-ignore
    return [
      ...foreign.map(({ sent }): Asked => ({ ...at(sent.changeId), status: 404 })),
      ...(target.wedding ? [] : [{ ...at(randomUUID()), status: 404 }]),
    ]
  }

const alive =
  (path: string): Probe =>
  (_who, { wedding }) =>
    wedding ? [] : [{ method: 'GET', path, status: 200 }]
const closedDemo = (method: string): Probe => (_who, { wedding }) =>
  wedding ? [] : [{ method, path: '/api/auth/demo', status: 404, ...(method === 'POST' && { body: { email: 'a@b.example.com' } }) }] // prettier-ignore

const sessionProbe =
  (method: string, forMembers: number, forOthers: number): Probe =>
  (who, { wedding }, { truth }) =>
    wedding ? [] : [{ method, path: '/api/auth/session', status: truth.eye(who).role ? forMembers : forOthers }]

/** By method and path, as the route says them. */
export const probes: Record<string, Probe> = {
  'POST /api/offline/sync': pushProbe,
  'GET /api/offline/sync': pullProbe,
  'GET /api/offline/stream': streamProbe,
  'GET /api/offline/status/{userId}': statusProbe,
  'GET /api/offline/history/{table}/{id}': historyProbe,
  'GET /api/offline/verify': verifyProbe,
  'GET /api/offline/conflicts': conflictsProbe,
  'GET /api/offline/conflicts/{id}': conflictProbe,
  'POST /api/offline/conflicts/{id}/resolve': resolveProbe,
  'POST /api/offline/conflicts/resolve': togetherProbe,
  'POST /api/offline/retry/{changeId}': handled('POST'),
  'DELETE /api/offline/retry/{changeId}': handled('DELETE'),
  'GET /api/health': alive('/api/health'),
  'GET /api/health/ready': alive('/api/health/ready'),
  'GET /api/auth/demo': closedDemo('GET'),
  'POST /api/auth/demo': closedDemo('POST'),
  'POST /api/auth/session': sessionProbe('POST', 200, 403),
  'GET /api/auth/session': sessionProbe('GET', 404, 404),
  'DELETE /api/auth/session': sessionProbe('DELETE', 200, 200),
}

const sameSet = (one: string[], other: string[]) => one.length === other.length && one.every((id) => other.includes(id))
