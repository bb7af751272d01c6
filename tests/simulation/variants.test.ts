// Each checker is shown to work: the engine, wrong in one way, is caught. A checker that none of these trips fails the run.
import { availableParallelism } from 'node:os'
import { expect, test } from 'vitest'
import { checkersFor, emptyAccount } from './checkers/all-checkers.ts'
import { runSeeds, startThread } from './run-seeds.ts'
import { allVariants } from './variants/all-variants.ts'
import type { Variant } from './variants/variant.ts'
import { mixtures } from './world/plan.ts'

const seedsMax = 2_000

/** The promises it was caught at, by the seed or the run that is known to show it or else by the first seed that does. */
const caughtAt = async ({ name, breaks, seed }: Variant): Promise<string[]> => {
  const thread = startThread(name)
  const { results } = await thread.run({ seeds: [seed], traced: [] })
  await thread.end()
  const known = results.flatMap(({ violations }) => violations.map(({ promise }) => promise))
  if (breaks.every((promise) => known.includes(promise))) return known
  const kind = mixtures.find((one) => one === 'parts-' && seed.startsWith(one))
  const tally = await runSeeds({
    from: 1,
    count: seedsMax,
    ...(kind && { kind }),
    variant: name,
    workers: 1,
    until: breaks,
  })
  return tally.failing.flatMap(({ violations }) => violations.map(({ promise }) => promise))
}

test(`${allVariants.length} known-bad variants of the engine are each caught, by a run that is kept or within ${seedsMax} seeds`, async () => {
  const left = [...allVariants]
  const missed: string[] = []
  await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      for (let variant = left.shift(); variant; variant = left.shift()) {
        const caught = await caughtAt(variant)
        if (!variant.breaks.every((promise) => caught.includes(promise)))
          missed.push(`${variant.name}: ${caught.join(', ') || 'nothing'} instead of ${variant.breaks.join(', ')}`)
      }
    }),
  )
  expect(missed).toEqual([])
  expect(allVariants.length).toBeGreaterThanOrEqual(25)
})

test('no checker is without a variant that trips it', () => {
  const tripped = new Set(allVariants.flatMap(({ breaks }) => breaks))
  expect(Object.keys(checkersFor(emptyAccount())).filter((promise) => !tripped.has(promise))).toEqual([])
})
