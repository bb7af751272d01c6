// Asks the database again and again, on a connection of its own, and tells the breaker: so that one that hangs is noticed
// though no request has failed yet, and one that is back is used again.
import { timeout, TimeoutStrategy } from 'cockatiel'
import pg from 'pg'
import { lookEveryMs, lookMsMax, pauseMs } from '../limits.ts'
import { callLastMigration } from './call-sql.ts'
import type { Breaker } from './create-breaker.ts'
import { createSockets } from './create-sockets.ts'
import { isWholeDatabaseAway } from './database-errors.ts'

export type Watch = { stop: () => Promise<void> }

export const watchDatabase = (url: string, breaker: Breaker): Watch => {
  const sockets = createSockets()
  const inTime = timeout(lookMsMax, TimeoutStrategy.Aggressive)
  let session: pg.Client | null = null
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

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
  }
  const askTwice = async ({ signal }: { signal: AbortSignal }): Promise<void> => {
    const wasConnected = session !== null
    try {
      await ask()
    } catch (thrown) {
      if (signal.aborted || !wasConnected) throw thrown
      // one connection that was cut says nothing about the next
      drop()
      await ask()
    }
  }
  const look = async (): Promise<void> => {
    const began = performance.now()
    try {
      await inTime.execute(askTwice)
    } catch {
      drop()
      // a process that was asleep itself cannot tell who was late
      if (performance.now() - began < lookMsMax * 1.5) throw silent()
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
