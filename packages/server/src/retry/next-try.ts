// When a change that could not be written is tried next. Cap first, chance after: what failed together does not come back
// together. Three tries fit into a minute, so that nothing waits longer than that for its outcome.  Keeps P14.

/** Milliseconds of the first wait at most; it doubles. */
const baseMs = 4_000
/** And the longest. */
const capMs = 30_000

/** Full jitter: anything from nothing up to `base × 2^tries`, at most the cap. */
export const nextTryInMs = (attempts: number, chance: () => number): number =>
  Math.round(chance() * Math.min(capMs, baseMs * 2 ** attempts))

/** The same as the instant the ledger keeps. */
export const nextTryAt =
  (clock: () => Date, chance: () => number) =>
  (attempts: number): string =>
    new Date(clock().getTime() + nextTryInMs(attempts, chance)).toISOString()
