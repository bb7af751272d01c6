// Hands back a promise that settles when this process has to end: Ctrl-C, SIGTERM, a closed terminal, the end of the npm
// that started us, or a fault nobody caught. A second signal does not wait for the polite way.
import { readFileSync } from 'node:fs'

export type EndOfDay = {
  /** Settles with what went wrong, or with nothing when somebody asked politely. */
  comes: Promise<unknown>
  hasCome: () => boolean
}

/** npm hands on the Ctrl-C that the terminal has sent us already: two within this time are one. */
const sameSignalMs = 500
const parentCheckMs = 500

export const awaitEndOfDay = (isStartedByNpm: boolean, leaveNow: () => void): EndOfDay => {
  const { promise: comes, resolve } = Promise.withResolvers<unknown>()
  let cameAt: number | undefined
  const end = (fault?: unknown) => {
    cameAt ??= performance.now()
    resolve(fault)
  }
  const onSignal = () => {
    if (cameAt !== undefined && performance.now() - cameAt > sameSignalMs) leaveNow()
    end()
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  if (!isHangupIgnored()) process.on('SIGHUP', onSignal)
  process.on('uncaughtException', end)
  // our words may go to a pipe that nobody reads any more: that is no reason to fall over
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

  // a shell between npm and us may die without handing its signal on
  const parent = process.ppid
  const watch = setInterval(() => {
    if (isStartedByNpm && process.ppid !== parent) end()
  }, parentCheckMs)
  watch.unref()
  return { comes, hasCome: () => cameAt !== undefined }
}

/** `nohup` asks us to outlive the terminal; listening to the signal would undo that. */
const isHangupIgnored = (): boolean => {
  try {
    const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    return mask !== undefined && (BigInt(`0x${mask}`) & 1n) === 1n
  } catch {
    return false
  }
}
