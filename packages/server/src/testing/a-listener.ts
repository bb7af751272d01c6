// Somebody who listens to a stream: takes its answer, hands back its events as they come, and holds every page against its
// digest. For tests only.
import { EventSourceParserStream } from 'eventsource-parser/stream'
import {
  hashOfText,
  streamDigestText,
  streamEvents,
  type DigestedEvent,
  type ServerChange,
  type StreamPing,
} from '@wedsync/protocol'
import { onTestFinished } from 'vitest'

export type Heard = { event: string; id: string | undefined; data: unknown }

/** One page of a stream: everything up to its ping. */
export type HeardPage = {
  revoked: string[]
  settled: { changeId: string }[]
  changes: ServerChange[]
  cursor: string | null
  ping: StreamPing
}

export const aListener = (response: Response) => {
  const events = response.body!.pipeThrough(new TextDecoderStream() as never).pipeThrough(new EventSourceParserStream())
  const reader = (events as ReadableStream<{ event?: string; id?: string; data: string }>).getReader()
  let pending: Promise<Heard | null> | null = null
  let digest = response.headers.get('x-request-id')!
  let unproven: DigestedEvent[] = []
  onTestFinished(() => void reader.cancel().catch(() => undefined))

  const next = async (): Promise<Heard | null> => {
    const { done, value } = await reader.read().catch(() => ({ done: true as const, value: undefined }))
    if (done || !value) return null
    const { event = 'message', id } = value
    const data = JSON.parse(value.data) as unknown
    if (!(event in streamEvents)) throw new Error(`an event called ${event}`)
    streamEvents[event as keyof typeof streamEvents].parse(data)
    if (event !== 'digest') {
      unproven.push(value)
      return { event, id, data }
    }
    digest = hashOfText(streamDigestText(digest, unproven))
    unproven = []
    if ((data as { digest: string }).digest !== digest) throw new Error('a page is not what was sent')
    return next()
  }
  /** The next event; null at the end; undefined when none comes in time. */
  const hears = async (ms = 5000): Promise<Heard | null | undefined> => {
    pending ??= next()
    const inTime = await Promise.race([pending, new Promise<undefined>((end) => setTimeout(end, ms))])
    if (inTime !== undefined) pending = null
    return inTime
  }
  const page = async (ms?: number): Promise<HeardPage | null> => {
    const heard: HeardPage = { revoked: [], settled: [], changes: [], cursor: null, ping: null as never }
    for (;;) {
      const one = await hears(ms)
      if (one === undefined) throw new Error('nothing was heard')
      if (one === null) return null
      if (one.event === 'revoked') heard.revoked = one.data as string[]
      if (one.event === 'settled') heard.settled = one.data as { changeId: string }[]
      if (one.event === 'change') Object.assign(heard, { changes: one.data, cursor: one.id })
      if (one.event === 'ping') return { ...heard, ping: one.data as StreamPing }
    }
  }
  return {
    hears,
    /** The next page; null when the stream is over. */
    page,
    /** The next page that says anything but that the stream is alive. */
    news: async (): Promise<HeardPage | null> => {
      for (;;) {
        const one = await page()
        if (!one || one.cursor !== null) return one
      }
    },
    /** Everything up to where nothing more is promised. */
    untilCaughtUp: async (): Promise<HeardPage[]> => {
      const pages: HeardPage[] = []
      for (let one = await page(); one; one = await page()) {
        pages.push(one)
        if (!one.ping.hasMore) return pages
      }
      throw new Error('the stream ended before it had caught up')
    },
    isOver: async (ms = 5000): Promise<boolean> => {
      const until = Date.now() + ms
      while (Date.now() < until) if ((await hears(until - Date.now())) === null) return true
      return false
    },
    leaves: () => reader.cancel(),
  }
}
