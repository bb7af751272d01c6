// For what nobody should be asked about, such as the order of a list: whoever has the say, and without one whoever came first. The other
// value stays in the list.  Keeps P4. The one rule that hangs on which came first, as everything that arrives is put in order once.
import { byAuthority } from './scalar.ts'
import { rule, settled } from './rule.ts'

export const firstStands = rule({
  name: 'first_stands',
  version: 1,
  isSymmetric: false,
  worksOn: null,
  decide: (_base, one, other, context) =>
    byAuthority(one, other, context) ??
    settled(one.value, `Kept ${context.called} as it came first. The other is in the list.`, 0.6),
})
