// For a moment that people saw: when something began or ended, when somebody came. Of two who saw it begin the earlier is right, of
// two who saw it end the later; the other time stays in the list. Two times that lie hours apart are not of one moment: one of
// them is mistaken, and only a person can say which.  Keeps P4, P12.
import { type Json } from '@wedsync/protocol'
import { asked, rule, settled, type Rule } from './rule.ts'

/** Minutes between two times of one moment: who stood there is a few minutes off, not hours. */
const apartMax = 120

/** Keeps the earlier of two observations, or the later: `observed('latest')` for an end. */
export const observed = (keeps: 'earliest' | 'latest' = 'earliest'): Rule =>
  rule({
    name: 'observed',
    version: 1,
    isSymmetric: true,
    worksOn: ['instant'],
    given: { keeps },
    decide: (_base, one, other, { called }) => {
      const [first, second] = [momentOf(one.value), momentOf(other.value)]
      if (first === null || second === null)
        return asked(`One took back ${called}, and one says when it was, so a person decides.`)
      const [earlier, later] = first < second ? [one, other] : [other, one]
      const kept = (keeps === 'earliest' ? earlier : later).value
      const minutes = Math.abs(first - second) / 60_000
      if (minutes > apartMax)
        return asked(`Two people are more than two hours apart about ${called}, so a person decides.`, kept)
      return settled(
        kept,
        `Two people noted ${called}, ${inMinutes(minutes)} apart. Kept the ${keeps === 'earliest' ? 'earlier' : 'later'}; the other is in the list.`,
        0.85,
      )
    },
  })

const inMinutes = (minutes: number): string => {
  if (minutes < 1) return 'less than a minute'
  return Math.floor(minutes) === 1 ? '1 minute' : `${Math.floor(minutes)} minutes`
}

const momentOf = (value: Json): number | null => {
  const moment = typeof value === 'string' ? Date.parse(value) : NaN
  return Number.isNaN(moment) ? null : moment
}
