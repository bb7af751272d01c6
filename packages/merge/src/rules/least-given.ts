// For who may see what, and as whom somebody works: whoever has the say, and without one the word that gives less. Taking away beats giving,
// because what was shown once cannot be hidden again.  Keeps P4; the other value stays in the list.
import { sameJson, type Json } from '@wedsync/protocol'
import { byAuthority } from './scalar.ts'
import { asked, rule, settled, type Rule } from './rule.ts'

/**
 * From the word that gives least to the one that gives most: `leastGiven('team', ['venue', 'couple'], 'all')`. Of words in one
 * bracket none gives less than another.
 */
export const leastGiven = (...order: (string | boolean | readonly string[])[]): Rule =>
  rule({
    name: 'least_given',
    version: 1,
    isSymmetric: true,
    worksOn: ['one_of', 'bool'],
    given: { steps: order.flat(), order: order as Json },
    decide: (_base, one, other, context) => {
      const { called } = context
      const byWord = byAuthority(one, other, context)
      if (byWord) return byWord
      const places = [one, other].map(({ value }) =>
        order.findIndex((step) => (Array.isArray(step) ? step.includes(value) : sameJson(step as Json, value))),
      )
      if (places.includes(-1) || places[0] === places[1])
        return asked(`Neither of the two gives less than the other about ${called}, so a person decides.`)
      return settled(
        (places[0]! < places[1]! ? one : other).value,
        `Two people disagree about ${called}. Kept what gives less, because taking away comes before giving.`,
        0.8,
      )
    },
  })
