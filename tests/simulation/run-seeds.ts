// Runs many seeds on every core there is; hands back what was broken and what became of every change. One seed in a hundred runs
// twice, the second time in another company, and has to leave the same trace.
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { emptyAccount, type Account } from './checkers/all-checkers.ts'
import type { Violation } from './run-seed.ts'
import type { Answer, Job } from './seed-worker.ts'
import type { Mixture } from './world/plan.ts'

export type Failing = { seed: string; violations: Violation[] }
export type Tally = {
  ran: number
  requests: number
  account: Account
  failing: Failing[]
  /** Seeds that ran twice, and those of them that went another way the second time. */
  twice: number
  unequal: string[]
}

export type Wanted = {
  from: number
  count: number
  /** Stands before each seed; see planFor. */
  kind?: Mixture
  /** Name of a known-bad variant of the engine. */
  variant?: string
  workers?: number
  /** Once each of these was broken by some seed, the run ends. */
  until?: readonly string[]
  hear?: (tally: Tally) => void
  /** A seed that broke something, as soon as it has: a run may take hours, and be ended before. */
  heardOf?: (failing: Failing) => void
}

const blockSize = 25
const twiceEvery = 100

export const runSeeds = async ({
  from,
  count,
  kind,
  variant,
  workers = availableParallelism(),
  until,
  hear,
  heardOf,
}: Wanted): Promise<Tally> => {
  const tally: Tally = { ran: 0, requests: 0, account: emptyAccount(), failing: [], twice: 0, unequal: [] }
  const jobs = jobsFor(from, count, kind ?? '')
  const hashes = new Map<string, string>()
  const left = new Set(until)
  const isFound = () => until !== undefined && left.size === 0
  const take = ({ results }: Answer) => {
    for (const { seed, violations, account, requests, hash } of results) {
      const before = hash && hashes.get(seed)
      if (before) {
        tally.twice += 1
        if (before !== hash) tally.unequal.push(seed)
        continue
      }
      if (hash) hashes.set(seed, hash)
      tally.ran += 1
      tally.requests += requests
      for (const [what, times] of Object.entries(account)) tally.account[what as keyof Account] += times
      if (violations.length === 0) continue
      tally.failing.push({ seed, violations })
      heardOf?.({ seed, violations })
      for (const { promise } of violations) left.delete(promise)
    }
    hear?.(tally)
  }
  await Promise.all(
    Array.from({ length: Math.min(workers, jobs.length) }, async () => {
      const thread = startThread(variant)
      try {
        for (let job = jobs.shift(); job && !isFound(); job = jobs.shift()) take(await thread.run(job))
      } finally {
        await thread.end()
      }
    }),
  )
  return tally
}

const jobsFor = (from: number, count: number, kind: string): Job[] => {
  const seeds = Array.from({ length: count }, (_, nth) => `${kind}${from + nth}`)
  const traced = seeds.filter((_, nth) => nth % twiceEvery === 0)
  const jobs: Job[] = []
  for (let nth = 0; nth < seeds.length; nth += blockSize)
    jobs.push({ seeds: seeds.slice(nth, nth + blockSize), traced: nth % twiceEvery === 0 ? [seeds[nth]!] : [] })
  for (let nth = 0; nth < traced.length; nth += blockSize) {
    const again = traced.slice(nth, nth + blockSize).reverse()
    jobs.push({ seeds: again, traced: again })
  }
  return jobs
}

export type Thread = { run: (job: Job) => Promise<Answer>; end: () => Promise<unknown> }

/** A thread with an engine of its own, whole or a known-bad variant of it. */
export const startThread = (variant?: string): Thread => {
  const worker = new Worker(new URL('./seed-worker.ts', import.meta.url), {
    workerData: { variant },
    // a world leaves nothing behind: with room for all of it, nearly nothing has to be moved
    resourceLimits: { maxYoungGenerationSizeMb: 128 },
  })
  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        worker.once('error', reject)
        worker.once('message', (answer: Answer) => {
          worker.off('error', reject)
          resolve(answer)
        })
        worker.postMessage(job)
      }),
    end: () => worker.terminate(),
  }
}
