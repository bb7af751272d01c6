// Takes the accounts that long parts left behind; hands back, for each kind, the account of all its parts in words: how many runs, what
// became of every change, what went wrong how often, and the bound that so many runs without a failure give.
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { emptyAccount, type Account } from '../tests/simulation/checkers/accounted.ts'
import { boundOf, sumOf } from '../tests/simulation/line-of-account.ts'
import type { KeptAccount } from '../tests/support/keep-account.ts'

export const addAccounts = (folder: string): string => {
  const kept = globSync('*.json', { cwd: folder })
    .map((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as KeptAccount)
    .sort((one, other) => one.title.localeCompare(other.title) || one.part - other.part)
  return [...Map.groupBy(kept, ({ title }) => title).values()].map(together).join('\n')
}

const together = (parts: KeptAccount[]): string => {
  const [{ title, of }, runs] = [parts[0]!, parts.reduce((sum, part) => sum + part.runs, 0)]
  const account = emptyAccount()
  const problems: Record<string, number> = {}
  for (const part of parts) {
    for (const key of Object.keys(account) as (keyof Account)[]) account[key] += part.account[key]
    for (const [name, count] of Object.entries(part.problems)) problems[name] = (problems[name] ?? 0) + count
  }
  const failures = Object.values(problems).reduce((sum, count) => sum + count, 0)
  return [
    `${title}: ${runs} runs in ${parts.length} of ${of} parts, ${parts.map(({ at }) => at.slice(0, 16)).join(', ')}`,
    `  changes ${sumOf(account)}`,
    `  ${Object.entries(problems)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}`,
    failures === 0 ? `  ${boundOf(runs)}` : `  ${failures} failures`,
  ].join('\n')
}
