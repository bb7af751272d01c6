// The wire between the server and its database, to be cut in the way that hurts: connections stay open, and what is said is
// swallowed, one way or both, from now or from a certain word on.
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { afterAll } from 'vitest'

export const aWire = async (databaseUrl: string) => {
  const target = new URL(databaseUrl)
  const swallows = { questions: false, answers: false, watcher: false }
  /** Let through, and then no answer any more. */
  let lastWord: string | null = null
  const open = new Set<Socket>()

  const keep = (socket: Socket) => {
    open.add(socket)
    // whoever is cut off by the other side is cut off here, too
    socket.on('error', () => undefined).on('close', () => open.delete(socket))
  }
  const wire = createServer((near) => {
    const far = connect(Number(target.port), target.hostname)
    keep(near)
    keep(far)
    let isWatcher = false
    near.once('data', (greeting) => (isWatcher = greeting.includes('wedsync watch')))
    near.on('data', (said) => {
      if (swallows.questions || (swallows.watcher && isWatcher)) return
      if (lastWord !== null && said.includes(lastWord)) swallows.answers = true
      far.write(said)
    })
    far.on('data', (said) => {
      if (!swallows.answers) near.write(said)
    })
    near.on('close', () => far.end())
    far.on('close', () => near.destroy())
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
    /** Only what the server's watcher says. */
    swallowsWatcher: () => void (swallows.watcher = true),
    swallowsAll: () => void Object.assign(swallows, { questions: true, answers: true }),
    /** From the first question with this word in it, which still arrives, nothing comes back. */
    swallowsAnswersFrom: (word: string) => void (lastWord = word),
    isWhole: () => {
      lastWord = null
      Object.assign(swallows, { questions: false, answers: false, watcher: false })
    },
  }
}
