// Runs something again and again, one round at a time: regularly, sooner after a hint, and later while it fails. Nothing is remembered
// here: after a crash the database knows what is to be done.
import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds. `soonMs`: from a hint to its round, so that what comes in one breath is looked at once. */
export type Pace = { firstMs: number; everyMs: number; soonMs: number; failingMs: number }

/** What waits for its record goes in within a second of it, whoever wrote it. */
export const retryPace: Pace = { firstMs: 0, everyMs: 1_000, soonMs: 50, failingMs: 5_000 }
/** A day's worth of old records is forgotten in seconds; not while a server that just started has better things to do. */
export const retentionPace: Pace = {
  firstMs: 10 * 60_000,
  everyMs: 24 * 60 * 60_000,
  soonMs: 1_000,
  failingMs: 60 * 60_000,
}

export type Rounds = { soon: () => void; stop: () => Promise<void> }

export const startRounds = (
  round: () => Promise<unknown>,
  failed: (thrown: unknown) => void,
  { firstMs, everyMs, soonMs, failingMs }: Pace,
): Rounds => {
  const stopped = new AbortController()
  let hinted = new AbortController()

  const rest = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined)
  const restUntilHinted = async (ms: number): Promise<void> => {
    await rest(ms, AbortSignal.any([stopped.signal, hinted.signal]))
    if (!hinted.signal.aborted) return
    hinted = new AbortController()
    await rest(soonMs, stopped.signal)
  }
  const run = async (): Promise<void> => {
    await restUntilHinted(firstMs)
    while (!stopped.signal.aborted) {
      const isWell = await round().then(
        () => true,
        (thrown: unknown) => {
          failed(thrown)
          return false
        },
      )
      if (isWell) await restUntilHinted(everyMs)
      else await rest(failingMs, stopped.signal)
    }
  }
  const running = run()
  return {
    soon: () => hinted.abort(),
    stop: async () => {
      stopped.abort()
      await running
    },
  }
}
