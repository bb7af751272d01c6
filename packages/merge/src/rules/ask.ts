// For fields only a person may decide: the date, the headcount, an emergency contact, an amount of money.
// Takes two edits, settles nothing.
import { asked, rule } from './rule.ts'

export const ask = rule({
  name: 'ask',
  version: 1,
  isSymmetric: true,
  worksOn: null,
  decide: (_base, _one, _other, { called }) =>
    asked(`Two people disagree about ${called}, and only a person can decide that.`),
})
