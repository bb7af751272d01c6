// Puts the routes on one port: for each, its limits, who is asking, its body read and checked, its step called, its
// answer or its error written. Nothing here knows what a change is.
import { randomUUID } from 'node:crypto'
import { getConnInfo } from '@hono/node-server/conninfo'
import { Hono, type Context } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { queryTextOf, requestIdHeader } from '@wedsync/protocol'
import * as z from 'zod/mini'
import { patienceOf, type Lines } from '../admission/create-lines.ts'
import { endless } from '../admission/patience.ts'
import type { Caller } from '../auth/caller.ts'
import type { Identify } from '../auth/identify.ts'
import { refuseForgery } from '../auth/refuse-forgery.ts'
import type { Events } from '../events.ts'
import type { Metrics } from '../ops/metrics.ts'
import type { SecurityLog } from '../ops/security-log.ts'
import { answerError } from './answer-error.ts'
import { answerJson } from './answer-json.ts'
import { ApiError } from './api-error.ts'
import { checkShape } from './check-shape.ts'
import { serveDocs } from './docs.ts'
import { serveMetrics } from './serve-metrics.ts'
import type { LimitRate } from './rate-limit.ts'
import { readBody } from './read-body.ts'
import { refuseDamaged } from './refuse-damaged.ts'
import { type Api } from './api.ts'
import type { Route } from './route.ts'
import { eventStreamHeaders } from '../stream/event-sink.ts'

z.config(z.locales.en())

export type ApiParts<Steps> = {
  routes: Route<Steps>[]
  steps: Steps
  identify: Identify
  seen: SecurityLog
  limitRate: LimitRate
  lines: Pick<Lines, 'mustBeThere' | 'admit'>
  events: Events
  metrics: Metrics
  metricsToken: string | null
  clock: () => Date
  chance: () => number
}

const nobody: Caller = { userId: '', organizationId: '', claims: '' }

export const serveRoutes = <Steps>(parts: ApiParts<Steps>): Api => {
  const { routes, steps, identify, seen, limitRate, lines, events, metrics, clock, chance } = parts
  const api: Api = new Hono()
  api.onError((thrown, context) => {
    const { requestId, caller = null, asked = '' } = context.var
    if (thrown instanceof ApiError) seen.refused(requestId, caller, thrown.code, asked)
    return answerError(context, thrown, events, clock, chance)
  })
  api.use(async (context, next) => {
    const given = context.req.header(requestIdHeader)
    const requestId = given && /^[\w-]{8,64}$/.test(given) ? given : randomUUID()
    context.set('requestId', requestId)
    context.header(requestIdHeader, requestId)
    const started = performance.now()
    await next()
    // what is no route is not told apart: addresses are anybody's to make up
    metrics.requestAnswered(context.var.asked ?? 'none', context.res.status, (performance.now() - started) / 1000)
  })
  api.use('/api/*', secureHeaders())

  const serve = (entry: Route<Steps>) =>
    api.on(entry.method, entry.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (context) => {
      context.set('asked', `${entry.method} ${entry.path}`)
      if (entry.waitsAs !== null) lines.mustBeThere()
      const address = addressOf(context)
      const header = (name: string) => context.req.header(name)
      const caller = entry.who === 'person' ? await identify(header) : nobody
      if (entry.who === 'person') context.set('caller', caller)
      refuseForgery(caller, entry.method, header)
      const limit = entry.limitedAs
      if (limit && limit !== 'push') setAll(context, await limitRate(limit, caller.userId || address))
      if (!entry.takes) refuseDamaged(context.req.raw, queryTextOf(context.req.url))
      const body = entry.takes ? checkShape(entry.takes, await readBody(context.req.raw)) : undefined
      if (limit === 'push') {
        const { changes, conflicts } = (body ?? {}) as { changes?: unknown[]; conflicts?: unknown[] }
        const carriesWork = (changes ?? conflicts)?.length
        setAll(context, await limitRate(carriesWork ? 'push' : 'read', caller.userId))
      }
      const query = entry.query ? checkShape(entry.query, context.req.query()) : undefined
      const params = context.req.param() as Record<string, string>
      const setHeader = (name: string, value: string) => context.header(name, value)
      const kind = typeof entry.waitsAs === 'function' ? entry.waitsAs({ body, query }) : entry.waitsAs
      const patience = kind ? patienceOf(kind, context.req.raw.signal) : endless
      const asked = { body, query, params, requestId: context.get('requestId'), header, setHeader, patience }
      const handle = () => entry.handle(asked, steps, caller)
      // the body is here: nobody's slow line keeps a place
      const answer = await (kind ? lines.admit(kind, patience, handle) : handle())
      if (answer instanceof ReadableStream) return context.body(answer, 200, eventStreamHeaders)
      // an answer that is text is JSON already
      return await answerJson(context, typeof answer === 'string' ? answer : JSON.stringify(answer))
    })

  // address by address: one that is spelled out, and stands before one that holds an id, is never taken for that
  for (const path of new Set(routes.map((entry) => entry.path))) {
    const entries = routes.filter((entry) => entry.path === path)
    entries.forEach(serve)
    refuseOtherMethods(api, path, entries)
  }
  serveDocs(api, routes)
  serveMetrics(api, metrics, parts.metricsToken)
  api.all('/api/*', () => {
    throw new ApiError('not_found', 'There is nothing at this address.')
  })
  return api
}

const refuseOtherMethods = <Steps>(api: Api, path: string, entries: Route<Steps>[]) => {
  const methods = entries.map((entry) => entry.method)
  api.all(path.replaceAll(/\{(\w+)\}/g, ':$1'), () => {
    throw new ApiError('method_not_allowed', `This address understands ${methods.join(' and ')}.`, {
      headers: { Allow: methods.join(', ') },
    })
  })
}

const setAll = (context: Context, headers: Record<string, string>) => {
  for (const [name, value] of Object.entries(headers)) context.header(name, value)
}

// Inside another server (Next.js) there is no socket of ours to ask.
const addressOf = (context: Context): string => {
  try {
    return getConnInfo(context).remote.address ?? 'unknown'
  } catch {
    return 'unknown'
  }
}
