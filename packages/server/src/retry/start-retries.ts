// Runs passes over what is kept for another try: every second, and at once when something came that others may wait for. One at
// a time; a pass that fails makes the next one wait longer. Nothing is remembered here: after a crash the ledger knows.
import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds between two passes: what waits for its record goes in within a second of it, whoever wrote it. */
const everyMs = 1_000
/** Milliseconds from a hint to its pass: what comes in one breath is looked for once. */
const soonMs = 50
/** Milliseconds between passes while they fail. */
const failingMs = 5_000

export type Retries = { soon: () => void; stop: () => Promise<void> }

export const startRetries = (pass: () => Promise<unknown>, failed: (thrown: unknown) => void): Retries => {
  const stopped = new AbortController()
  let hinted = new AbortController()

  const wait = async (ms: number): Promise<void> => {
    const signal = AbortSignal.any([stopped.signal, hinted.signal])
    await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined)
    if (!hinted.signal.aborted) return
    hinted = new AbortController()
    await sleep(soonMs, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined)
  }
  const run = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const isWell = await pass().then(
        () => true,
        (thrown: unknown) => {
          failed(thrown)
          return false
        },
      )
      if (isWell) await wait(everyMs)
      else await sleep(failingMs, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined)
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
