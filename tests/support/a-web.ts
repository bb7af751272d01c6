// A wedding's server behind a real socket, as `npm start` listens: what people ask goes over TCP, and connections are counted.
import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { httpLimits } from '@wedsync/server'
import { listen } from '../../apps/api/src/listen.ts'
import {
  accountOf,
  agency,
  aPhone,
  atTheEnd,
  aWedding,
  type Answer,
  type Phone,
} from '../../packages/server/src/testing/a-wedding.ts'

export type Web = Awaited<ReturnType<typeof aWeb>>

const metricsToken = 'read-by-whoever-is-on-call'

export const aWeb = async (
  options: Parameters<typeof aWedding>[0] = {},
  limits: Partial<Record<keyof typeof httpLimits, number>> = {},
) => {
  const wedding = await aWedding({ metricsToken, ...options })
  const { server } = wedding
  const answer = (request: Request, environment: unknown) => server.api.fetch(request, environment)
  const { address, close } = await listen(answer, { host: '127.0.0.1', port: 0 }, limits)
  atTheEnd(async () => {
    await server.endStreams()
    await close()
  })
  const fetchOver = (path: string, init?: RequestInit) => fetch(new URL(path, address), init)
  const { userId, organizationId } = accountOf('planner', agency)

  return {
    ...wedding,
    address,
    fetch: fetchOver,
    /** A planner with a phone of their own. */
    phone: (): Phone => aPhone({ fetch: fetchOver, userId, organizationId }),
    /** A figure of the server, by its name with labels. */
    counted: async (line: string): Promise<number> => {
      const text = await (await fetchOver('/metrics', { headers: { authorization: `Bearer ${metricsToken}` } })).text()
      return Number(
        text
          .split('\n')
          .find((one) => one.startsWith(`${line} `))
          ?.slice(line.length + 1) ?? 0,
      )
    },
    /** How many wait in any line. */
    waiting: async (): Promise<number> => {
      const text = await (await fetchOver('/metrics', { headers: { authorization: `Bearer ${metricsToken}` } })).text()
      const lines = text.matchAll(/^wedsync_line\{[^}]*state="waiting"[^}]*\} (\d+)/gm)
      return [...lines].reduce((sum, [, waiting]) => sum + Number(waiting), 0)
    },
    isReady: async (): Promise<boolean> => (await fetchOver('/api/health/ready')).ok,
  }
}

/** 503, when to come back, and nothing that was written hidden behind it. */
export const expectSentHome = ({ status, headers, body }: Answer): void => {
  expect(status).toBe(503)
  expect(body).toMatchObject({ success: false, error: 'Service unavailable', code: 'unavailable' })
  const seconds = Number(headers.get('retry-after'))
  expect(seconds).toBeGreaterThanOrEqual(2)
  expect(seconds).toBeLessThanOrEqual(30)
}

/** One of each kind of question, as somebody's app asks them. */
export const everyKind = (phone: Phone): (() => Promise<Answer>)[] => [
  () => phone.asks('/api/offline/sync'),
  () => phone.asks(`/api/offline/sync?cursor=${encodeURIComponent(phone.view.cursor ?? '')}`),
  () => phone.asks(`/api/offline/status/${phone.userId}`),
  () => phone.asks('/api/offline/conflicts'),
  () => phone.asks('/api/offline/stream'),
  () => phone.asks(`/api/offline/conflicts/${randomUUID()}/resolve`, { method: 'POST', body: '{"choice":"client"}' }),
  () => phone.sends([phone.creates('notes', { client_id: randomUUID(), body: 'Nobody home' })]),
]

/** Milliseconds each took, asked one after the other; and what they were answered. */
export const timed = async (ask: () => Promise<Answer>, times: number) => {
  const took: number[] = []
  const answers: Answer[] = []
  for (let nth = 0; nth < times; nth += 1) {
    const began = performance.now()
    answers.push(await ask())
    took.push(performance.now() - began)
  }
  took.sort((one, other) => one - other)
  return { median: took[Math.floor(times / 2)]!, most: took.at(-1)!, answers }
}
