// Takes what may never end, and how long anybody waits for it; hands back its end, or throws when the time is over. What it does goes on.

/** What was waited for did not end in time. */
export class TakesTooLong extends Error {}

/** `says`: what is thrown when the time is over. */
export type InTime = <Answer>(done: Promise<Answer>, withinMs: number, says: string) => Promise<Answer>

/** Of timers as the adapters hand them in. */
type Timers = { set: (run: () => void, delayMs: number) => unknown; clear: (timer: unknown) => void }

export const createInTime =
  ({ set, clear }: Timers): InTime =>
  (done, withinMs, says) => {
    let timer: unknown
    const tooLate = new Promise<never>((_, reject) => {
      timer = set(() => reject(new TakesTooLong(says)), withinMs)
    })
    return Promise.race([done, tooLate]).finally(() => clear(timer))
  }
