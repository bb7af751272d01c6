// Values whose parts have names: people tick, alter, add, take away and move the lines of one checklist, answer one form, write one vendor's
// numbers down, in every other run without a signal by turns and in the others under everything else that can befall them. No part is written
// over unseen, none moves that nobody touched, and whatever somebody did to one is somewhere.
import { expect, test } from 'vitest'
import { lineOfAccount, isWhole } from './line-of-account.ts'
import { runSeeds } from './run-seeds.ts'

/** Defines the test of so many runs. */
export const parts = (count: number, from: number): void => {
  test(`[P3] [P4] [P12] after ${count} runs about checklists, answers and numbers every part that somebody touched is somewhere, and all hold the same`, async () => {
    const tally = await runSeeds({ from, count, kind: 'parts-', heardOf: (failing) => console.log(failing) })
    console.log(lineOfAccount(tally))
    const again = tally.failing.map(({ seed, violations }) => ({
      again: `npm run simulate -- --seed ${seed}`,
      violations,
    }))
    expect(again).toEqual([])
    expect(tally.unequal).toEqual([])
    expect(tally.ran).toBe(count)
    expect(isWhole(tally.account)).toBe(true)
    // it is about people who get in each other's way
    expect(tally.account.merged + tally.account.waiting).toBeGreaterThan(count / 2)
  })
}
