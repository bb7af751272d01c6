// For counts of what goes in and out, such as chairs on a van: what both added and took away counts, from where both started.
// The one rule whose answer may be a value that neither side wrote.  Keeps P4.
import { asked, rule, settled } from './rule.ts'

export const delta = rule({
  name: 'delta',
  version: 1,
  isSymmetric: true,
  isSum: true,
  worksOn: ['int'],
  decide: (base, one, other, { called }) => {
    if (typeof base !== 'number') return asked(`Nobody can say what ${called} was before, so a person decides.`)
    if (typeof one.value !== 'number' || typeof other.value !== 'number')
      return asked(`One emptied ${called} and one counted, so a person decides.`)
    const differences = [one.value - base, other.value - base].sort((left, right) => right - left)
    const sum = base + differences[0]! + differences[1]!
    if (!Number.isSafeInteger(sum))
      return asked(`Both counts together are too much for ${called}, so a person decides.`)
    return settled(sum, `Two people counted ${called}: ${differences.map(signed).join(' and ')}, from ${base}.`, 0.9)
  },
})

const signed = (difference: number): string => (difference > 0 ? `+${difference}` : `−${-difference}`)
