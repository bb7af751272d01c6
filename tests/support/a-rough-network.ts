// What lies between a device and the server: a small HTTP proxy whose weather a test makes. It sees the bytes as they travel,
// compressed or not, and may hand on others, none, half of them, or end the connection.
import { once } from 'node:events'
import { createServer, request as ask, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

export type Travelling = { headers: IncomingHttpHeaders; body: Buffer }
export type Answered = Travelling & { status: number }

export type Exchange = {
  request: Travelling & { method: string; path: string }
  /** Lets the request through to the server, as it is or with these bytes, and brings back its answer. */
  forward: (more?: Partial<Travelling>) => Promise<Answered>
  answer: (answered: { status: number; headers?: IncomingHttpHeaders; body?: Buffer | string }) => void
  /** Begins an answer of this length, says less, and ends the connection. */
  cut: (answered: Answered, bytes: number) => void
  /** Ends the connection without a word. */
  reset: () => void
}
export type RoughWeather = (exchange: Exchange) => unknown

const calm: RoughWeather = async ({ forward, answer }) => answer(await forward())

/** A proxy in front of the server at this port. */
export const aRoughNetwork = async (targetPort: number) => {
  let weather: RoughWeather = calm
  let requests = 0
  const proxy: Server = createServer((incoming, outgoing) => {
    void (async () => {
      requests += 1
      const body = await buffer(incoming)
      const { method = 'GET', url: path = '/', headers } = incoming
      await weather({
        request: { method, path, headers, body },
        forward: (more = {}) => forwarded(targetPort, { method, path, headers, body, ...more }),
        answer: ({ status, headers = {}, body = '' }) => {
          const { connection: _, 'transfer-encoding': __, ...kept } = headers
          outgoing.writeHead(status, { ...kept, 'content-length': Buffer.byteLength(body) }).end(body)
        },
        cut: ({ status, headers, body }, bytes) => {
          outgoing.writeHead(status, headers)
          outgoing.write(body.subarray(0, bytes), () => incoming.socket.destroy())
        },
        reset: () => incoming.socket.destroy(),
      })
    })()
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return {
    port: (proxy.address() as AddressInfo).port,
    /** Makes the weather, from now on; null: everything goes through. */
    weather: (next: RoughWeather | null) => (weather = next ?? calm),
    requests: () => requests,
    close: () => {
      proxy.closeAllConnections()
      proxy.close()
    },
  }
}

const forwarded = async (
  port: number,
  { method, path, headers, body }: Travelling & { method: string; path: string },
): Promise<Answered> => {
  const { connection: _, 'transfer-encoding': __, ...kept } = headers
  const outgoing = ask({
    ...{ host: '127.0.0.1', port, method, path },
    headers: { ...kept, 'content-length': body.length },
  })
  outgoing.end(body)
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: await buffer(answer) }
}
