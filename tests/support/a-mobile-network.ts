// What lies between phones and the server, at the level of TCP: it tells one request from the next on a connection, and each has a
// fate of its own. Bytes are never altered: they come, come twice, come late, or come in part.
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Dice } from '../simulation/world/dice.ts'
import { createRequests } from './http-requests.ts'

export const fates = {
  arrives: 'it arrives, and its answer comes back',
  cutOnTheWay: 'the connection ends while it is on its way',
  answerCut: 'it arrives, and the connection ends in the middle of its answer',
  answerLost: 'it arrives, and nothing of its answer comes back',
  stalls: 'it lies about for a while, then arrives',
  twice: 'it arrives twice, the copy at once or later',
  late: 'it arrives after the phone gave up on it',
} as const
export type Fate = keyof typeof fates

/** In front of the server at this port. `fateOf` throws for each request. */
export const aMobileNetwork = async (targetPort: number, dice: Dice, fateOf: () => Fate) => {
  const open = new Set<Socket>()
  const counted: Partial<Record<Fate, number>> = {}
  const underWay = new Set<Promise<unknown>>()
  const keep = (socket: Socket): Socket => {
    open.add(socket)
    return socket.setNoDelay().on('error', () => undefined).on('close', () => open.delete(socket)) // prettier-ignore
  }
  const toServer = (): Socket => keep(connect(targetPort, '127.0.0.1'))
  /** Whole, on a connection of its own; whatever is answered, nobody hears it. */
  const copyArrives = async (request: Buffer): Promise<void> => {
    const far = toServer()
    far.write(request)
    await Promise.race([once(far, 'data'), once(far, 'close')]).catch(() => undefined)
    far.destroy()
  }
  const later = (work: () => Promise<void>) => {
    const going = work().finally(() => underWay.delete(going))
    underWay.add(going)
  }

  const network = createServer((near) => {
    keep(near)
    const far = toServer()
    /** Bytes of answers that still come through; Infinity in good weather. */
    let left = Infinity
    far.on('data', (bytes: Buffer) => {
      if (!near.writable) return
      near.write(bytes.subarray(0, left))
      left -= bytes.length
      if (left <= 0) near.destroy()
    })
    far.on('close', () => near.destroy())
    near.on('close', () => far.destroy())

    const passes: Record<Fate, (request: Buffer) => unknown> = {
      arrives: (request) => far.write(request),
      cutOnTheWay: (request) => {
        far.write(request.subarray(0, dice.below(request.length)), () => near.destroy())
      },
      answerCut: (request) => {
        left = dice.between(1, 400)
        far.write(request)
      },
      answerLost: (request) => {
        later(() => copyArrives(request))
        near.destroy()
      },
      stalls: async (request) => {
        await sleep(dice.between(20, 300))
        if (far.writable) far.write(request)
      },
      twice: (request) => {
        far.write(request)
        const waitMs = dice.is(0.5) ? 0 : dice.between(1, 500)
        later(async () => {
          await sleep(waitMs)
          await copyArrives(request)
        })
      },
      late: (request) => {
        near.once('close', () => later(() => copyArrives(request)))
      },
    }
    near.on(
      'data',
      createRequests((request) => {
        const fate = fateOf()
        counted[fate] = (counted[fate] ?? 0) + 1
        void passes[fate](request)
      }),
    )
  })
  network.listen(0, '127.0.0.1')
  await once(network, 'listening')
  return {
    port: (network.address() as AddressInfo).port,
    /** How often each fate struck. */
    counted: () => ({ ...counted }),
    /** Until every copy that is still somewhere has arrived. */
    settles: async () => {
      while (underWay.size > 0) await Promise.all(underWay)
    },
    close: () => {
      for (const socket of open) socket.destroy()
      network.close()
    },
  }
}
