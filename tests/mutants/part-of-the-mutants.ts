// Whether the merge's own tests would notice: its code is changed in small ways, some thousands of them one by one, and at least 85 of
// 100 have to make a test fail. Which ones nobody notices, and why, is told in packages/merge/mutants.md. Each part is about files of its
// own, so that it is through within half an hour: 25 minutes at most, beside other work.
import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')
const report = path.join(root, '.test/mutants.json')
const noticedMin = 0.85
/** Twice what all parts together took on two busy cores. */
const patienceMs = 2 * 60 * 60_000

type Report = { files: Record<string, { mutants: { status: string }[] }> }
type Count = { noticed: number; unnoticed: number }

/** Defines the test of a part. `files`: globs below packages/merge. `faultsMin`: fewer than these, and it was not what it says. */
export const partOfTheMutants = ({
  what,
  files,
  faultsMin,
}: {
  what: string
  files: string
  faultsMin: number
}): void =>
  test(
    `of a hundred small faults in ${what}, the merge's own tests notice at least eighty-five`,
    async () => {
      rmSync(report, { force: true })
      await runStryker(`${files},!src/**/*.test.ts,!src/testing/**,!src/index.ts`)
      const told = JSON.parse(readFileSync(report, 'utf8')) as Report
      for (const [file, { mutants }] of Object.entries(told.files)) console.log(lineOf(file, countOf(mutants)))
      const all = countOf(Object.values(told.files).flatMap(({ mutants }) => mutants))
      console.log(lineOf('all', all))
      expect(all.noticed + all.unnoticed).toBeGreaterThan(faultsMin)
      expect(shareOf(all)).toBeGreaterThanOrEqual(noticedMin)
    },
    patienceMs,
  )

/** A test that never ends is noticed as well; what does not compile was no fault. */
const countOf = (mutants: readonly { status: string }[]): Count => {
  const of = (...statuses: string[]) => mutants.filter(({ status }) => statuses.includes(status)).length
  return { noticed: of('Killed', 'Timeout'), unnoticed: of('Survived', 'NoCoverage') }
}

const shareOf = ({ noticed, unnoticed }: Count): number => noticed / (noticed + unnoticed)

const lineOf = (what: string, count: Count): string =>
  `${what.padEnd(36)} ${String(count.noticed).padStart(5)} noticed ${String(count.unnoticed).padStart(5)} not  ${(shareOf(count) * 100).toFixed(1)} %`

// it runs a test runner of its own, which should not take itself for a part of this one
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST') && name !== 'WEDSYNC_CODES'),
)

const runStryker = (mutate: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const program = path.join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js')
    const child = spawn(process.execPath, [program, 'run', '--mutate', mutate], {
      cwd: path.join(root, 'packages/merge'),
      stdio: ['ignore', 'pipe', 'inherit'],
      env: environment,
    })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
    child.on('error', reject)
    child.on('close', (code) => {
      // below its own bound it ends with 1 as well, and has left a report
      if (code === 0 || said.includes('Final mutation score')) resolve()
      else reject(new Error(`Stryker ended with ${String(code)}:\n${said.slice(-4000)}`))
    })
  })
