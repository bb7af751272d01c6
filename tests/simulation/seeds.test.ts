// The engine under everything that can befall it, seed by seed: a sample of what `npm run test:long` and `npm run simulate` go through.
import { expect, test } from 'vitest'
import { isWhole, lineOfAccount } from './line-of-account.ts'
import { runSeeds } from './run-seeds.ts'

const count = 5_000

test(`a sample of ${count} seeds: every promise is kept, every change is somewhere, and nothing but the seed decides`, async () => {
  const tally = await runSeeds({ from: 1, count })
  console.log(lineOfAccount(tally))
  const told = tally.failing.map(({ seed, violations }) => ({
    again: `npm run simulate -- --seed ${seed}`,
    violations,
  }))
  expect(told).toEqual([])
  expect(tally.unequal).toEqual([])
  expect(tally.ran).toBe(count)
  expect(tally.twice).toBe(count / 100)
  expect(isWhole(tally.account)).toBe(true)
})
