// For lengths: the one with which fixed times still hold stays, whoever gave it; where both hold, or neither, the rule beneath decides. Whether
// the plan held with each was worked out when it was decided, and is kept with the decision.  Keeps P4: the other stays in the list.
import { capital, inWords } from '../in-words.ts'
import { rule, settled, type Rule } from './rule.ts'

/** `otherwise`: the rule beneath, also where nobody knows the plan. */
export const keepsPlan = (otherwise: Rule): Rule =>
  rule({
    name: 'keeps_plan',
    version: 1,
    isSymmetric: otherwise.isSymmetric,
    worksOn: otherwise.worksOn,
    given: { otherwise: `${otherwise.name}@${otherwise.version}` },
    decide: (base, one, other, context) => {
      const [kept, left] = one.keepsPlan === true ? [one, other] : [other, one]
      if (kept.keepsPlan !== true || left.keepsPlan !== false) return otherwise.settle(base, one, other, context)
      const [keptWords, leftWords] = inWords(kept.value, left.value)
      return settled(
        kept.value,
        `Kept ${keptWords} for ${context.called} because with ${leftWords} a fixed time would not hold. ${capital(leftWords)} is in the list.`,
        0.8,
      )
    },
  })
