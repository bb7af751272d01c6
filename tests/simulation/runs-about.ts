// Runs in which people turn to one thing, in every other run without a signal by turns and in the others under everything else that can
// befall them: every promise is kept, every change is somewhere, and they do get in each other's way.
import { expect, test } from 'vitest'
import { isWhole, lineOfAccount } from './line-of-account.ts'
import { runSeeds } from './run-seeds.ts'
import type { Mixture } from './world/plan.ts'

type About = {
  kind: Mixture
  /** What holds after so many of them. */
  says: (count: number) => string
  /** At least so many changes of a run meet another one. */
  meets: number
}

/** Values whose parts have names: the lines of one checklist, one form, one vendor's numbers. */
export const parts: About = {
  kind: 'parts-',
  says: (count) =>
    `[P3] [P4] [P12] after ${count} runs about checklists, answers and numbers every part that somebody touched is somewhere, and all hold the same`,
  meets: 0.5,
}

/** What waits for what, how long it takes, and whether its time is fixed. */
export const links: About = {
  kind: 'links-',
  says: (count) =>
    `[P4] [P13] after ${count} runs about what waits for what nothing waits for itself, and nobody lost a word`,
  meets: 0.3,
}

/** Defines the test of so many runs. */
export const runsAbout = ({ kind, says, meets }: About, { count, from }: { count: number; from: number }): void => {
  test(says(count), async () => {
    const tally = await runSeeds({ from, count, kind, heardOf: (failing) => console.log(failing) })
    console.log(lineOfAccount(tally))
    const again = tally.failing.map(({ seed, violations }) => ({
      again: `npm run simulate -- --seed ${seed}`,
      violations,
    }))
    expect(again).toEqual([])
    expect(tally.unequal).toEqual([])
    expect(tally.ran).toBe(count)
    expect(isWhole(tally.account)).toBe(true)
    expect(tally.account.merged + tally.account.waiting).toBeGreaterThan(count * meets)
  })
}
