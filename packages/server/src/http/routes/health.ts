// GET /api/health — the process is alive.   GET /api/health/ready — it can serve: database there, migrations current.
import * as z from 'zod/mini'
import { ApiError } from '../api-error.ts'
import { route } from '../route.ts'
import type { Steps } from '../steps.ts'

export const health = route<Steps>({
  method: 'GET',
  path: '/api/health',
  summary: 'Whether the process is alive',
  who: 'anyone',
  answers: z.object({ success: z.boolean(), status: z.literal('alive'), timestamp: z.string() }),
  refuses: [],
  waitsAs: null,
  handle: (_asked, { clock }) => Promise.resolve({ success: true, status: 'alive', timestamp: clock().toISOString() }),
})

export const healthReady = route<Steps>({
  method: 'GET',
  path: '/api/health/ready',
  summary: 'Whether it can serve: database reachable, migrations current',
  who: 'anyone',
  answers: z.object({
    success: z.boolean(),
    status: z.literal('ready'),
    timestamp: z.string(),
    checks: z.object({ database: z.string(), migrations: z.string() }),
  }),
  refuses: ['unavailable'],
  // it never waits: what it says is whether anybody would have to
  waitsAs: null,

  async handle(_asked, { readReadiness, clock }) {
    const { isReady, database, migrations, reason } = await readReadiness()
    if (!isReady) {
      const path = database === 'away' ? 'database' : 'migrations'
      throw new ApiError('unavailable', `Not able to serve: database ${database}, migrations ${migrations}.`, {
        details: [{ path, code: database === 'away' ? 'away' : migrations, message: reason ?? '' }],
        headers: { 'Retry-After': '5' },
      })
    }
    return { success: true, status: 'ready', timestamp: clock().toISOString(), checks: { database, migrations } }
  },
})
