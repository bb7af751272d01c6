// Takes the address of the database; hands back three pools behind one breaker, and the watcher that opens and closes it. When
// it opens, every connection is given up: nothing that was asked is waited for, and no late answer meets a later question.
import { awayIn } from '../admission/sent-home.ts'
import type { Events } from '../events.ts'
import { connections } from '../limits.ts'
import { createBreaker, type Breaker } from './create-breaker.ts'
import { guarded } from './guarded.ts'
import { createPool, type Database, type Pool } from './pool.ts'
import { watchDatabase, type Watch } from './watch-database.ts'

type PoolName = keyof typeof connections

export type ConnectedDatabase = Readonly<Record<PoolName, Database>> & {
  breaker: Breaker
  pools: Readonly<Record<PoolName, Pool>>
  /** Begins to look at it. */
  watch: () => void
  close: () => Promise<void>
}

export type DatabaseParts = {
  url: string
  events: Pick<Events, 'breakerMoved' | 'requestFailed'>
  chance: () => number
  /** The breaker opened: whoever waits is told. */
  onAway: () => void
}

export const connectDatabase = ({ url, events, chance, onAway }: DatabaseParts): ConnectedDatabase => {
  // while it is open everybody knows that connections are lost
  const lost = (error: Error) => {
    if (breaker.isClosed()) events.requestFailed('idle', 'unavailable', error)
  }
  const breaker: Breaker = createBreaker({
    away: () => awayIn('database', breaker.openForSeconds(), chance),
    moved: (state, openForSeconds) => {
      events.breakerMoved(state, openForSeconds)
      if (state !== 'open') return
      for (const pool of Object.values(pools)) pool.cutOff()
      onAway()
    },
  })
  const poolOf = (name: PoolName) => createPool(url, lost, connections[name])
  const pools = { writes: poolOf('writes'), reads: poolOf('reads'), rest: poolOf('rest') }
  let watch: Watch | undefined
  return {
    writes: guarded(pools.writes, breaker),
    reads: guarded(pools.reads, breaker),
    rest: guarded(pools.rest, breaker),
    breaker,
    pools,
    watch: () => {
      watch ??= watchDatabase(url, breaker)
    },
    async close() {
      await watch?.stop()
      await Promise.all(Object.values(pools).map((pool) => pool.end()))
    },
  }
}
