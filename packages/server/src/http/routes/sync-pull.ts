// GET /api/offline/sync?cursor=… — the next page of news, without changes going up.
import { Id, pullLimitDefault, pullLimitMax, scopesMax, SyncResponse } from '@wedsync/protocol'
import { instantOrNull } from '../../push/device-facts.ts'
import * as z from 'zod/mini'
import { route } from '../route.ts'
import type { Steps } from '../steps.ts'
import { receiptsOf, syncAnswer } from './answer-sync.ts'
import { nextSyncTime } from './next-sync-time.ts'

const PullQuery = z.object({
  cursor: z.optional(z.string().check(z.maxLength(64 * 1024))),
  deviceId: z.optional(Id),
  lastSyncTime: z.optional(z.iso.datetime({ offset: true })),
  scopes: z.optional(
    z.pipe(
      z.string(),
      z.pipe(
        z.transform((text: string) => text.split(',').filter((one) => one !== '')),
        z.array(Id).check(z.maxLength(scopesMax)),
      ),
    ),
  ),
  pullLimit: z.optional(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(pullLimitMax))),
})

export const syncPull = route<Steps, never, typeof PullQuery>({
  method: 'GET',
  path: '/api/offline/sync',
  summary: 'Hear what others changed',
  who: 'person',
  query: PullQuery,
  answers: SyncResponse,
  refuses: ['validation_failed', 'cursor_reset'],
  limitedAs: 'read',
  waitsAs: ({ query }) => (query.cursor ? 'pull' : 'load'),

  async handle({ query }, steps, caller) {
    const started = performance.now()
    const page = await steps.readPage(caller, {
      deviceId: query.deviceId ?? null,
      cursor: steps.readCursor(query.cursor, caller),
      since: instantOrNull(query.lastSyncTime ?? null),
      scopes: query.scopes ?? null,
      limit: query.pullLimit ?? pullLimitDefault,
      device: {},
    })
    const answered = receiptsOf(`sess_${steps.newId()}`, [], false, 0)
    return syncAnswer(answered, page, nextSyncTime(steps.clock()), performance.now() - started)
  },
})
