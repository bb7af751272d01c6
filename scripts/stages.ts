// The levels of tests, in the order they run. The suffix of a file says what it needs, four folders have a level of their
// own. Read by vitest.config.ts, which makes a project of each, and by scripts/test.mjs, which runs and counts them.
import { globSync } from 'node:fs'
import path from 'node:path'

export type Stage = {
  name: string
  include: string[]
  exclude: string[]
  /** A throw-away cluster for the run. */
  needsPostgres: boolean
  /** One test may take this long; the simulation's seeds and a browser's start take their time. */
  testTimeoutMs: number
  /** Files run one after the other in a worker that stays, and load what they share once: half of the work of many small files. */
  sharesWorkers?: boolean
  /** Files at a time, where they wait for a database's clocks more than they work; one a core otherwise. */
  workers?: number
  /** One file at a time: what is told by the clock wants the machine for itself. */
  isAlone?: boolean
  /** The level whose tests provoke every code of the wire. */
  provokesCodes?: boolean
}

const root = path.resolve(import.meta.dirname, '..')
const everywhere = '{packages,apps,tests,supabase,bench,scripts}/**'
const started = 'tests/e2e/**/*.pg.test.{ts,tsx}'
const ownLevel = ['tests/simulation/**', 'tests/faults/**', 'tests/security/**', started]
const long = '**/*.long.test.{ts,tsx}'
const never = ['**/node_modules/**', '**/dist/**']

const bySuffix = (name: string, suffix: string, others: string[]): Stage => ({
  name,
  include: [`${everywhere}/*${suffix}.{ts,tsx}`],
  exclude: [...never, ...ownLevel, long, ...others],
  needsPostgres: suffix !== '.test',
  testTimeoutMs: { '.test': 30_000, '.pg.test': 30_000 }[suffix] ?? 60_000,
})

const byFolder = (name: string): Stage => ({
  name,
  include: [`tests/${name}/**/*.test.{ts,tsx}`],
  exclude: [...never, long, '**/*.browser.test.{ts,tsx}'],
  needsPostgres: true,
  testTimeoutMs: 120_000,
})

export const stages: Stage[] = [
  { ...bySuffix('unit', '.test', ['**/*.pg.test.{ts,tsx}', '**/*.browser.test.{ts,tsx}']), sharesWorkers: true },
  { ...bySuffix('database', '.pg.test', []), sharesWorkers: true, workers: 4, provokesCodes: true },
  { ...byFolder('start'), include: [started], isAlone: true },
  { ...byFolder('simulation'), testTimeoutMs: 300_000 },
  byFolder('faults'),
  byFolder('security'),
  { ...bySuffix('browser', '.browser.test', []), exclude: [...never, long] },
]

/** Parts that take longer than a push should wait: `npm run test:long`. */
export const longStage: Stage = {
  name: 'long',
  include: [`${everywhere}/*.long.test.{ts,tsx}`],
  exclude: never,
  needsPostgres: true,
  testTimeoutMs: 60 * 60_000,
}

export const filesOf = (stage: Stage): string[] => globSync(stage.include, { cwd: root, exclude: stage.exclude }).sort()
