// Asks the database again and again, on a connection of its own, and tells the breaker: so that one that hangs is noticed
// though no request has failed yet, and one that is back is used again.
import { TaskCancelledError, timeout, TimeoutStrategy } from 'cockatiel'
import pg from 'pg'
import { lookEveryMs, lookMsMax, othersHeardMs, pauseMs, quickLookMsMax } from '../limits.ts'
import { callLastMigration } from './call-sql.ts'
import type { Breaker } from './create-breaker.ts'
import { createSockets } from './create-sockets.ts'
import { isWholeDatabaseAway } from './database-errors.ts'

export type Watch = { stop: () => Promise<void> }

export const watchDatabase = (url: string, breaker: Breaker): Watch => {
  const sockets = createSockets()
  let session: pg.Client | null = null
  let timer: NodeJS.Timeout | undefined
  let answeredAt = -Infinity
  let isStopped = false
  let looksWhileAway = 0

  const drop = () => {
    session = null
    sockets.destroyAll()
  }
  const connected = async (): Promise<pg.Client> => {
    const made = new pg.Client({ connectionString: url, application_name: 'wedsync watch', stream: sockets.make })
    // what is lost between two looks is noticed by the next
    made.on('error', () => undefined)
    await made.connect()
    return made
  }
  // an answer that complains is an answer
  const ask = async (): Promise<void> => {
    try {
      session ??= await connected()
      await callLastMigration(session)
    } catch (thrown) {
      if (isWholeDatabaseAway(thrown)) throw thrown
    }
    answeredAt = performance.now()
  }
  const askTwice = async ({ signal }: { signal: AbortSignal }): Promise<void> => {
    try {
      await ask()
    } catch (thrown) {
      if (signal.aborted || isStopped) throw thrown
      // one connection that was cut says nothing about the next
      drop()
      await ask()
    }
  }
  // what was swallowed on its way never comes, so quick looks find a database that is back; one slow to greet gets its time, too
  const patienceMs = (): number => {
    if (breaker.isClosed()) return lookMsMax
    looksWhileAway += 1
    return looksWhileAway % 2 === 1 ? quickLookMsMax : lookMsMax
  }
  const look = async (): Promise<void> => {
    const began = performance.now()
    const msMax = patienceMs()
    try {
      await timeout(msMax, TimeoutStrategy.Aggressive).execute(askTwice)
    } catch (thrown) {
      const isSilence = thrown instanceof TaskCancelledError
      // what came while this process was busy with something else is read after its clocks have rung
      if (isSilence) await new Promise((later) => setImmediate(later))
      if (isSilence && answeredAt >= began) return
      const wasAsleep = performance.now() - began > msMax * 1.1
      drop()
      if (!isSilence) throw thrown
      // whoever was asleep cannot tell who was late; and where others are answered only our question is lost
      if (!wasAsleep && breaker.msSinceAnswer() > othersHeardMs) throw silent()
      if (!isStopped) await look()
    }
  }
  const round = async (): Promise<void> => {
    await breaker.tryOut(look).catch(() => undefined)
    if (!isStopped) timer = setTimeout(() => void round(), breaker.isClosed() ? lookEveryMs : pauseMs.first).unref()
  }

  void round()
  return {
    async stop() {
      isStopped = true
      clearTimeout(timer)
      const goodbye = session?.end()
      await Promise.race([goodbye, new Promise((resolve) => setTimeout(resolve, 100))])
      drop()
    },
  }
}

const silent = () => Object.assign(new Error('the database does not answer'), { code: 'ETIMEDOUT' })
