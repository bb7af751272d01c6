// Takes what a long part came to; keeps it beside the reports, so that parts that ran one after the other, or on different days, can be
// told together at the end of `npm run test:long` (scripts/add-accounts).
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Account } from '../simulation/checkers/accounted.ts'
import type { Told } from './account-of.ts'

const folder = path.resolve(import.meta.dirname, '../../.test/accounts')

export type KeptAccount = {
  /** What was done, the same for all its parts. */
  title: string
  part: number
  of: number
  /** When it came to its end. */
  at: string
  runs: number
  account: Account
  /** What went against a promise, by its name: how often. */
  problems: Record<string, number>
}

export const keepAccount = (kept: Omit<KeptAccount, 'at'>): void => {
  mkdirSync(folder, { recursive: true })
  const file = `${kept.title.replaceAll(/[^a-z]+/g, '-')}-${kept.part}-of-${kept.of}.json`
  writeFileSync(path.join(folder, file), JSON.stringify({ ...kept, at: new Date().toISOString() }))
}

/** The same, of what was counted with phones and a database. */
export const keepTold = (title: string, part: number, of: number, { runs, account, problems }: Told): void => {
  const { lost, appliedTwice, overwritten, stuck } = problems
  const counts = {
    lost: lost.length,
    'applied twice': appliedTwice.length,
    'silently overwritten': overwritten.length,
    stuck: stuck.length,
  }
  keepAccount({ title, part, of, runs, account, problems: counts })
}
