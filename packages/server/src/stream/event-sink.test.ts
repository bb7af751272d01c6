import { serve } from '@hono/node-server'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { expect, test } from 'vitest'
import { createEventSink, eventStreamHeaders } from './event-sink.ts'

const read = async (body: ReadableStream<Uint8Array>) => await new Response(body).text()

test('events go out in order, each with its name, its id and its data on as many lines as it has', async () => {
  const sink = createEventSink(new AbortController())
  const text = read(sink.body)
  expect(await sink.send({ event: 'change', data: '[1,\n 2]', id: 'abc' })).toBe(true)
  expect(await sink.send({ event: 'ping', data: '{}' })).toBe(true)
  sink.close()
  expect(await text).toBe('event: change\nid: abc\ndata: [1,\ndata:  2]\n\nevent: ping\ndata: {}\n\n')
})

test('whoever does not take what was sent is let go after a while, and everybody else is told to stop', async () => {
  const stop = new AbortController()
  const sink = createEventSink(stop, 30)
  expect(await sink.send({ event: 'ping', data: '{}' })).toBe(false)
  expect(stop.signal.aborted).toBe(true)
  expect(await sink.send({ event: 'ping', data: '{}' })).toBe(false)
  await expect(read(sink.body)).rejects.toThrow('too slow')
})

test('whoever leaves is noticed at once', async () => {
  const stop = new AbortController()
  const sink = createEventSink(stop)
  const reader = sink.body.getReader()
  await reader.cancel()
  expect(stop.signal.aborted).toBe(true)
  expect(await sink.send({ event: 'ping', data: '{}' })).toBe(false)
  sink.close()
})

test('the connection of a reader that takes nothing is cut, not left open', async () => {
  const stop = new AbortController()
  const sink = createEventSink(stop, 300)
  const server = serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () => new Response(sink.body, { headers: eventStreamHeaders }),
  }) as Server
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(socket, 'readable')
  socket.pause()
  const page = { event: 'change', data: JSON.stringify('x'.repeat(1 << 20)) }
  let sent = 0
  while (await sink.send(page)) if (++sent > 200) break
  expect(sent).toBeLessThan(200)
  await expect.poll(() => new Promise((count) => server.getConnections((_, n) => count(n))), { timeout: 5000 }).toBe(0)
  socket.destroy()
  server.close()
})
