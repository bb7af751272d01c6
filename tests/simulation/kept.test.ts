// What once broke a promise keeps it now.
import { expect, test } from 'vitest'
import { keptRuns } from './kept/kept-runs.ts'
import { runSeed } from './run-seed.ts'

test.each(keptRuns())('$broke $name', async ({ plan }) => {
  expect((await runSeed(plan)).violations).toEqual([])
})
