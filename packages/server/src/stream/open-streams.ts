// Opens streams and knows all that are open: how many a person may have, and in all; one for each device; and how to end
// them together. What a stream reads waits for its turn, so that a busy wedding's streams leave room for pulls.
import { isId } from '@wedsync/protocol'
import type { Line } from '../admission/create-line.ts'
import type { Caller } from '../auth/caller.ts'
import type { Events } from '../events.ts'
import { ApiError } from '../http/api-error.ts'
import type { PageWish } from '../pull/read-page.ts'
import { createEventSink } from './event-sink.ts'
import { followLog, type FollowParts } from './follow-log.ts'

/** Streams of one person: every device they might carry to a wedding, and the tabs of a laptop. */
const perPersonMax = 8
/** Streams of one process: each costs a socket and, awake, a page. */
const inAllMax = 1000

export type StreamWish = Omit<PageWish, 'device' | 'isQuiet'>
export type Streams = {
  open: (caller: Caller, requestId: string, wish: StreamWish) => Promise<ReadableStream<Uint8Array>>
  /** Ends all of them, and lets nobody in any more; resolves when none is reading. */
  end: () => Promise<void>
  /** Ends those that are open; their devices pull, and hear why there is nothing to stream. */
  cut: () => void
  count: () => number
}

export type StreamsParts = Pick<
  FollowParts,
  'readPage' | 'readCursor' | 'heads' | 'clock' | 'nextSyncTime' | 'heartbeatMs'
> & { events: Events; line: Line; limits?: { perPerson: number; inAll: number } }

type Open = { person: string; deviceId: string | null; stop: AbortController; over: Promise<void> }

export const createStreams = ({ events, line, limits, ...parts }: StreamsParts): Streams => {
  const { perPerson, inAll } = limits ?? { perPerson: perPersonMax, inAll: inAllMax }
  const all = new Set<Open>()
  const readInTurn: FollowParts['readPage'] = (caller, wish) => line.run(() => parts.readPage(caller, wish))
  let isEnding = false

  const admit = (person: string, deviceId: string | null): Open => {
    if (isEnding) throw busy('This server is about to restart.', 2)
    // a device that lost its signal comes back long before its old connection is found dead
    for (const one of all) if (one.person === person && deviceId && one.deviceId === deviceId) leave(one)
    if ([...all].filter((one) => one.person === person).length >= perPerson)
      throw new ApiError(
        'rate_limited',
        `You have ${perPerson} streams open already. Ask for news from time to time.`,
        {
          headers: { 'Retry-After': '60' },
        },
      )
    if (all.size >= inAll) throw busy('Too many are listening just now. Ask for news from time to time.', 60)
    const admitted: Open = { person, deviceId, stop: new AbortController(), over: Promise.resolve() }
    all.add(admitted)
    return admitted
  }
  const leave = (one: Open) => {
    all.delete(one)
    one.stop.abort()
  }

  return {
    async open(caller, requestId, asked) {
      const deviceId = isId(asked.deviceId) ? asked.deviceId : null
      const wish = { ...asked, deviceId, device: {} }
      const admitted = admit(`${caller.organizationId}/${caller.userId}`, deviceId)
      const { stop } = admitted
      try {
        // whoever opens one has waited for this already
        const first = await parts.readPage(caller, wish)
        const sink = createEventSink(stop)
        admitted.over = followLog({
          ...parts,
          readPage: readInTurn,
          caller,
          requestId,
          wish,
          first,
          sink,
          stop: stop.signal,
        })
          .then(events.streamEnded, (thrown: unknown) => events.streamFailed(thrown))
          .finally(() => {
            leave(admitted)
            sink.close()
          })
        return sink.body
      } catch (thrown) {
        leave(admitted)
        throw thrown
      }
    },
    async end() {
      isEnding = true
      const open = [...all]
      for (const one of open) leave(one)
      parts.heads.stop()
      await Promise.all(open.map(({ over }) => over))
    },
    cut: () => {
      for (const one of [...all]) leave(one)
    },
    count: () => all.size,
  }
}

const busy = (message: string, seconds: number) =>
  new ApiError('unavailable', message, { headers: { 'Retry-After': String(seconds) } })
