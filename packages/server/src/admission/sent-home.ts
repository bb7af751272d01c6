// The answer to whoever is not let in: 503 and when to come back. The time has chance in it, so that those who are sent home
// together do not return together; the worse it is, the longer.
import { ApiError } from '../http/api-error.ts'
import { longOutageSeconds, retryAfterSeconds } from '../limits.ts'

/**
 * `full`: no place to wait. `waited`: as long as one waits here. `outranked`: too many that are more important wait already.
 * `away`: the database does not answer. `gone`: whoever asked is there no more, and nobody reads this.
 */
export type Why = 'full' | 'waited' | 'outranked' | 'away' | 'gone'

export class SentHome extends ApiError {
  readonly line: string
  readonly why: Why
  constructor(line: string, why: Why, message: string, seconds: number) {
    super('unavailable', message, { headers: { 'Retry-After': String(seconds) } })
    this.line = line
    this.why = why
  }
}

/** Seconds at least, so that even a small crowd comes back one by one. */
const spreadLeast = 4

/** Takes how bad it is, from 0 to 1; answers whole seconds, as the header wants them. */
export const secondsToStayAway = (badness: number, chance: () => number): number => {
  const { least, most } = retryAfterSeconds
  const spread = Math.max(spreadLeast, (most - least) * Math.min(1, badness))
  return Math.round(least + chance() * spread)
}

/** True wherever it is said: what was sent may have been written all the same, and is never written twice. */
export const databaseAway = 'The database does not answer just now. Nothing is lost: send the same again.'

/** What everybody hears while the database is away; the longer it has been, the longer they stay away. */
export const awayIn = (line: string, openForSeconds: number, chance: () => number): SentHome =>
  new SentHome(line, 'away', databaseAway, secondsToStayAway(openForSeconds / longOutageSeconds, chance))
