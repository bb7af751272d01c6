// A thread that runs seeds. A known-bad variant of the engine is made here, before the first line of the engine is read: the rest of
// the process keeps the whole one.
import { parentPort, workerData } from 'node:worker_threads'
import { keptRuns } from './kept/kept-runs.ts'
import type { Outcome } from './run-seed.ts'
import type { Shortest } from './shorten.ts'
import { spoilSources } from './variants/spoil-sources.ts'
import { variantCalled } from './variants/all-variants.ts'

export type Job = {
  /** Seeds, or names of runs that are kept. */
  seeds: string[]
  /** Those of them whose trace is kept, as a hash. */
  traced: string[]
  /** Those that fail are made as short as they can be. */
  isShortened?: boolean
  /** The traces themselves are told. */
  isTold?: boolean
}
export type Result = Pick<Outcome, 'violations' | 'account' | 'requests'> & {
  seed: string
  hash: string | null
  shortest: Shortest | null
  trace: string[] | null
}
export type Answer = { results: Result[] }

const { variant } = workerData as { variant: string | undefined }
if (variant !== undefined) spoilSources(variantCalled(variant))
const { runSeed } = await import('./run-seed.ts')
const { planFor } = await import('./world/plan.ts')
const { shorten } = await import('./shorten.ts')
const kept = new Map(keptRuns().map(({ name, plan }) => [name, plan]))

parentPort!.on('message', ({ seeds, traced, isShortened, isTold }: Job) => {
  const run = async (): Promise<Answer> => {
    const results: Result[] = []
    for (const seed of seeds) {
      const plan = kept.get(seed) ?? planFor(seed)
      const isTraced = traced.includes(seed)
      const { violations, account, requests, hash, trace } = await runSeed(plan, { isTraced })
      const shortest = isShortened && violations.length > 0 ? await shorten(plan, violations, runSeed) : null
      results.push({
        seed,
        violations,
        account,
        requests,
        hash: isTraced ? hash : null,
        shortest,
        trace: isTold ? trace : null,
      })
    }
    return { results }
  }
  // what is thrown here ends the thread, and whoever started it hears why
  void run().then((answer) => parentPort!.postMessage(answer))
})
