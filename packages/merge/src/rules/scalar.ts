// For titles and places: one of the two values stays, and it is the one of whoever has the say.
// Takes two edits with their roles; without a clear authority it asks.  Keeps P4: the other value stays in the list.
import { inWords } from '../in-words.ts'
import { placeOf } from './authority.ts'
import { asked, rule, settled, type RuleContext, type Settlement, type Side } from './rule.ts'

export const scalar = rule({
  name: 'scalar',
  version: 1,
  isSymmetric: true,
  worksOn: null,
  decide: (_base, one, other, context) =>
    byAuthority(one, other, context) ??
    asked(`Neither of the two has the last word on ${context.called}, so a person decides.`),
})

/** The side of whoever has the say; null where neither has it more than the other. */
export const byAuthority = (one: Side, other: Side, { called, trusted }: RuleContext): Settlement | null => {
  const places = [placeOf(one, trusted), placeOf(other, trusted)] as const
  if (places[0] === places[1]) return null
  const [kept, left] = places[0] < places[1] ? [one, other] : [other, one]
  const [keptWords, leftWords] = inWords(kept.value, left.value)
  return settled(
    kept.value,
    `Kept the ${kept.role!}'s ${keptWords} because the ${kept.role!} decides ${called}. ` +
      `${left.role === undefined ? 'The other' : `The ${left.role}'s`} ${leftWords} is in the list.`,
    0.9,
  )
}
