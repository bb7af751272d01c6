// Takes what answers requests, and where; hands back the address once it is open to everybody, and a way to close it that
// does not wait for streams which never end by themselves.
import { createAdaptorServer } from '@hono/node-server'
import { httpLimits } from '@wedsync/server'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

type Answer = (request: Request, environment: unknown) => Response | Promise<Response>
type Where = { host: string; port: number }

export type Listening = { address: string; close: () => Promise<void> }

export class ListenProblem extends Error {
  override name = 'ListenProblem'
}

/** Time for an answer that is being written; a device takes up a cut stream where it was. */
const graceMs = 1000

export const listen = async (
  answer: Answer,
  where: Where,
  limits: Partial<Record<keyof typeof httpLimits, number>> = {},
): Promise<Listening> => {
  const { maxConnections, maxRequestsPerSocket, ...serverOptions } = { ...httpLimits, ...limits }
  const server = createAdaptorServer({ fetch: answer, serverOptions }) as Server
  Object.assign(server, { maxConnections, maxRequestsPerSocket })
  const port = await open(server, where)
  return {
    address: addressFor(where.host, port),
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      await Promise.race([closed, sleep(graceMs)])
      server.closeAllConnections()
      await closed
    },
  }
}

/** Before anything is started that would have to be stopped again. */
export const checkPortIsFree = async (where: Where): Promise<void> => {
  const probe = createServer()
  await open(probe, where)
  probe.close()
  await once(probe, 'close')
}

const open = async (server: Server, { host, port }: Where): Promise<number> => {
  try {
    server.listen({ host, port })
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  } catch (error) {
    throw new ListenProblem(whyNot(error as NodeJS.ErrnoException, host, port))
  }
}

const whyNot = ({ code, message }: NodeJS.ErrnoException, host: string, port: number): string => {
  if (code === 'EADDRINUSE')
    return `Port ${port} on ${host} is in use, perhaps by another WedSync: stop that, or choose another with PORT=${port + 1} npm start.`
  if (code === 'EACCES')
    return `Port ${port} is kept for the administrator of this machine: choose one above 1023 with PORT.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `HOST=${host} is no address of this machine: leave it out, or use 0.0.0.0 for all.`
  return `Nothing can be served on ${host}, port ${port}: ${message}.`
}

/** As a person on this machine opens it. */
const addressFor = (host: string, port: number): string => {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${port}`
}
