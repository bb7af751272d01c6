// How long to wait before the next try. Cap first, chance after: a fleet that lost its server together must not come back
// together. Pure; chance is an argument (H29), which is why this is not a library that rolls its own dice.
import { backoffBaseMs, backoffCapMs } from '../limits.ts'

/** Full jitter: anything from nothing up to `base × 2^failures`, at most the cap. */
export const backoffMs = (failures: number, random: () => number): number =>
  Math.round(random() * Math.min(backoffCapMs, backoffBaseMs * 2 ** Math.min(failures, 30)))

/** What the server asked for, and up to a quarter more. */
export const retryAfterWithJitter = (retryAfterMs: number, random: () => number): number =>
  Math.round(retryAfterMs * (1 + random() / 4))

/** Any moment within so long: for those who all lost the same thing at the same time. */
export const within = (ms: number, random: () => number): number => Math.round(random() * ms)

/** Around a regular interval, so that phones that started together drift apart. */
export const around = (intervalMs: number, random: () => number): number =>
  Math.round(intervalMs * (0.85 + random() * 0.3))
