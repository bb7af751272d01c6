// Runs that broke a promise once, as short as they could be made: each is a plan in a file of its own, named for the promise it broke
// in a coordinator's words, and is gone through again in every run of the tests. A plan says who holds which phone and what befalls
// them; what people pick and write is thrown from its seed, as in any other run.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Shortest } from '../shorten.ts'
import type { Plan } from '../world/plan.ts'

export type KeptRun = { name: string; broke: string[]; plan: Plan }

const folder = import.meta.dirname
const suffix = '.json'

export const keptRuns = (): KeptRun[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(suffix))
    .sort()
    .map((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as KeptRun)

export const keepRun = (name: string, { plan, says }: Pick<Shortest, 'plan' | 'says'>): void => {
  const file = `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}${suffix}`
  const broke = [...new Set(says.map((one) => one.slice(0, one.indexOf(':'))))]
  writeFileSync(path.join(folder, file), `${JSON.stringify({ name, broke, plan } satisfies KeptRun)}\n`)
  console.log(`kept as ${path.relative(process.cwd(), path.join(folder, file))}`)
}
