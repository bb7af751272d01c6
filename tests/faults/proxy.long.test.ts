// [P1] [P3] [P14] Three hundred runs of ten phones behind a network that cuts, stalls, repeats and truncates, each from a seed of its own, and
// the account of all of them.
import { expect, test } from 'vitest'
import { addTold, nothingTold, problemsIn, reportOf } from '../support/account-of.ts'
import { aStormyRun, fatesOf, type Run } from './proxy/a-stormy-run.ts'

const count = Number(process.env['WEDSYNC_LONG_RUNS'] ?? 300)
const runs: Run[] = []

test.for(Array.from({ length: count }, (_, nth) => 1000 + nth))('nothing is lost in a storm: seed %i', async (seed) => {
  const run = await aStormyRun(seed)
  runs.push(run)
  expect(problemsIn(run.told)).toEqual([])
})

test('and the account of all of them is whole', () => {
  const told = runs.map((run) => run.told).reduce(addTold, nothingTold())
  console.log(reportOf('ten phones behind a bad network', told))
  console.log(`  requests: ${fatesOf(runs)}`)
  expect(problemsIn(told)).toEqual([])
  expect(told.runs).toBe(count)
})
