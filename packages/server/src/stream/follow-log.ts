// The life of one stream: what was missed, hand-over, and then whatever comes, page by page (H18). Being woken only means
// to look: every page goes through the same step as a pull, under the caller's rights at that moment.  Keeps P5, P7, P8.
import { streamDigestText } from '@wedsync/protocol'
import type { Caller } from '../auth/caller.ts'
import type { Cursor } from '../pull/cursor.ts'
import type { NewsPage, PageWish } from '../pull/read-page.ts'
import { sha256 } from '../push/sha256.ts'
import type { EventSink } from './event-sink.ts'
import type { Heads } from './watch-heads.ts'

/** Milliseconds between two signs of life: shorter than what proxies and phones take for an end. */
const heartbeatMs = 15_000

export type FollowParts = {
  caller: Caller
  /** Of the request that is answered: the digests of its pages begin with it. */
  requestId: string
  wish: PageWish
  /** Read before the answer began, so that a fault of the cursor is an ordinary answer. */
  first: NewsPage
  readPage: (caller: Caller, wish: PageWish) => Promise<NewsPage>
  readCursor: (text: string, caller: Caller) => Cursor | null
  sink: EventSink
  heads: Heads
  stop: AbortSignal
  clock: () => Date
  nextSyncTime: (now: Date) => string
  heartbeatMs?: number
}

export type FollowEnd = 'stopped' | 'expired' | 'stranger'

export const followLog = async (parts: FollowParts): Promise<FollowEnd> => {
  const { caller, wish, heads, stop, clock } = parts
  const beatMs = parts.heartbeatMs ?? heartbeatMs
  const leftMs = () => (caller.until ?? Infinity) * 1000 - clock().getTime()
  let page = parts.first
  let digest = parts.requestId
  for (let isQuiet = false, nth = 0; ; nth += 1) {
    // somebody whom nothing is left of is told so, and no more
    const sent = await sendPage(parts, page, digest, !isQuiet || nth === 0 || page.hasMore)
    if (sent === null) return 'stopped'
    digest = sent
    if (page.isStranger) return 'stranger'
    if (!page.hasMore) {
      const waitMs = Math.min(beatMs, Math.max(leftMs(), 0))
      isQuiet = await heads.beyond(caller.organizationId, page.position, stop, waitMs)
    }
    if (stop.aborted) return 'stopped'
    if (leftMs() <= 0) return 'expired'
    page = await parts.readPage(caller, { ...wish, cursor: parts.readCursor(page.cursor, caller), isQuiet })
  }
}

// answers the digest of what was sent last, or null where nobody takes it any more. The cursor goes behind what it is the
// cursor of: whoever has its id, and the digest, has the whole page
const sendPage = async (
  { sink, clock, nextSyncTime }: FollowParts,
  page: NewsPage,
  digestBefore: string,
  isSignOfLife: boolean,
): Promise<string | null> => {
  const { changesJson, cursor, position, hasMore, remaining, revokedScopes, settled } = page
  const hasNews = changesJson !== '[]' || revokedScopes.length > 0 || settled.length > 0
  if (!hasNews && !isSignOfLife) return digestBefore
  const now = clock()
  const ping = { position, hasMore, remaining, timestamp: now.toISOString(), nextSyncTime: nextSyncTime(now) }
  const events = [
    ...(revokedScopes.length > 0 ? [{ event: 'revoked', data: JSON.stringify(revokedScopes) }] : []),
    ...(settled.length > 0 ? [{ event: 'settled', data: JSON.stringify(settled) }] : []),
    ...(hasNews ? [{ event: 'change', data: changesJson, id: cursor }] : []),
    { event: 'ping', data: JSON.stringify(ping) },
  ]
  const digest = sha256(streamDigestText(digestBefore, events))
  for (const event of [...events, { event: 'digest', data: JSON.stringify({ digest }) }])
    if (!(await sink.send(event))) return null
  return digest
}
