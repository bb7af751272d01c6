// Carries requests to the server and raw answers home. Every request ends: with an answer, with an error, or when its time
// is up, even where the platform forgets to end it. With every request go an id of its own and a digest of what it says.
// Nothing here retries and nothing here understands.  Keeps P14.
import { contentDigestHeader, contentDigestOf, queryTextOf, requestIdHeader, type Json } from '@wedsync/protocol'
import { type Fetched, type FetchInit } from '../adapters.ts'
import { gzipAboveBytes } from '../limits.ts'
import { type RawAnswer } from '../push/read-answer.ts'
import { type Device } from '../settings.ts'
import { endingWith } from './ending-with.ts'

export type Sent = { answer: RawAnswer } | { failed: 'unreachable' | 'too-slow' | 'called-off' }

export type Transport = {
  post: (path: string, body: Json) => Promise<Sent>
  get: (path: string) => Promise<Sent>
  /** Calls off whatever is under way. */
  callOff: () => void
}

/** `said` is what is asked, as text: the body before compression, or the query. */
type Sendable = Pick<FetchInit, 'method' | 'body'> & { headers?: Record<string, string>; said: string }

/** A way to the server. */
export const createTransport = (device: Device): Transport => {
  const underWay = new Set<(why: 'too-slow' | 'called-off') => void>()
  let understandsGzip = true

  const request = async (path: string, init: Sendable): Promise<Sent> => {
    const stop = new AbortController()
    let ended: 'too-slow' | 'called-off' | null = null
    const end = (why: 'too-slow' | 'called-off') => {
      ended ??= why
      stop.abort()
    }
    const timer = device.timers.set(() => end('too-slow'), device.requestTimeoutMs)
    underWay.add(end)
    try {
      return { answer: await endingWith(stop.signal, fetchText(device, path, init, stop.signal)) }
    } catch {
      return { failed: ended ?? 'unreachable' }
    } finally {
      device.timers.clear(timer)
      underWay.delete(end)
    }
  }

  return {
    get: (path) => request(path, { method: 'GET', said: queryTextOf(path) }),
    post: async (path, body) => {
      const text = JSON.stringify(body)
      const headers = { 'Content-Type': 'application/json' }
      const small = understandsGzip && text.length > gzipAboveBytes ? ((await device.gzip?.(text)) ?? null) : null
      if (small) {
        const sent = await request(path, {
          method: 'POST',
          headers: { ...headers, 'Content-Encoding': 'gzip' },
          body: small,
          said: text,
        })
        if (!('answer' in sent) || sent.answer.status !== 415) return sent
        understandsGzip = false
      }
      return request(path, { method: 'POST', headers, body: text, said: text })
    },
    callOff: () => {
      for (const end of [...underWay]) end('called-off')
    },
  }
}

const fetchText = async (
  device: Device,
  path: string,
  { said, ...init }: Sendable,
  signal: AbortSignal,
): Promise<RawAnswer> => {
  const requestId = device.ids()
  const token = device.token()
  const response: Fetched = await device.fetch(`${device.baseUrl}${path}`, {
    ...init,
    redirect: 'error',
    cache: 'no-store',
    signal,
    headers: {
      ...init.headers,
      Accept: 'application/json',
      [requestIdHeader]: requestId,
      [contentDigestHeader]: contentDigestOf(said),
      ...(token !== null && { Authorization: `Bearer ${token}` }),
    },
  })
  const { status, headers } = response
  const text = await response.text()
  return {
    status,
    contentType: headers.get('content-type') ?? '',
    retryAfter: headers.get('retry-after'),
    date: headers.get('date'),
    digest: headers.get(contentDigestHeader),
    isToUs: headers.get(requestIdHeader) === requestId,
    text,
  }
}
