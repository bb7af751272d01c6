// One node of the server: the real steps and routes over the model of the database. It can die between any two words it says to
// the database, and comes back a little later; what it held in memory is gone then, what was not committed too.
import {
  contentDigestFrom,
  contentDigestHeader,
  contentDigestOf,
  queryTextOf,
  requestIdHeader,
} from '@wedsync/protocol'
import { weddingSchemas } from '@wedsync/wedding'
import type { Collection } from '@wedsync/merge'
import { createLines } from '../../../packages/server/src/admission/create-lines.ts'
import { endless } from '../../../packages/server/src/admission/patience.ts'
import { SentHome } from '../../../packages/server/src/admission/sent-home.ts'
import { createTurns, type TakeTurns } from '../../../packages/server/src/admission/take-turns.ts'
import { callerFor, type Caller } from '../../../packages/server/src/auth/caller.ts'
import type { Database } from '../../../packages/server/src/db/pool.ts'
import type { Events } from '../../../packages/server/src/events.ts'
import { errorAnswer } from '../../../packages/server/src/http/answer-error.ts'
import { ApiError } from '../../../packages/server/src/http/api-error.ts'
import { checkShape } from '../../../packages/server/src/http/check-shape.ts'
import { damaged } from '../../../packages/server/src/http/refuse-damaged.ts'
import type { Route } from '../../../packages/server/src/http/route.ts'
import { discard, tryAgain } from '../../../packages/server/src/http/routes/retry.ts'
import { resolveConflict } from '../../../packages/server/src/http/routes/conflicts.ts'
import { syncPull } from '../../../packages/server/src/http/routes/sync-pull.ts'
import { syncPush } from '../../../packages/server/src/http/routes/sync-push.ts'
import type { Steps } from '../../../packages/server/src/http/steps.ts'
import { turnsOfOrganization } from '../../../packages/server/src/limits.ts'
import { createCursors } from '../../../packages/server/src/pull/cursor.ts'
import { createReadPage, readCursor } from '../../../packages/server/src/pull/read-page.ts'
import { createReadPageOfPush } from '../../../packages/server/src/pull/read-page-of-push.ts'
import { receiptsOnlyPage } from '../../../packages/server/src/pull/receipts-only-page.ts'
import { createReceiveBatch } from '../../../packages/server/src/push/receive-batch.ts'
import { sha256 } from '../../../packages/server/src/push/sha256.ts'
import { createForgetOld } from '../../../packages/server/src/retention/forget-old.ts'
import { createRetryKept } from '../../../packages/server/src/retry/retry-kept.ts'
import { createDecide } from '../../../packages/server/src/review/decide.ts'
import { createDiscard, createTryAgain } from '../../../packages/server/src/review/handle-failed.ts'
import { databaseError } from '../model/state.ts'
import type { ModelDatabase, ModelPool } from '../model/model-database.ts'
import type { Dice } from './dice.ts'
import type { VirtualTime } from './virtual-time.ts'

export type WireRequest = { method: string; address: string; headers: Record<string, string>; body: string | null }
export type WireAnswer = { status: number; headers: Record<string, string>; text: string }

/** Nobody answers at this address just now. */
export class Unreachable extends Error {}

export type Troubles = {
  /** The node dies at a word to the database. */
  crash: number
  /** A connection to the database is lost. */
  disconnect: number
  /** A word takes long. */
  slow: number
}

export type ServerNode = {
  ask: (request: WireRequest) => Promise<WireAnswer>
  crash: () => void
  /** One pass over what is kept for another try. */
  retry: () => Promise<void>
  /** One pass over what is old enough to be forgotten. */
  forget: () => Promise<void>
  calm: () => void
}

export type NodeParts = {
  model: ModelDatabase
  collections: ReadonlyMap<string, Collection>
  time: VirtualTime
  dice: Dice
  troubles: Troubles
  pageSize: number
  /** Milliseconds for which strangers are in front of whoever sends, at most; left out, nobody is. */
  queueMs?: number | undefined
  says: (text: string) => void
}

