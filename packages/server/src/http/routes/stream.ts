// GET /api/offline/stream?cursor=… — news as it happens, as server-sent events. `Last-Event-ID` resumes where a connection
// was lost, whatever the address still says.
import { Id, pullLimitDefault, pullLimitMax, scopesMax, streamEvents } from '@wedsync/protocol'
import * as z from 'zod/mini'
import { route } from '../route.ts'
import type { Steps } from '../steps.ts'

const StreamQuery = z.object({
  cursor: z.optional(z.string().check(z.maxLength(64 * 1024))),
  deviceId: z.optional(Id),
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

export const stream = route<Steps, never, typeof StreamQuery>({
  method: 'GET',
  path: '/api/offline/stream',
  summary: 'Hear what others change, as it happens',
  who: 'person',
  query: StreamQuery,
  answers: z.string(),
  streams: streamEvents,
  refuses: ['validation_failed', 'cursor_reset', 'unavailable'],
  limitedAs: 'read',
  waitsAs: 'load',

  async handle({ query, header, requestId }, { openStream, readCursor }, caller) {
    const { cursor, deviceId, scopes, pullLimit } = query
    return await openStream(caller, requestId, {
      deviceId: deviceId ?? null,
      cursor: readCursor(header('last-event-id') ?? cursor, caller),
      scopes: scopes ?? null,
      limit: pullLimit ?? pullLimitDefault,
    })
  },
})
