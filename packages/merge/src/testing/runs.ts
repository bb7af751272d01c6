// How many random examples a law is held against, for fast-check. Whoever runs the tests a thousand times over, as the count of
// mutants does, wants fewer, and the same ones every time: `WEDSYNC_RUNS_MAX` says how many at most.

type Runs = { numRuns: number; seed?: number }

/** As many as this; with `WEDSYNC_RUNS_MAX` at most that many, always the same. */
export const runs = (numRuns = runsByDefault, more: { seed?: number } = {}): Runs =>
  runsMax === undefined ? { numRuns, ...more } : { numRuns: Math.min(numRuns, runsMax), seed: 1, ...more }

/** As fast-check has it. */
const runsByDefault = 100
const runsMax = process.env['WEDSYNC_RUNS_MAX'] === undefined ? undefined : Number(process.env['WEDSYNC_RUNS_MAX'])
