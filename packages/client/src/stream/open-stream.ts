// Takes a cursor; hands on the pages of the server's stream as they come, each whole, and ends when the stream does. A
// platform's own EventSource cannot carry a token, so the events are read from an ordinary answer.
import { contentDigestHeader, contentDigestOf, queryTextOf, requestIdHeader } from '@wedsync/protocol'
import { pullLimit, streamAddressMax, streamSilenceMs } from '../limits.ts'
import { type Device } from '../settings.ts'
import { endingWith } from '../transport/ending-with.ts'
import { createPages, type StreamPage } from './stream-pages.ts'

/** How it ended: it never began; it was open and is over; what it said could not be read. */
export type StreamEnd = 'refused' | 'over' | 'unreadable'

export type StreamWish = { cursor: string; deviceId: string; signal: AbortController }

/** Follows the stream; `onPage` answers false to end it. Never throws. */
export const openStream = async (
  device: Device,
  { cursor, deviceId, signal }: StreamWish,
  onPage: (page: StreamPage) => Promise<boolean>,
): Promise<StreamEnd> => {
  const address = addressOf(device, cursor, deviceId)
  if (address.length > streamAddressMax) return 'refused'
  const watchdog = createWatchdog(device, () => signal.abort())
  let isOpen = false
  try {
    const requestId = device.ids()
    watchdog.seen()
    const body = await endingWith(signal.signal, bodyOf(device, address, requestId, signal.signal))
    if (!body) return 'refused'
    isOpen = true
    const pages = createPages(cursor, requestId)
    const reader = body.getReader()
    const utf8 = new TextDecoder()
    // a platform that forgets the signal would go on taking what nobody reads
    signal.signal.addEventListener('abort', () => void reader.cancel().catch(() => undefined))
    for (;;) {
      watchdog.seen()
      const { done, value } = await endingWith(signal.signal, reader.read())
      if (done || signal.signal.aborted) return 'over'
      pages.feed(utf8.decode(value, { stream: true }))
      for (const page of pages.taken()) {
        if (page === null) return 'unreadable'
        if (!(await onPage(page))) return 'over'
      }
    }
  } catch {
    return isOpen ? 'over' : 'refused'
  } finally {
    watchdog.stop()
    signal.abort()
  }
}

const addressOf = ({ baseUrl, scopes }: Device, cursor: string, deviceId: string): string => {
  const query = new URLSearchParams({ cursor, deviceId, pullLimit: String(pullLimit) })
  if (scopes) query.set('scopes', scopes.join(','))
  return `${baseUrl}/api/offline/stream?${query.toString()}`
}

const bodyOf = async (device: Device, address: string, requestId: string, signal: AbortSignal) => {
  const token = device.token()
  if (token === null) return null
  const { status, headers, body } = await device.fetch(address, {
    redirect: 'error',
    cache: 'no-store',
    signal,
    headers: {
      Accept: 'text/event-stream',
      Authorization: `Bearer ${token}`,
      [requestIdHeader]: requestId,
      [contentDigestHeader]: contentDigestOf(queryTextOf(address)),
    },
  })
  const isOurs = status === 200 && headers.get(requestIdHeader) === requestId
  return isOurs && /^text\/event-stream\b/i.test(headers.get('content-type') ?? '') ? body : null
}

// a connection that died without a word is only noticed by what does not come
const createWatchdog = ({ timers }: Device, bark: () => void) => {
  let handle: unknown = null
  const stop = () => {
    if (handle !== null) timers.clear(handle)
    handle = null
  }
  return {
    stop,
    seen: () => {
      stop()
      handle = timers.set(bark, streamSilenceMs)
    },
  }
}
