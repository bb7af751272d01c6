// Looks a few times a second how far the order of each organization with an open stream has come, in one question for all
// of them, and wakes whoever waits for more. Nobody's stream holds a connection; with none open, nothing is asked.
// See decision 8: what a notification from every commit would cost instead.

/** Milliseconds between two looks: a quarter of a second is what a person takes for at once. */
const lookEveryMs = 250

export type Heads = {
  /** True when the organization's order has gone beyond the position; false when the time is up or `signal` ends it. */
  beyond: (organizationId: string, position: number, signal: AbortSignal, ms: number) => Promise<boolean>
  stop: () => void
}

type Waiter = { organizationId: string; position: number; wake: () => void }

export const createHeads = (
  readHeads: (organizations: readonly string[]) => Promise<Record<string, number>>,
  /** The database could not be asked: whoever waits would wait for nothing. */
  fellSilent: (thrown: unknown) => void,
  everyMs = lookEveryMs,
): Heads => {
  const waiters = new Set<Waiter>()
  let timer: NodeJS.Timeout | undefined

  const look = async () => {
    try {
      const heads = await readHeads([...new Set([...waiters].map(({ organizationId }) => organizationId))])
      for (const { organizationId, position, wake } of [...waiters]) if ((heads[organizationId] ?? 0) > position) wake()
    } catch (thrown) {
      fellSilent(thrown)
    }
    timer = undefined
    lookLater()
  }
  const lookLater = () => {
    if (waiters.size > 0) timer ??= setTimeout(() => void look(), everyMs)
  }

  return {
    beyond: (organizationId, position, signal, ms) =>
      new Promise((resolve) => {
        const end = (hasMoved: boolean) => {
          clearTimeout(timeUp)
          signal.removeEventListener('abort', leave)
          waiters.delete(waiter)
          resolve(hasMoved)
        }
        const leave = () => end(false)
        const timeUp = setTimeout(leave, ms)
        const waiter = { organizationId, position, wake: () => end(true) }
        if (signal.aborted) {
          leave()
          return
        }
        signal.addEventListener('abort', leave, { once: true })
        waiters.add(waiter)
        lookLater()
      }),
    stop: () => {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
