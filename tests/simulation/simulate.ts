// npm run simulate: runs seeds and tells what they broke; or one seed, made as short as it can be and told step by step.
import { parseArgs } from 'node:util'
import { keepRun } from './kept/kept-runs.ts'
import { lineOfAccount } from './line-of-account.ts'
import { runSeeds, startThread, type Failing, type Tally } from './run-seeds.ts'
import type { Result } from './seed-worker.ts'
import { allVariants } from './variants/all-variants.ts'
import { mixtures } from './world/plan.ts'

const usage = `npm run simulate -- --seeds 20000        so many seeds, from 1 on
                    --from 5001          from this one on
                    --kind parts-        of this mixture: ${mixtures.join(', ')}
                    --seed 386           one seed; where it fails, the shortest run that does, step by step
                    --keep "a promise"   what is left of it becomes a test of that name, for ever
                    --trace              all of that seed's run, step by step
                    --variant "a name"   a known-bad variant of the engine instead of the engine
                    --variants           their names`

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    from: { type: 'string', default: '1' },
    kind: { type: 'string' },
    seed: { type: 'string' },
    keep: { type: 'string' },
    trace: { type: 'boolean', default: false },
    variant: { type: 'string' },
    variants: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const kind = mixtures.find((one) => one === values.kind)
const variant = values.variant === undefined ? {} : { variant: values.variant }

const tellSeed = ({ seed, violations, shortest, trace }: Result): void => {
  if (values.trace) console.log(trace?.join('\n'))
  else if (shortest) console.log(['', ...shortest.trace, ''].join('\n'))
  for (const { promise, says } of violations) console.log(`${promise}: ${says}`)
  if (shortest)
    console.log(
      `\nThe shortest run that still fails keeps ${shortest.deeds.length} deeds and ${shortest.network.join(', ') || 'no trouble of the network'}; it breaks\n  ${shortest.says.join('\n  ')}`,
    )
  console.log(violations.length === 0 ? `seed ${seed} keeps every promise` : `\nAgain: ${againCommand(seed)}`)
}

const againCommand = (seed: string): string =>
  `npm run simulate -- --seed ${seed}${values.variant === undefined ? '' : ` --variant "${values.variant}"`}`

const runOne = async (seed: string): Promise<boolean> => {
  const thread = startThread(values.variant)
  const { results } = await thread.run({ seeds: [seed], traced: [seed], isShortened: true, isTold: values.trace })
  await thread.end()
  for (const result of results) tellSeed(result)
  for (const { shortest } of results) if (values.keep !== undefined && shortest) keepRun(values.keep, shortest)
  return results.every(({ violations }) => violations.length === 0)
}

const tellFailing = ({ seed, violations }: Failing): void =>
  console.log(`seed ${seed}: ${violations.map(({ promise, says }) => `${promise}: ${says}`).join('\n  ')}`)

const runMany = async (): Promise<boolean> => {
  const began = performance.now()
  let toldAt = began
  const hear = ({ ran, failing }: Tally) => {
    if (performance.now() - toldAt < 5_000) return
    toldAt = performance.now()
    console.log(`${ran} seeds, ${failing.length} failing, ${((performance.now() - began) / 1000).toFixed(0)} s`)
  }
  const tally = await runSeeds({
    from: Number(values.from),
    count: Number(values.seeds),
    ...(kind && { kind }),
    ...variant,
    hear,
    heardOf: tellFailing,
  })
  console.log(lineOfAccount(tally))
  for (const seed of tally.unequal) console.log(`seed ${seed} went another way the second time`)
  const [first] = tally.failing
  if (first) await runOne(first.seed)
  return tally.failing.length === 0 && tally.unequal.length === 0
}

if (values.help) console.log(usage)
else if (values.variants)
  for (const { name, breaks } of allVariants) console.log(`${breaks.join(', ').padEnd(8)}${name}`)
else process.exitCode = (await (values.seed === undefined ? runMany() : runOne(values.seed))) ? 0 : 1
