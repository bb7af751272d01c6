// Carries requests to the server and raw answers home. Every request ends: with an answer, with an error, or when its time
// is up, even where the platform forgets to end it. Nothing here retries and nothing here understands.  Keeps P14.
import { type Json } from '@wedsync/protocol'
import { gzipAboveBytes } from '../limits.ts'
import { type RawAnswer } from '../push/read-answer.ts'
import { type Device } from '../settings.ts'
import { gzipped } from './gzipped.ts'

export type Sent = { answer: RawAnswer } | { failed: 'unreachable' | 'too-slow' | 'called-off' }

export type Transport = {
  post: (path: string, body: Json) => Promise<Sent>
  get: (path: string) => Promise<Sent>
  /** Calls off whatever is under way. */
  callOff: () => void
}

type Sendable = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> }

/** A way to the server. */
export const createTransport = (device: Device): Transport => {
  let calledOff = new AbortController()
  let understandsGzip = true

  const request = async (path: string, init: Sendable): Promise<Sent> => {
    const off = calledOff.signal
    const signal = AbortSignal.any([off, AbortSignal.timeout(device.requestTimeoutMs)])
    try {
      return { answer: await endingWith(signal, fetchText(device, path, { ...init, signal })) }
    } catch {
      return { failed: off.aborted ? 'called-off' : signal.aborted ? 'too-slow' : 'unreachable' }
    }
  }

  return {
    get: (path) => request(path, { method: 'GET' }),
    post: async (path, body) => {
      const text = JSON.stringify(body)
      const headers = { 'Content-Type': 'application/json' }
      const small = understandsGzip && text.length > gzipAboveBytes ? await gzipped(text) : null
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
      calledOff.abort()
      calledOff = new AbortController()
    },
  }
}

const fetchText = async (device: Device, path: string, init: Sendable): Promise<RawAnswer> => {
  const token = device.token()
  const response = await device.fetch(`${device.baseUrl}${path}`, {
    ...init,
    redirect: 'error',
    cache: 'no-store',
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
    const end = () => reject(signal.reason as Error)
    if (signal.aborted) end()
    signal.addEventListener('abort', end, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', end))
  })
