// Hands back a promise that settles when this process has to end: Ctrl-C, SIGTERM, a closed terminal, the end of the npm
// that started us, or a fault nobody caught. A second signal does not wait for the polite way.

export type EndOfDay = {
  /** Settles with what went wrong, or with nothing when somebody asked politely. */
  comes: Promise<unknown>
  hasCome: () => boolean
  /** What a second signal does. */
  onImpatience: (leaveNow: () => void) => void
  /** Takes the end of our parent for a signal: a shell between npm and us may die without handing its own on. */
  watchParent: () => void
}

/** npm hands on the Ctrl-C that the terminal has sent us already: two within this time are one. */
const sameSignalMs = 500
const parentCheckMs = 500

export const awaitEndOfDay = (): EndOfDay => {
  const { promise: comes, resolve } = Promise.withResolvers<unknown>()
  let leaveNow: () => void = () => process.exit(1)
  let cameAt: number | undefined
  const end = (fault?: unknown) => {
    cameAt ??= performance.now()
    resolve(fault)
  }
  const onSignal = () => {
    if (cameAt !== undefined && performance.now() - cameAt > sameSignalMs) leaveNow()
    end()
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal)
  process.on('uncaughtException', end)
  // our words may go to a pipe that nobody reads any more: that is no reason to fall over
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  return {
    comes,
    hasCome: () => cameAt !== undefined,
    onImpatience: (leave) => {
      leaveNow = leave
    },
    watchParent: () => {
      const parent = process.ppid
      setInterval(() => process.ppid === parent || end(), parentCheckMs).unref()
    },
  }
}
