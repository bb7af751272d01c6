// The wire between the server and its database, message by message: it knows where each message of PostgreSQL's protocol
// begins and ends, in both directions, counts them in the order they come, and ends the connection before or after the one a
// test names. What the server's watcher says is neither counted nor cut.
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { afterAll } from 'vitest'
import { createFrames, type Direction } from './postgres-frames.ts'

/** The nth message from when counting began, from 1 on; delivered before the connection ends, or not. */
export type Cut = { at: number; isDelivered: boolean }

type Counting = { messages: string[]; cut: Cut | null; isCut: boolean; countsGreetings: boolean }

/** Turns of the event loop in which the other side, in this process, has closed its end, too. */
const turnsToNotice = 10

export const aFramedWire = async (databaseUrl: string) => {
  const target = new URL(databaseUrl)
  const open = new Set<Socket>()
  /** The near ends of the server's own connections. */
  const servers = new Set<Socket>()
  let counting: Counting | null = null

  const keep = (socket: Socket) => {
    open.add(socket)
    // whoever is cut off by the other side is cut off here, too
    socket.on('error', () => undefined).on('close', () => open.delete(socket))
  }
  const wire = createServer((near) => {
    const far = connect(Number(target.port), target.hostname).setNoDelay()
    near.setNoDelay().on('close', () => servers.delete(near))
    keep(near)
    keep(far)
    let isWatcher = false
    let isGreeted = false
    let isOver = false

    const pass = (direction: Direction, to: Socket, bytes: Buffer, says: string) => {
      if (isOver || !to.writable) return
      if (says === 'Greeting') isWatcher = bytes.includes('wedsync watch')
      if (says === 'Greeting' && !isWatcher) servers.add(near)
      const isCounted = counting && !isWatcher && (isGreeted || counting.countsGreetings)
      if (says === 'ReadyForQuery') isGreeted = true
      if (!isCounted) return void to.write(bytes)
      const { messages, cut } = counting!
      messages.push(`${direction} ${says}`)
      const isHere = cut?.at === messages.length
      if (!isHere || cut.isDelivered) to.write(bytes)
      if (!isHere) return
      counting!.isCut = true
      isOver = true
      // in order: what was delivered arrives before the end does
      near.end()
      far.end()
    }
    const asked = createFrames('→', (bytes, says) => pass('→', far, bytes, says))
    const answered = createFrames('←', (bytes, says) => pass('←', near, bytes, says))
    near.on('data', asked)
    far.on('data', answered)
    near.on('close', () => far.end())
    far.on('close', () => near.end())
  })
  wire.listen(0, '127.0.0.1')
  await once(wire, 'listening')
  afterAll(() => {
    for (const socket of open) socket.destroy()
    wire.close()
  })
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${(wire.address() as AddressInfo).port}`

  return {
    url: url.href,
    /** Counts from now on, and cuts where it is told to; with `countsGreetings` how a connection begins is counted, too. */
    counts: (cut: Cut | null = null, countsGreetings = false) =>
      void (counting = { messages: [], cut, isCut: false, countsGreetings }),
    /** What was said since, and whether the cut was made. */
    heard: (): { messages: string[]; isCut: boolean } => {
      const { messages, isCut } = counting ?? { messages: [], isCut: false }
      counting = null
      return { messages, isCut }
    },
    /** Ends every connection there is, so that whoever asks next has to open one; resolves when both sides know. */
    endsAll: async (): Promise<void> => {
      await Promise.all([...servers].map((socket) => (socket.end(), once(socket, 'close'))))
      for (let turns = 0; turns < turnsToNotice; turns += 1) await turn()
    },
  }
}
