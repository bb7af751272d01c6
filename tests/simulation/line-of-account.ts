// What a run of seeds says in the end: every change that was made, and where it is.
import type { Account } from './checkers/all-checkers.ts'
import type { Tally } from './run-seeds.ts'

/** The bound that so many runs without a failure give (the rule of three: under 3/n at 95 %). */
export const boundOf = (runs: number): string =>
  `no failure in ${runs} runs: with 95 % certainty fewer than ${Number(Math.min(100, 300 / runs).toPrecision(2))} % of runs fail`

/** With that bound, where none failed. */
export const lineOfAccount = ({ ran, requests, account, failing, twice, unequal }: Tally): string => {
  const bound = failing.length === 0 ? `; ${boundOf(ran)}` : ''
  return [
    `${ran} seeds, ${requests} requests, ${twice} seeds twice: ${failing.length} failing${bound}, ${unequal.length} unequal`,
    sumOf(account),
  ].join('\n')
}

/** Made, and what became of it. */
export const sumOf = (account: Account): string => {
  const { made, applied, merged, folded, overruled, waiting, kept, failed, thrownAway, goneWithCopy } = account
  const parts = {
    ...{ applied, merged, folded, overruled, waiting, kept, failed, 'thrown away': thrownAway },
    // older than what a phone keeps, or of a wedding since lost, when an older copy of the database was put back
    'gone with an older copy': goneWithCopy,
  }
  const words = Object.entries(parts).map(([name, count]) => `${name} ${count}`)
  return `made ${made} = ${words.join(' + ')}${isWhole(account) ? '' : ', and that does not add up'}`
}

/** Whether every change that was made is in exactly one place. */
export const isWhole = ({ made, ...parts }: Account): boolean =>
  Object.values(parts).reduce((sum, count) => sum + count, 0) === made
