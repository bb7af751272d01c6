// For lists without order, such as who takes part: everything both added is in, everything either took out is out,
// and an entry that one added stays even if the other never saw it.  Keeps P12: no entry that neither side wrote.
import { canonicalJson, type Json } from '@wedsync/protocol'
import { asked, rule, settled } from './rule.ts'

export const set = rule({
  name: 'set',
  version: 1,
  isSymmetric: true,
  isJoining: true,
  worksOn: ['ids', 'words'],
  decide: (base, one, other, { called }) => {
    if (base === undefined) {
      return asked(`Nobody can say what ${called} held before, so a person decides.`)
    }
    const [before, first, second] = [base, one.value, other.value].map(entriesOf)
    const all = new Map([...before!, ...first!, ...second!])
    const kept = [...all].filter(([key]) => (before!.has(key) ? first!.has(key) && second!.has(key) : true))
    return settled(
      kept.sort(([left], [right]) => (left < right ? -1 : 1)).map(([, entry]) => entry),
      `Kept what both added to ${called} and left out what either took away.`,
      0.95,
    )
  },
})

const entriesOf = (value: Json): Map<string, Json> =>
  new Map((Array.isArray(value) ? value : []).map((entry) => [canonicalJson(entry), entry]))
