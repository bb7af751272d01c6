// Remembers which changes wait for another try, and until when. All of it may be lost: then they are tried at once. A change
// the server stumbles over waits longer each time, and goes by itself, behind everything that is well.  Keeps P14.
import { delaysMax, faultWaitCapMs, sendAgainEveryMs } from '../limits.ts'

export type Delays = ReturnType<typeof createDelays>

/** No delays yet. */
export const createDelays = (clock: () => number) => {
  const waits = new Map<string, { at: number; ms: number; faults: number }>()

  const wait = (changeId: string, ms: number, faults: number) => {
    waits.delete(changeId)
    waits.set(changeId, { at: clock() + ms, ms, faults })
    // the oldest goes: it is merely tried sooner
    if (waits.size > delaysMax) waits.delete(waits.keys().next().value!)
  }
  // a clock that went back must not make it wait longer than it should
  const leftMs = ({ at, ms }: { at: number; ms: number }): number => {
    const left = at - clock()
    return left > 0 && left <= ms ? left : 0
  }

  return {
    isDelayed: (changeId: string): boolean => {
      const known = waits.get(changeId)
      return known !== undefined && leftMs(known) > 0
    },
    /** True for a change the server stumbled over when it was sent last. */
    isSuspect: (changeId: string): boolean => (waits.get(changeId)?.faults ?? 0) > 0,
    /** The server answered it, but kept nothing. */
    later: (changeId: string) => wait(changeId, sendAgainEveryMs, 0),
    /** The server stumbled over it, again. */
    longer: (changeId: string) => {
      const faults = waits.get(changeId)?.faults ?? 0
      wait(changeId, Math.min(faultWaitCapMs, sendAgainEveryMs * 2 ** faults), Math.min(faults + 1, 30))
    },
    answered: (changeId: string) => waits.delete(changeId),
    /** Until the next one comes; null when none waits. */
    nextInMs: (): number | null => {
      const left = [...waits.values()].map(leftMs).filter((ms) => ms > 0)
      return left.length > 0 ? Math.min(...left) : null
    },
    /** All may go now; what was stumbled over is not forgotten. */
    letGo: () => {
      for (const known of waits.values()) known.at = 0
    },
  }
}