type Life = {
  isDead: boolean
  steps: Steps
  retry: () => Promise<unknown>
  forget: () => Promise<unknown>
  pool: ModelPool
}

const silent = new Proxy({}, { get: () => () => undefined }) as Events

export const createServerNode = (parts: NodeParts): ServerNode => {
  const { model, time, dice, says } = parts
  let { troubles } = parts
  let queueMs = parts.queueMs ?? 0
  let life: Life | null = null
  const never = <Value>() => new Promise<Value>(() => undefined)

  const start = (): Life => {
    const mine: Pick<Life, 'isDead'> = { isDead: false }
    const stop = async (name: string, isAfter: boolean): Promise<void> => {
      await time.wait(dice.is(troubles.slow) ? dice.between(200, 4000) : dice.between(0, 3))
      if (mine.isDead) return never()
      if (dice.is(troubles.crash)) {
        says(`the server dies ${isAfter ? 'after' : 'before'} ${name}`)
        crash()
        return never()
      }
      if (dice.is(troubles.disconnect)) {
        says(`the database is lost ${isAfter ? 'after' : 'before'} ${name}`)
        pool.breakAll()
        throw databaseError('57P01', 'terminating connection')
      }
    }
    const pool = model.poolFor({ before: (name) => stop(name, false), after: (name) => stop(name, true) })
    const born = Object.assign(mine, { pool, ...joined(parts, pool as unknown as Database, () => queueMs) })
    return born
  }
  const crash = () => {
    if (!life) return
    life.isDead = true
    life.pool.breakAll()
    life = null
    time.set(() => (life ??= start()), dice.between(500, 8000))
  }
  life = start()

  return {
    ask: async (request) => {
      const now = life
      if (!now) throw new Unreachable()
      const answer = await answerTo(request, now.steps, time, dice.chance)
      return now.isDead ? never() : answer
    },
    crash,
    retry: async () => {
      const now = life
      if (now) await now.retry().catch(() => undefined)
    },
    forget: async () => {
      const now = life
      if (now) await now.forget().catch(() => undefined)
    },
    calm: () => {
      troubles = { crash: 0, disconnect: 0, slow: 0 }
      queueMs = 0
      life ??= start()
    },
  }
}

// one turn at a time, and each takes a while to come: whoever else comes meanwhile goes along
const crowded = (time: VirtualTime, dice: Dice, queueMs: () => number): TakeTurns => {
  const turns = createTurns(
    { ...turnsOfOrganization, atOnce: 1 },
    (why) => new SentHome('organization', why, 'too many', 2),
  )
  return {
    ...turns,
    run: (key, step, patience) =>
      turns.run(
        key,
        async () => {
          await time.wait(dice.below(queueMs() + 1))
          return step()
        },
        patience,
      ),
  }
}

// as create-server joins them
const joined = (
  { model, collections, time, dice, pageSize, queueMs }: NodeParts,
  database: Database,
  queueNow: () => number,
): Pick<Life, 'steps' | 'retry' | 'forget'> => {
  const clock = () => new Date(time.now())
  const schemas = weddingSchemas
  const review = { database, collections, schemas, events: silent, clock, chance: dice.chance, newId: dice.id }
  const cursors = createCursors(Buffer.from(model.epoch().padEnd(32, '0').slice(0, 32)))
  // the database is never away for long here: how a server bears that is tried on a real one, in tests/faults
  const breaker = { isClosed: () => true, openForSeconds: () => 0 }
  const all = createLines({ breaker, clock, chance: dice.chance })
  const lines = queueMs === undefined ? all : { ...all, turnsOfOrganization: crowded(time, dice, queueNow) }
  const receiveBatch = createReceiveBatch({
    ...{ database, lines, collections, schemas, events: silent, clock, chance: dice.chance },
  })
  const readWholePage = createReadPage(database, cursors, () => undefined)
  const readPage: Steps['readPage'] = (caller, wish) =>
    readWholePage(caller, { ...wish, limit: Math.min(wish.limit, pageSize) })
  const receiptsOnly: Steps['receiptsOnlyPage'] = (caller, cursor, order) =>
    receiptsOnlyPage(caller, cursor, order, cursors)
  const decideConflict = createDecide(review)
  const retry = createRetryKept(review)
  const steps: Partial<Steps> = {
    schemas,
    receiveBatch,
    readPage,
    readPageOfPush: createReadPageOfPush({ line: lines.inner.pagesOfPushes, readPage, receiptsOnlyPage: receiptsOnly }),
    receiptsOnlyPage: receiptsOnly,
    readCursor: (text, caller) => readCursor(text, caller, cursors, () => undefined),
    decideConflict,
    tryAgain: createTryAgain(review),
    discardChange: createDiscard(review, decideConflict),
    clock,
    newId: dice.id,
    batchReceived: () => undefined,
    seen: new Proxy({}, { get: () => () => undefined }) as Steps['seen'],
  }
  return { steps: steps as Steps, retry, forget: createForgetOld(database, () => undefined) }
}

