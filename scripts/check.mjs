// `npm run check`: types, linter, formatter, whether the merge's tests reach every line of it, and the floors of the house, two
// at a time. Says one line for each, and what is wrong below it. `runChecks` hands back the same to scripts/test.mjs, whose unit tests hold the floors themselves.
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
const cache = path.join('node_modules', '.cache', 'wedsync')

// The slowest first: what is left at the end should be short. The linter takes as long as all others together, and so two threads.
const checks = [
  { name: 'lint', run: ['eslint/bin/eslint.js', '.', '--max-warnings', '0', '--concurrency', '2'] },
  {
    name: 'types',
    run: ['typescript/bin/tsc', '-p', '.', '--incremental', '--tsBuildInfoFile', path.join(cache, 'types.json')],
  },
  {
    name: 'format',
    run: [
      'prettier/bin/prettier.cjs',
      '--check',
      '--log-level',
      'warn',
      '--cache',
      '--cache-location',
      path.join(cache, 'format.json'),
      '.',
    ],
  },
  {
    name: 'coverage',
    run: ['vitest/vitest.mjs', 'run', '--root', path.join('packages', 'merge'), '--coverage', '--reporter', 'dot'],
  },
  {
    name: 'layers',
    run: ['vitest/vitest.mjs', 'run', '--project', 'unit', '--reporter', 'dot', 'tests/layers.test.ts'],
  },
]

/** Runs the checks and hands back how many held; `without` names those that run elsewhere. */
export const runChecks = async ({ without = [], signal } = {}) => {
  const waiting = checks.filter(({ name }) => !without.includes(name))
  const results = []
  const worker = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) results.push(await runCheck(check, signal))
  }
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker))
  return { passed: results.filter(Boolean).length, failed: results.filter((held) => !held).length }
}

const runCheck = ({ name, run: [program, ...args] }, signal) =>
  new Promise((resolve) => {
    const began = performance.now()
    const child = spawn(process.execPath, [path.join(root, 'node_modules', program), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, [process.stdout.isTTY ? 'FORCE_COLOR' : 'NO_COLOR']: '1' },
      signal,
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
    child.on('error', (error) => (said += error.message))
    child.on('close', (code) => {
      const seconds = ((performance.now() - began) / 1000).toFixed(1)
      console.log(`${code === 0 ? '✓' : '✗'} ${name.padEnd(8)} ${seconds.padStart(5)} s`)
      if (code !== 0) console.log(`${said.trimEnd().replaceAll(/^/gm, '    ')}\n`)
      resolve(code === 0)
    })
  })

if (import.meta.main) {
  const { failed } = await runChecks()
  if (failed > 0) console.log(`${failed} of ${checks.length} checks failed.`)
  process.exitCode = failed > 0 ? 1 : 0
}
