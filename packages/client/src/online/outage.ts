// Knows since when nobody answers. Whoever lost the server together hears together that the network is back: after a long
// outage each draws a moment of its own, soon where a person is looking, later where nobody is.
import { longOutageMs, spreadMs, spreadWatchedMs } from '../limits.ts'
import { type Device } from '../settings.ts'

export type Outage = {
  /** Nobody answered, or there is no network. */
  goesOn: () => void
  /** Somebody answered. */
  isOver: () => void
  /** When to try, at the earliest, now that the surroundings look better; nought after a short one. */
  mayTryAt: () => number
}

/** Of one device; it begins in good weather. */
export const createOutage = ({ clock, random, surroundings }: Device): Outage => {
  let since: number | null = null
  let drawn = 0
  return {
    goesOn: () => void (since ??= clock()),
    isOver: () => void (since = null),
    mayTryAt: () => {
      if (since === null || clock() - since < longOutageMs) return 0
      const widest = surroundings.isVisible() ? spreadWatchedMs : spreadMs
      // hints come in bursts: drawn at each of them, the earliest would win. Whoever looks now waits no longer than who looked
      const isPending = drawn > clock() && drawn - clock() <= widest
      if (!isPending) drawn = clock() + Math.round(random() * widest)
      return drawn
    },
  }
}
