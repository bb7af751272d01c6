import { hashOfText, requestIdHeader, streamDigestText } from '@wedsync/protocol'
import { expect, test } from 'vitest'
import { type BodyReader, type Fetch } from '../adapters.ts'
import { deviceFrom } from '../settings.ts'
import { anItem, planner, tables, wedding } from '../testing/a-phone.ts'
import { idFrom } from '../testing/test-server.ts'
import { virtualTime } from '../testing/virtual-time.ts'
import { openStream, type StreamEnd } from './open-stream.ts'

const at = '2026-06-20T12:00:00.000Z'
const never = <Value>() => new Promise<Value>(() => undefined)

// a device that listens to whatever this network lets it hear
const listening = (fetch: Fetch) => {
  const time = virtualTime()
  const device = deviceFrom({
    ...{ baseUrl: 'http://server', collections: tables, user: planner, token: () => 'token', fetch },
    ...{ clock: time.clock, timers: time.timers, ids: () => idFrom('request') },
  })
  const signal = new AbortController()
  const heard: number[] = []
  let end: StreamEnd | null = null
  void openStream(device, { cursor: 'cursor 0', deviceId: idFrom('device'), signal }, ({ response }) => {
    heard.push(response.position)
    return Promise.resolve(true)
  }).then((how) => (end = how))
  return { time, signal, heard, end: () => end }
}

const saying = (reader: BodyReader, more: Record<string, string> = {}): Fetch => {
  return (_address, { headers: asked }) => {
    const headers = new Headers({
      'content-type': 'text/event-stream',
      [requestIdHeader]: asked[requestIdHeader]!,
      ...more,
    })
    return Promise.resolve({ status: 200, headers, text: never<string>, body: { getReader: () => reader } })
  }
}
const page = (): string => {
  const row = { table: 'items', id: idFrom('item'), scope: wedding, action: 'update', version: 1, data: anItem('One') }
  const ping = { position: 1, hasMore: false, remaining: 0, timestamp: at, nextSyncTime: at }
  const events = [
    { event: 'change', id: 'cursor 1', data: JSON.stringify([row]) },
    { event: 'ping', id: '1', data: JSON.stringify(ping) },
  ]
  const digest = hashOfText(streamDigestText(idFrom('request'), events))
  return [...events, { event: 'digest', id: '2', data: JSON.stringify({ digest }) }]
    .map(({ event, id, data }) => `event: ${event}\nid: ${id}\ndata: ${data}\n\n`)
    .join('')
}
const readerOf = (...texts: string[]): BodyReader => {
  const chunks = texts.map((text) => new TextEncoder().encode(text))
  return {
    read: () => (chunks.length > 0 ? Promise.resolve({ done: false, value: chunks.shift() }) : never()),
    cancel: () => Promise.resolve(),
  }
}

test('news is heard as it comes, and silence ends the stream', async () => {
  const { time, heard, end } = listening(saying(readerOf(page().slice(0, 100), page().slice(100))))
  await time.quiet()
  expect([heard, end()]).toEqual([[1], null])
  await time.advance(44_000)
  expect(end()).toBeNull()
  await time.advance(1_000)
  expect(end()).toBe('over')
})

test('[P14] a stream that never answers is given up, even if the platform ignores the signal', async () => {
  const { time, end } = listening(() => never())
  await time.advance(45_000)
  expect(end()).toBe('refused')
})

test('[P14] calling it off ends it at once, whatever it waits for', async () => {
  for (const fetch of [() => never<never>(), saying(readerOf(page()))]) {
    const { time, signal, end } = listening(fetch)
    await time.quiet()
    expect(end()).toBeNull()
    signal.abort()
    await time.quiet()
    expect(end()).not.toBeNull()
  }
})

test('[P5] what answers another request, or was altered, is not heard', async () => {
  const another = listening(saying(readerOf(page()), { [requestIdHeader]: idFrom('another') }))
  await another.time.quiet()
  expect([another.heard, another.end()]).toEqual([[], 'refused'])
  const altered = listening(saying(readerOf(page().replace('One', 'Onf'))))
  await altered.time.quiet()
  expect([altered.heard, altered.end()]).toEqual([[], 'unreadable'])
})
