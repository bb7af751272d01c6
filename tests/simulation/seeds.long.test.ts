// The engine under everything that can befall it, for as many seeds as half an hour holds; `SEEDS_FROM` says where to begin, so that
// several runs go through different ones.
import { expect, test } from 'vitest'
import { isWhole, lineOfAccount } from './line-of-account.ts'
import { runSeeds, type Tally } from './run-seeds.ts'

const [from, count] = [Number(process.env['SEEDS_FROM'] ?? 10_001), Number(process.env['SEEDS'] ?? 30_000)]

test(`${count} seeds from ${from} on keep every promise`, async () => {
  let told = 0
  const hear = ({ ran, failing }: Tally) => {
    if (ran - told < 1_000) return
    told = ran
    console.log(`${ran} seeds, ${failing.length} failing`)
  }
  const tally = await runSeeds({ from, count, hear })
  console.log(lineOfAccount(tally))
  expect(
    tally.failing.map(({ seed, violations }) => ({ again: `npm run simulate -- --seed ${seed}`, violations })),
  ).toEqual([])
  expect(tally.unequal).toEqual([])
  expect(isWhole(tally.account)).toBe(true)
})
