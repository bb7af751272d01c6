// [P1] [P3] [P14] Ten phones, and between them and the server a network that cuts, stalls, repeats and truncates. A sample; three hundred
// such runs are a long part, `proxy`.
import { afterAll, expect, test } from 'vitest'
import { addTold, nothingTold, problemsIn, reportOf } from '../support/account-of.ts'
import { aStormyRun, fatesOf, type Run } from './proxy/a-stormy-run.ts'

/** A machine may have other things to do. */
const patienceMs = 300_000
const runs: Run[] = []
afterAll(() => {
  console.log(reportOf('ten phones behind a bad network, a sample', runs.map(({ told }) => told).reduce(addTold, nothingTold()))) // prettier-ignore
  console.log(`  requests: ${fatesOf(runs)}`)
})

test.each([1, 2])(
  'in a storm of requests that are cut, stalled, repeated and truncated nothing is lost: a sample, seed %i',
  async (seed) => {
    const run = await aStormyRun(seed)
    runs.push(run)
    expect(problemsIn(run.told)).toEqual([])
    expect(run.told.account.made).toBeGreaterThan(0)
  },
  patienceMs,
)
