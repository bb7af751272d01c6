// Carries requests to the server and raw answers home. Every request ends: with an answer, with an error, or when its time
// is up, even where the platform forgets to end it. Nothing here retries and nothing here understands.  Keeps P14.
import { type Json } from '@wedsync/protocol'
import { type Fetched, type FetchInit } from '../adapters.ts'
import { gzipAboveBytes } from '../limits.ts'
import { type RawAnswer } from '../push/read-answer.ts'
import { type Device } from '../settings.ts'

export type Sent = { answer: RawAnswer } | { failed: 'unreachable' | 'too-slow' | 'called-off' }

export type Transport = {
  post: (path: string, body: Json) => Promise<Sent>
  get: (path: string) => Promise<Sent>
  /** Calls off whatever is under way. */
  callOff: () => void
}

type Sendable = Pick<FetchInit, 'method' | 'body'> & { headers?: Record<string, string> }

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
    get: (path) => request(path, { method: 'GET' }),
    post: async (path, body) => {
      const text = JSON.stringify(body)
      const headers = { 'Content-Type': 'application/json' }
      const small = understandsGzip && text.length > gzipAboveBytes ? ((await device.gzip?.(text)) ?? null) : null
      if (small) {
        const sent = await request(path, {
          method: 'POST',
          headers: { ...headers, 'Content-Encoding': 'gzip' },
          body: small,
        })
        if (!('answer' in sent) || sent.answer.status !== 415) return sent
        understandsGzip = false
      }
      return request(path, { method: 'POST', headers, body: text })
    },
    callOff: () => {
      for (const end of [...underWay]) end('called-off')
    },
  }
}

const fetchText = async (device: Device, path: string, init: Sendable, signal: AbortSignal): Promise<RawAnswer> => {
  const token = device.token()
  const response: Fetched = await device.fetch(`${device.baseUrl}${path}`, {
    ...init,
    redirect: 'error',
    cache: 'no-store',
    signal,
    headers: {
      ...init.headers,
      Accept: 'application/json',
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
    text,
  }
}

// a fetch that ignores its signal has been seen; it must not hold the outbox
const endingWith = <Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> =>
  new Promise((resolve, reject) => {
    const end = () => reject(new Error('The request was ended.'))
    if (signal.aborted) end()
    signal.addEventListener('abort', end, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', end))
  })
