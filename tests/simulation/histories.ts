// Convergence: two to five people edit the same few records, without a signal by turns, and nothing else goes wrong. Every device ends with
// what the database holds and its person may see (P5); written once more in the same order, one change at a time, everything ends as it
// did (P13); and every value that lost is in a conflict or in the history (P4).
import { expect, test } from 'vitest'
import { lineOfAccount, isWhole } from './line-of-account.ts'
import { runSeeds } from './run-seeds.ts'

/** Defines the test of so many histories. */
export const histories = (count: number, from: number): void => {
  test(`[P4] [P5] [P13] after ${count} histories of two to five devices all hold the same, by the order of arrival alone, and nothing is lost`, async () => {
    const tally = await runSeeds({ from, count, kind: 'history-', heardOf: (failing) => console.log(failing) })
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
