// Takes how many may be at it at once, how many may wait, and how long; hands back a line. In it steps begin in the order they
// came; whoever would wait too long, is gone, or is sent home with everybody else, never begins.
import { bulkhead, BulkheadRejectedError } from 'cockatiel'
import type { LineLimits } from '../limits.ts'
import { endless, type Patience } from './patience.ts'
import type { Why } from './sent-home.ts'

export type Line = {
  run: <Answer>(step: () => Promise<Answer>, patience?: Patience) => Promise<Answer>
  waiting: () => number
  underWay: () => number
  /** From 0 to 1: how much of the room to wait in is taken. */
  fullness: () => number
  /** Sends home all that wait; those under way go on. */
  disperse: () => void
}

/** What somebody hears who is not let in, or no longer waits. */
export type Refuse = (why: Why, fullness: number) => Error

export const createLine = ({ atOnce, waitingMax, waitMsMax }: LineLimits, refuse: Refuse): Line => {
  const places = bulkhead(atOnce, waitingMax)
  // those who really wait: whoever left keeps a place among the library's until their turn comes, and is passed over then
  const waiting = new Set<(why: Why) => void>()
  const fullness = () => (waitingMax === 0 ? 0 : waiting.size / waitingMax)

  const wait = <Answer>(step: () => Promise<Answer>, patience: Patience): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const left = new AbortController()
      const { gone } = patience
      const stopWaiting = () => {
        clearTimeout(timer)
        waiting.delete(leave)
        gone?.removeEventListener('abort', goAway)
      }
      const leave = (why: Why) => {
        stopWaiting()
        left.abort()
        reject(refuse(why, fullness()))
      }
      const goAway = () => leave('gone')
      const timer = setTimeout(() => leave('waited'), Math.max(0, Math.min(waitMsMax, patience.leftMs())))
      gone?.addEventListener('abort', goAway)
      waiting.add(leave)
      const begin = () => {
        stopWaiting()
        return step()
      }
      places.execute(begin, left.signal).then(resolve, (thrown: unknown) => {
        stopWaiting()
        reject(thrown instanceof BulkheadRejectedError ? refuse('full', 1) : thrown)
      })
    })

  return {
    async run(step, patience = endless) {
      if (patience.gone?.aborted) throw refuse('gone', fullness())
      if (places.executionSlots > 0) return places.execute(step)
      if (places.queueSlots === 0) throw refuse('full', 1)
      return wait(step, patience)
    },
    waiting: () => waiting.size,
    underWay: () => atOnce - places.executionSlots,
    fullness,
    disperse: () => {
      for (const leave of [...waiting]) leave('away')
    },
  }
}
