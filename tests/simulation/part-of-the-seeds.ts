// A part of three hundred thousand seeds, other ones in each: the engine under everything that can befall it, seed by seed. The part's
// account is kept with those of the others.
import { expect, test } from 'vitest'
import { keepAccount } from '../support/keep-account.ts'
import { isWhole, lineOfAccount } from './line-of-account.ts'
import { runSeeds, type Tally } from './run-seeds.ts'

const title = 'seeds of the simulation'
/** Those before it are what `npm test` goes through. */
const firstSeed = 10_001

/** Defines the test of a part; `WEDSYNC_LONG_RUNS` is how many seeds all parts come to, if not `seeds`. */
export const partOfTheSeeds = ({ part, of, seeds }: { part: number; of: number; seeds: number }): void => {
  const count = Math.ceil(Number(process.env['WEDSYNC_LONG_RUNS'] ?? seeds) / of)
  const from = firstSeed + (part - 1) * count

  test(`${count} seeds from ${from} on keep every promise`, async () => {
    let told = 0
    const hear = ({ ran, failing }: Tally) => {
      if (ran - told < 1_000) return
      told = ran
      console.log(`${ran} seeds, ${failing.length} failing`)
    }
    const tally = await runSeeds({ from, count, hear, heardOf: (failing) => console.log(failing) })
    const { ran, account, failing, unequal } = tally
    keepAccount({
      ...{ title, part, of, runs: ran, account },
      problems: { 'failing seeds': failing.length, 'unequal a second time': unequal.length },
    })
    console.log(lineOfAccount(tally))
    const again = failing.map(({ seed, violations }) => ({ again: `npm run simulate -- --seed ${seed}`, violations }))
    expect(again).toEqual([])
    expect(unequal).toEqual([])
    expect(ran).toBe(count)
    expect(isWhole(account)).toBe(true)
  })
}
