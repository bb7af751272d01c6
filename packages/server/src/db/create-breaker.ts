// One breaker around the database, for the whole server. Calls that fail in a row open it, and so does one look of the watcher;
// while it is open nobody is sent to the database but the watcher, once after each pause, and whoever asks is answered at once.
import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  noJitterGenerator,
} from 'cockatiel'
import { failuresInARowMax, pauseMs } from '../limits.ts'
import { isWholeDatabaseAway } from './database-errors.ts'

export type BreakerState = 'closed' | 'open' | 'half-open'

export type Breaker = {
  isClosed: () => boolean
  /** Seconds since it opened; 0 while it is closed. */
  openForSeconds: () => number
  /** Milliseconds since somebody's call was answered, if only by a complaint. */
  msSinceAnswer: () => number
  /** Runs a call to the database, or throws at once. */
  run: <Answer>(call: () => Promise<Answer>) => Promise<Answer>
  /** The watcher's look; its word is enough to open and to close. Throws like `run`, also while a pause lasts. */
  tryOut: (look: () => Promise<void>) => Promise<void>
}

export type BreakerParts = {
  /** What a call hears while it is open. */
  away: () => Error
  moved: (state: BreakerState, openForSeconds: number) => void
}

const names: Record<CircuitState, BreakerState> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Open]: 'open',
  // held open by hand: nobody does
  [CircuitState.Isolated]: 'open',
}

export const createBreaker = ({ away, moved }: BreakerParts): Breaker => {
  const failures = new ConsecutiveBreaker(failuresInARowMax)
  const policy = circuitBreaker(handleWhen(isWholeDatabaseAway), {
    breaker: failures,
    halfOpenAfter: new ExponentialBackoff({
      ...{ generator: noJitterGenerator, initialDelay: pauseMs.first, maxDelay: pauseMs.longest },
    }),
  })
  let openedAt: number | null = null
  let answeredAt = -Infinity
  const isClosed = () => policy.state === CircuitState.Closed
  const openForSeconds = () => (openedAt === null ? 0 : (performance.now() - openedAt) / 1000)
  policy.onStateChange((state) => {
    const seconds = openForSeconds()
    if (state === CircuitState.Closed) openedAt = null
    else openedAt ??= performance.now()
    moved(names[state], seconds)
  })
  return {
    isClosed,
    openForSeconds,
    msSinceAnswer: () => performance.now() - answeredAt,
    // the library would let the first caller after a pause try it out, and all others wait for what comes of it
    async run(call) {
      if (!isClosed()) throw away()
      try {
        const answer = await policy.execute(call)
        answeredAt = performance.now()
        return answer
      } catch (thrown) {
        if (!isWholeDatabaseAway(thrown)) answeredAt = performance.now()
        throw thrown
      }
    },
    tryOut: (look) =>
      policy.execute(async () => {
        try {
          await look()
        } catch (thrown) {
          // it has asked on two connections, or waited long: that weighs as much as many calls
          failures.state = failuresInARowMax
          throw thrown
        }
      }),
  }
}
