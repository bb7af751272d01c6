// For a field that only moves forward: whoever saw further is right. Pairs that contradict each other, such as done
// against skipped, are a person's matter.
import { isJsonObject, type Json } from '@wedsync/protocol'
import { inWords } from '../in-words.ts'
import { asked, rule, settled, type Rule } from './rule.ts'

export type StagesRule = Rule & {
  /** The same steps, but these pairs ask: `stages(…).asksFor(['done', 'skipped'])`. */
  asksFor(...pairs: readonly (readonly [Step, Step])[]): Rule
}

/** A word, or yes or no: `stages(false, true)` is a box that stays ticked. */
export type Step = string | boolean

/** The furthest of these steps stays; the order is the order of the arguments. */
export const stages = (...steps: Step[]): StagesRule =>
  Object.freeze({
    ...make(steps, []),
    asksFor: (...pairs: readonly (readonly [Step, Step])[]) => make(steps, pairs),
  })

const make = (steps: readonly Step[], pairs: readonly (readonly [Step, Step])[]): Rule =>
  rule({
    name: 'stages',
    version: 1,
    isSymmetric: true,
    worksOn: ['one_of', 'bool'],
    given: { steps: [...steps], asks: pairs.map((pair) => [...pair]) },
    decide: (_base, one, other, { called }) => {
      const [oneWords, otherWords] = inWords(one.value, other.value)
      if (pairs.some((pair) => isPair(pair, one.value, other.value))) {
        return asked(`One says ${[oneWords, otherWords].sort().join(' and one says ')}, so a person decides ${called}.`)
      }
      const [onePlace, otherPlace] = [placeOf(steps, one.value), placeOf(steps, other.value)]
      if (onePlace === -1 || otherPlace === -1)
        return asked(`One of the two steps of ${called} is not known here, so a person decides.`)
      const [far, near] = onePlace > otherPlace ? [oneWords, otherWords] : [otherWords, oneWords]
      return settled(
        onePlace > otherPlace ? one.value : other.value,
        `Kept ${far} because it is further on than ${near}.`,
        0.9,
      )
    },
  })

const isPair = ([first, second]: readonly [Step, Step], one: Json, other: Json): boolean =>
  (one === first && other === second) || (one === second && other === first)

const placeOf = (steps: readonly Step[], value: Json): number =>
  typeof value === 'string' || typeof value === 'boolean' ? steps.indexOf(value) : -1

/** The pairs a declared rule asks for, as the policy page prints them. */
export const pairsOf = ({ given }: Rule): string[] => {
  const pairs = isJsonObject(given) ? given['asks'] : undefined
  return Array.isArray(pairs) ? pairs.map((pair) => (pair as string[]).join(' against ')) : []
}
