// GET /api/offline/stream: what a server-sent event of each name carries. One page is told as `revoked` and `settled` where
// there are any, then `change` with the cursor as its id, then `ping`, which says how far that was read, then `digest`, by
// which it is known to be whole.
import * as z from 'zod/mini'
import { StreamDigest } from './content-digest.ts'
import { Id } from './ids.ts'
import { ServerChange } from './page.ts'
import { Settled } from './receipt.ts'

export const StreamPing = z.object({
  /** How far the pages before it were read. */
  position: z.int(),
  hasMore: z.boolean(),
  remaining: z.int(),
  timestamp: z.string(),
  /** When to ask again, should the stream end. */
  nextSyncTime: z.string(),
})
export type StreamPing = z.output<typeof StreamPing>

export const streamEvents = {
  change: z.array(ServerChange),
  settled: z.array(Settled),
  revoked: z.array(Id),
  ping: StreamPing,
  digest: StreamDigest,
} as const
export type StreamEventName = keyof typeof streamEvents
