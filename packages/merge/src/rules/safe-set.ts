// For what must never get lost by accident, such as allergies: a list of small records, told apart by one of their parts. What both
// added is in, what one took out and nobody touched is out; but where one takes an entry out and another changes it, or both
// change it, it stays and a person decides.  Keeps P12: no entry that neither side wrote.
import { canonicalJson, isJsonObject, sameJson, type Json } from '@wedsync/protocol'
import { asked, rule, settled, type Rule } from './rule.ts'

/** Of entries that are told apart by `by`: `safeSet('name')`. */
export const safeSet = (by: string): Rule =>
  rule({
    name: 'safe_set',
    version: 1,
    isSymmetric: true,
    isJoining: true,
    worksOn: ['entries'],
    given: { by },
    decide: (base, one, other, { called }) => {
      if (base === undefined) {
        return asked(`Nobody can say what ${called} held before, so a person decides.`)
      }
      const [before, first, second] = [base, one.value, other.value].map((value) => entriesOf(value, by))
      const keys = [...new Set([...before!.keys(), ...first!.keys(), ...second!.keys()])].sort()
      const kept: Json[] = []
      let [isTorn, isTakenOut] = [false, false]
      for (const key of keys) {
        const [was, here, there] = [before!.get(key), first!.get(key), second!.get(key)]
        const isSettled = sameEntry(here, there) || sameEntry(was, here) || sameEntry(was, there)
        if (!isSettled && (here === undefined || there === undefined)) isTakenOut = true
        else if (!isSettled) isTorn = true
        const entry = isSettled ? (sameEntry(was, here) ? there : here) : (here ?? there)
        if (entry !== undefined) kept.push(entry)
      }
      if (isTorn) return asked(`Both changed the same entry of ${called}, so a person decides.`)
      if (isTakenOut)
        return asked(
          `One took out of ${called} what somebody else changed meanwhile, so it stays until a person decides.`,
          kept,
        )
      return settled(kept, `Kept what both added to ${called} and left out what either took away.`, 0.9)
    },
  })

const entriesOf = (value: Json, by: string): Map<string, Json> =>
  new Map(
    (Array.isArray(value) ? value : []).map((entry) => [
      canonicalJson(isJsonObject(entry) ? (entry[by] ?? null) : entry),
      entry,
    ]),
  )

const sameEntry = (one: Json | undefined, other: Json | undefined): boolean =>
  one === undefined || other === undefined ? one === other : sameJson(one, other)
