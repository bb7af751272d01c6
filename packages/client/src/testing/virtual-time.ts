// Time that only a test moves. A timer fires when the test has advanced so far, one at a time, in the order they are due;
// between two of them everything happens that needs no time at all.
import { type Timers } from '../adapters.ts'

export type VirtualTime = ReturnType<typeof virtualTime>

// what is put off this way comes after every microtask; kept here, because a test may take it away from everybody else
const afterMicrotasks = setImmediate

/** A clock and timers of a test's own. */
export const virtualTime = (startsAt = Date.parse('2026-06-20T12:00:00Z')) => {
  let now = startsAt
  let made = 0
  const due = new Map<number, { at: number; run: () => void }>()
  const timers: Timers = {
    set: (run, delayMs) => {
      made += 1
      due.set(made, { at: now + delayMs, run })
      return made
    },
    clear: (handle) => void due.delete(handle as number),
  }
  const quiet = () => new Promise<void>((resolve) => afterMicrotasks(resolve))
  return {
    timers,
    clock: () => now,
    quiet,
    /** Lets so much time pass. */
    advance: async (ms: number): Promise<void> => {
      const until = now + ms
      await quiet()
      for (;;) {
        const [first] = [...due].sort(([one, { at }], [other, { at: otherAt }]) => at - otherAt || one - other)
        if (!first || first[1].at > until) break
        const [handle, { at, run }] = first
        due.delete(handle)
        now = Math.max(now, at)
        run()
        await quiet()
      }
      now = until
    },
  }
}