const routes: readonly Route<Steps>[] = [syncPush, syncPull, tryAgain, discard, resolveConflict]

const answerTo = async (
  { method, address, headers, body }: WireRequest,
  steps: Steps,
  time: VirtualTime,
  chance: () => number,
): Promise<WireAnswer> => {
  const requestId = headers[requestIdHeader] ?? 'nobody'
  // without a date nobody can tell when the server would like to be asked again: phones ask as often as the world wants
  const common = { 'content-type': 'application/json', [requestIdHeader]: requestId }
  const answered = (status: number, text: string, more: Record<string, string> = {}): WireAnswer => ({
    status,
    headers: { ...common, [contentDigestHeader]: contentDigestFrom(sha256(text)), ...more },
    text,
  })
  try {
    const url = new URL(address, 'http://simulated')
    const found = routes
      .map((route) => ({ route, params: matched(route.path, url.pathname) }))
      .find(({ route, params }) => route.method === method && params)
    if (!found) throw new ApiError('not_found', 'There is nothing at this address.')
    const { route, params } = found
    const caller = identified(headers['Authorization'], time)
    if (
      headers[contentDigestHeader] !== undefined &&
      headers[contentDigestHeader] !== contentDigestOf(body ?? queryTextOf(address))
    )
      throw damaged()
    const taken = route.takes ? checkShape(route.takes, parsed(body)) : undefined
    const query = route.query ? checkShape(route.query, Object.fromEntries(url.searchParams)) : undefined
    const asked = {
      body: taken,
      query,
      params: params!,
      requestId,
      header: (name: string) => headers[name],
      setHeader: () => undefined,
      patience: endless,
    }
    const answer = await route.handle(asked, steps, caller)
    return answered(200, typeof answer === 'string' ? answer : JSON.stringify(answer))
  } catch (thrown) {
    const { error, status, body: said } = errorAnswer(thrown, requestId, new Date(time.now()), chance)
    if (error.code === 'internal') throw thrown
    return answered(status, JSON.stringify(said), error.headers)
  }
}

const matched = (pattern: string, path: string): Record<string, string> | null => {
  const [wanted, given] = [pattern.split('/'), path.split('/')]
  if (wanted.length !== given.length) return null
  const params: Record<string, string> = {}
  for (const [nth, part] of wanted.entries())
    if (part.startsWith('{')) params[part.slice(1, -1)] = decodeURIComponent(given[nth]!)
    else if (part !== given[nth]) return null
  return params
}

/** The world's tokens say who and until when; nobody forges them here. */
export const tokenFor = (userId: string, organizationId: string, until: number): string =>
  `${userId}/${organizationId}/${until}`

const identified = (header: string | undefined, time: VirtualTime): Caller => {
  const [userId = '', organizationId = '', until = '0'] = (header ?? '').replace(/^Bearer /, '').split('/')
  if (!header || Number(until) <= time.now())
    throw new ApiError('unauthorized', 'Sign in again. What you have not shared yet is safe.')
  return callerFor(userId, organizationId, Number(until))
}

const parsed = (body: string | null): unknown => {
  try {
    return JSON.parse(body ?? '')
  } catch {
    throw new ApiError('invalid_json', 'The body is not valid JSON.')
  }
}
