// A part of many runs of ten phones behind a network that cuts, stalls, repeats and truncates, each from a seed of its own; the part's
// account is kept with those of the others.
import { expect, test } from 'vitest'
import { addTold, nothingTold, problemsIn, reportOf } from '../../support/account-of.ts'
import { keepTold } from '../../support/keep-account.ts'
import { aStormyRun, fatesOf, type Run } from './a-stormy-run.ts'

/** Defines the tests of a part; `WEDSYNC_LONG_RUNS` is how many runs all parts come to, if not `runs`. */
export const storms = ({ part, of, runs }: { part: number; of: number; runs: number }): void => {
  const count = Math.ceil(Number(process.env['WEDSYNC_LONG_RUNS'] ?? runs) / of)
  const done: Run[] = []

  test.for(Array.from({ length: count }, (_, nth) => 1000 + (part - 1) * count + nth))(
    'nothing is lost in a storm: seed %i',
    async (seed) => {
      const run = await aStormyRun(seed)
      done.push(run)
      expect(problemsIn(run.told)).toEqual([])
    },
  )

  test('and the account of all of them is whole', () => {
    const told = done.map((run) => run.told).reduce(addTold, nothingTold())
    keepTold('ten phones behind a bad network', part, of, told)
    console.log(reportOf('ten phones behind a bad network', told))
    console.log(`  requests: ${fatesOf(done)}`)
    expect(problemsIn(told)).toEqual([])
    expect(told.runs).toBe(count)
  })
}
