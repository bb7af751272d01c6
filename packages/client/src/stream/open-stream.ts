// Takes a cursor; hands on the pages of the server's stream as they come, each whole, and ends when the stream does. A
// platform's own EventSource cannot carry a token, so the events are read from an ordinary answer.
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { StreamPing, SyncResponse, type Json } from '@wedsync/protocol'
import { pullLimit, streamAddressMax, streamSilenceMs } from '../limits.ts'
import { type Device } from '../settings.ts'

export type StreamPage = { response: SyncResponse }
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
    const body = await bodyOf(device, address, signal.signal)
    if (!body) return 'refused'
    isOpen = true
    const pages = createPages(cursor)
    const reader = body.getReader()
    const utf8 = new TextDecoder()
    // a platform that forgets the signal would wait for the next event
    signal.signal.addEventListener('abort', () => void reader.cancel().catch(() => undefined))
    for (;;) {
      watchdog.seen()
      const { done, value } = await reader.read()
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

const bodyOf = async (device: Device, address: string, signal: AbortSignal) => {
  const token = device.token()
  if (token === null) return null
  const { status, headers, body } = await device.fetch(address, {
    redirect: 'error',
    cache: 'no-store',
    signal,
    headers: { Accept: 'text/event-stream', Authorization: `Bearer ${token}` },
  })
  return status === 200 && /^text\/event-stream\b/i.test(headers.get('content-type') ?? '') ? body : null
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

// events become pages: what comes between two pings belongs together; null: this is not our wire
const createPages = (cursorBefore: string) => {
  let cursor = cursorBefore
  let gathered: Record<string, Json> = {}
  let ready: (StreamPage | null)[] = []
  const close = (ping: StreamPing) => {
    const read = SyncResponse.safeParse({ ...nothing, ...gathered, ...ping, cursor })
    const hasNews = Object.keys(gathered).length > 0
    if (!read.success) ready.push(null)
    else if (hasNews) ready.push({ response: read.data })
    gathered = {}
  }
  const onEvent = ({ event, data, id }: EventSourceMessage) => {
    const value = jsonOrNull(data)
    if (event === 'revoked') gathered = { ...gathered, revokedScopes: value }
    else if (event === 'settled') gathered = { ...gathered, settled: value }
    else if (event === 'change') {
      gathered = { ...gathered, serverChanges: value }
      cursor = id ?? cursor
    } else if (event === 'ping') {
      const ping = StreamPing.safeParse(value)
      if (ping.success) close(ping.data)
      else ready.push(null)
    }
    // an event of a name we do not know is of a server that is newer than we are
  }
  const parser = createParser({ onEvent })
  return {
    feed: (text: string) => parser.feed(text),
    taken: () => {
      const taken = ready
      ready = []
      return taken
    },
  }
}

const jsonOrNull = (text: string): Json => {
  try {
    return JSON.parse(text) as Json
  } catch {
    return null
  }
}

// the parts of an answer that a stream never carries
const nothing = {
  ...{ success: true, sessionId: '', processed: [], conflicts: [], failures: [], settled: [], serverChanges: [] },
  ...{
    revokedScopes: [],
    metrics: { itemsProcessed: 0, conflictCount: 0, errorCount: 0, throughput: 0 },
    processingTime: 0,
  },
}
