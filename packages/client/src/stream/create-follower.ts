// Keeps a stream open while there is one to have: opened after a run that ended well, at the cursor that run left; followed
// until it ends, is called off, or somebody else moved the cursor. It decides nothing: pages are applied by whoever owns
// the store, and without a stream the schedule asks from time to time, as ever.  Keeps P6, P14.
import { streamAgainWithinMs, streamLivedMs } from '../limits.ts'
import { around, within } from '../retry/backoff.ts'
import { type Device } from '../settings.ts'
import { readState } from '../store/read-state.ts'
import { type Store } from '../store/store.ts'
import { openStream } from './open-stream.ts'
import { type StreamPage } from './stream-pages.ts'

export type FollowerParts = {
  store: Store
  device: Device
  /** Applies a page that continues this cursor. False: the cursor is no longer the store's, and the page was dropped. */
  apply: (page: StreamPage, cursor: string) => Promise<boolean>
  isHalted: () => boolean
  /** The stream is over; asking within so many milliseconds makes up for it. */
  onEnd: (askWithinMs: number) => void
}

export type Follower = {
  /** Opens a stream at the store's cursor, unless that is what is being followed. */
  follow: () => Promise<void>
  isFollowing: () => boolean
  /** Calls it off; resolves when nothing of it is under way. */
  stop: () => Promise<void>
}

/** The follower of one engine. */
export const createFollower = ({ store, device, apply, isHalted, onEnd }: FollowerParts): Follower => {
  const { clock, random, timers, surroundings } = device
  let current: { cursor: string; signal: AbortController; over: Promise<void> } | null = null

  const mayFollow = () =>
    device.followsStream &&
    !isHalted() &&
    device.token() !== null &&
    surroundings.isOnline() &&
    surroundings.isVisible()

  const start = (cursor: string, deviceId: string) => {
    const signal = new AbortController()
    const mine = { cursor, signal, over: Promise.resolve() }
    const began = clock()
    let isOutrun = false
    const onPage = async (page: StreamPage): Promise<boolean> => {
      if (signal.signal.aborted) return false
      const isApplied = await apply(page, mine.cursor)
      if (isApplied) mine.cursor = page.response.cursor
      isOutrun = !isApplied
      return isApplied
    }
    mine.over = openStream(device, { cursor, deviceId, signal }, onPage).then((end) => {
      if (current !== mine) return
      current = null
      // what was dropped is on the stream that begins at the store's cursor
      if (isOutrun) timers.set(() => void follow(), around(outrunMs, random))
      else if (end === 'over' && clock() - began >= streamLivedMs) onEnd(within(streamAgainWithinMs, random))
      else onEnd(around(device.pollEveryMs, random))
    })
    current = mine
  }

  const stop = async (): Promise<void> => {
    const ending = current
    current = null
    ending?.signal.abort()
    await ending?.over
  }

  const follow = async (): Promise<void> => {
    if (!mayFollow()) return stop()
    // a store that is just being closed has nothing to follow
    const { cursor, deviceId } = await store.view(readState).catch(() => ({ cursor: null, deviceId: '' }))
    if (cursor === null || current?.cursor === cursor || !mayFollow()) return
    await stop()
    // nothing was awaited since a stop that came in between
    if (mayFollow() && current === null) start(cursor, deviceId)
  }

  return { follow, isFollowing: () => current !== null, stop }
}

/** About how long until a stream that was outrun begins anew: whoever moved the cursor may be at it still. */
const outrunMs = 1500
