import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { listen } from './listen.ts'

const listening = async (limits: Parameters<typeof listen>[2]) => {
  const answer = async (request: Request) => new Response(`heard ${(await request.text()).length}`)
  const { address, close } = await listen(answer, { host: '127.0.0.1', port: 0 }, limits)
  onTestFinished(close)
  return Number(new URL(address).port)
}
/** Says something, and hands back all that was answered until the other side closed. */
const says = async (port: number, said: string): Promise<string> => {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  let heard = ''
  socket.setEncoding('utf8').on('data', (text: string) => (heard += text))
  socket.write(said)
  await once(socket, 'close')
  return heard
}
const quick = { headersTimeout: 200, requestTimeout: 300, connectionsCheckingInterval: 50 }

test('a head or a body that does not come to an end is not waited for', async () => {
  const port = await listening(quick)
  expect(await says(port, 'GET / HTTP/1.1\r\nHost: wedsync.test\r\n')).toContain('408')
  const body = 'POST / HTTP/1.1\r\nHost: wedsync.test\r\nContent-Length: 100\r\n\r\n{'
  expect(await says(port, body)).toContain('408')
})

test('a quiet connection is closed after a while, and a busy one after so many requests', async () => {
  const port = await listening({ ...quick, keepAliveTimeout: 100, maxRequestsPerSocket: 2 })
  const one = 'GET / HTTP/1.1\r\nHost: wedsync.test\r\n\r\n'
  expect(await says(port, one)).toContain('200')
  const many = await says(port, one.repeat(3))
  expect([...many.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['200', '200', '503'])
  expect(many).toContain('Connection: close')
})

test('one connection more than there may be is closed', async () => {
  const port = await listening({ ...quick, requestTimeout: 5000, headersTimeout: 5000, maxConnections: 1 })
  const first = connect(port, '127.0.0.1')
  onTestFinished(() => void first.destroy())
  await once(first, 'connect')
  expect(await says(port, 'GET / HTTP/1.1\r\nHost: wedsync.test\r\n\r\n')).toBe('')
})
