// For numbers and addresses by which somebody can be reached: both stay to be tried, and a person picks the one to try first. The one of
// whoever knows best is proposed.  Keeps P4.
import { placeOf } from './authority.ts'
import { asked, rule } from './rule.ts'

export const candidates = rule({
  name: 'candidates',
  version: 1,
  isSymmetric: true,
  worksOn: null,
  decide: (_base, one, other, { called, trusted }) => {
    const [first, second] = [placeOf(one, trusted), placeOf(other, trusted)]
    const says = `Two people gave ${called} differently. Both can be tried, and a person picks which comes first.`
    if (first === second) return asked(says)
    return asked(says, (first < second ? one : other).value)
  },
})
