// Takes something to do and its bound; hands back how long it takes: the least, the median and the 95th of 100, in milliseconds.
// The median is held to the bound. What takes tens of milliseconds in one go is counted in processor time of its thread, because what
// else the machine does meanwhile is nobody's; all else by the clock, which is finer. What fails is not under its bound.
import { performance } from 'node:perf_hooks'
import process from 'node:process'

export type Figures = {
  name: string
  by: 'processor' | 'clock'
  minMs: number
  medianMs: number
  p95Ms: number
  times: number
  boundMs: number
  isUnder: boolean
  /** Why there is no figure. */
  failed?: string
}

/** Long enough to be warm, and to see the collector at work; what takes seconds is done a few times only. */
const [warmMs, measuredMs, longestMs] = [300, 1500, 10_000]
const [timesFew, timesMin, timesMax] = [5, 20, 5000]

type Clock = { by: Figures['by']; now: () => number }

const processor: Clock = {
  by: 'processor',
  now: () => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  },
}
const clock: Clock = { by: 'clock', now: () => performance.now() }

/** What takes little, or asks a server or a store. */
export const measure = (name: string, boundMs: number, doIt: () => unknown): Promise<Figures> =>
  measureBy(clock, name, boundMs, doIt)

/** What takes long, and is worked out in one go. */
export const measureWork = (name: string, boundMs: number, doIt: () => void): Promise<Figures> =>
  measureBy(processor, name, boundMs, doIt)

const measureBy = async (by: Clock, name: string, boundMs: number, doIt: () => unknown): Promise<Figures> => {
  try {
    return await figuresOf(by, name, boundMs, doIt)
  } catch (error) {
    const none = { by: by.by, minMs: NaN, medianMs: NaN, p95Ms: NaN, times: 0 }
    return { name, ...none, boundMs, isUnder: false, failed: error instanceof Error ? error.message : String(error) }
  }
}

const figuresOf = async ({ by, now }: Clock, name: string, boundMs: number, doIt: () => unknown): Promise<Figures> => {
  const warmUntil = performance.now() + warmMs
  do await doIt()
  while (performance.now() < warmUntil)
  const took: number[] = []
  const until = performance.now() + measuredMs
  const mostUntil = performance.now() + longestMs
  for (;;) {
    const at = performance.now()
    const isEnough = took.length >= timesMin && (took.length >= timesMax || at > until)
    if (isEnough || (took.length >= timesFew && at > mostUntil)) break
    const began = now()
    const answer = doIt()
    if (answer instanceof Promise) await answer
    took.push(now() - began)
  }
  took.sort((one, other) => one - other)
  const at = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))]!
  const medianMs = at(0.5)
  return {
    name,
    by,
    minMs: took[0]!,
    medianMs,
    p95Ms: at(0.95),
    times: took.length,
    boundMs,
    isUnder: medianMs < boundMs,
  }
}

export const printFigures = (figures: readonly Figures[]): void => {
  console.table(
    figures.map(({ name, by, minMs, medianMs, p95Ms, times, boundMs, isUnder }) => ({
      what: name,
      by,
      'min ms': minMs.toFixed(3),
      'median ms': medianMs.toFixed(3),
      'p95 ms': p95Ms.toFixed(3),
      times,
      'bound ms': boundMs,
      under: isUnder ? 'yes' : 'NO',
    })),
  )
  for (const { name, failed } of figures) if (failed !== undefined) console.log(`${name}: ${failed}`)
}
