// For values whose parts have names of their own: each part by itself, with a rule of its own. What only one of the two touched is
// theirs; what both touched goes by the part's rule; what one took out and the other changed waits for a person.  Keeps P4, P12.
import { canonicalJson, isJsonObject, type Json } from '@wedsync/protocol'
import { isSameOrder, partsOf, valueOf } from '../keyed-values.ts'
import { asked, rule, settled, type Rule, type RuleContext, type Side } from './rule.ts'

/** One rule for every part, or, for the entries of a list, one for each of an entry's own parts: `{ done: stages(false, true) }`. */
export type PartRule = Rule | Readonly<Record<string, Rule>>

/** By label or question: `keyed(scalar)`. By a part of each entry: `keyed({ text: scalar }, 'id')`. */
export const keyed = (inner: PartRule, by: string | null = null): Rule =>
  rule({
    name: 'keyed',
    version: 1,
    isSymmetric: rulesOf(inner).every(({ isSymmetric }) => isSymmetric),
    worksOn: by === null ? ['labels', 'answers'] : ['entries'],
    given: { of: givenOf(inner), ...(by !== null && { by }) },
    decide: (base, one, other, context) => {
      const { called } = context
      const before = partsOf(base, by)
      const [first, second] = [partsOf(one.value, by), partsOf(other.value, by)]
      if (!before || !first || !second) return asked(`Nobody can say what ${called} held before, so a person decides.`)
      const kept = new Map<string, Json>()
      const reasons: string[] = []
      let [isAsked, isWhole, sure] = [false, true, 1]
      for (const key of inOrder(base!, one.value, other.value, by)) {
        const [was, here, there] = [before.get(key), first.get(key), second.get(key)]
        const part = partOf(inner, was, here, there, { one, other, context })
        if ('ask' in part) {
          isAsked = true
          if (part.proposed === undefined) isWhole = false
          else kept.set(key, part.proposed)
        } else if (part.settled !== undefined) kept.set(key, part.settled)
        if ('settled' in part) sure = Math.min(sure, part.confidence)
        if (part.reason !== '') reasons.push(part.reason)
      }
      const reason =
        [...new Set(reasons)].sort().join(' ') || `Two people changed different parts of ${called}, so both are in.`
      if (!isAsked) return settled(valueOf(kept, by), reason, sure)
      return isWhole ? asked(reason, valueOf(kept, by)) : asked(reason)
    },
  })

type Around = { one: Side; other: Side; context: RuleContext }

type Part =
  { settled: Json | undefined; reason: string; confidence: number } | { ask: true; proposed?: Json; reason: string }

// undefined: the part is gone. No reason where nobody disagreed.
const partOf = (
  inner: PartRule,
  was: Json | undefined,
  here: Json | undefined,
  there: Json | undefined,
  { one, other, context }: Around,
): Part => {
  const agreed = (part: Json | undefined): Part => ({ settled: part, reason: '', confidence: 1 })
  if (isSame(here, there)) return agreed(here)
  if (isSame(was, here)) return agreed(there)
  if (isSame(was, there)) return agreed(here)
  if (here === undefined || there === undefined)
    return {
      ask: true,
      proposed: here === undefined ? there! : here,
      reason: `One took out of ${context.called} what somebody else changed meanwhile, so it stays until a person decides.`,
    }
  const sides = [
    { ...one, value: here },
    { ...other, value: there },
  ] as const
  return 'settle' in inner ? (inner as Rule).settle(was, ...sides, context) : entryOf(inner, was, ...sides, context)
}

// the entry's own parts, each by its rule; one that no rule is named for waits for a person
const entryOf = (
  inner: Readonly<Record<string, Rule>>,
  was: Json | undefined,
  one: Side,
  other: Side,
  context: RuleContext,
): Part => {
  const [before, here, there] = [was, one.value, other.value].map((value) => (isJsonObject(value) ? value : {}))
  const entry: Record<string, Json> = {}
  const reasons: string[] = []
  let [isAsked, isWhole, sure] = [false, true, 1]
  for (const name of [...new Set([...Object.keys(here!), ...Object.keys(there!)])].sort()) {
    const [left, right] = [here![name] ?? null, there![name] ?? null]
    const base = before![name]
    const isSettled = isSame(left, right) || isSame(base, left) || isSame(base, right)
    const part = inner[name]
    const answer = isSettled
      ? settled(isSame(base, left) ? right : left, '', 1)
      : part
        ? part.settle(base, { ...one, value: left }, { ...other, value: right }, context)
        : asked(`Both changed the same entry of ${context.called}, so a person decides.`)
    if (answer.reason !== '') reasons.push(answer.reason)
    if ('settled' in answer) {
      entry[name] = answer.settled
      sure = Math.min(sure, answer.confidence)
      continue
    }
    isAsked = true
    if (answer.proposed === undefined) isWhole = false
    else entry[name] = answer.proposed
  }
  const reason = [...new Set(reasons)].sort().join(' ')
  if (!isAsked) return { settled: entry, reason, confidence: sure }
  return isWhole ? { ask: true, proposed: entry, reason } : { ask: true, reason }
}

// every name that either has or had, in the order of whoever moved lines about; where both did, of the one that comes first spelled out
const inOrder = (base: Json, one: Json, other: Json, by: string | null): string[] => {
  const [first, second] = isSameOrder(base, one, by)
    ? isSameOrder(base, other, by)
      ? byText(one, other)
      : [other, one]
    : isSameOrder(base, other, by)
      ? [one, other]
      : byText(one, other)
  return [...new Set([first, second, base].flatMap((value) => [...partsOf(value, by)!.keys()]))]
}

const byText = (one: Json, other: Json): [Json, Json] =>
  canonicalJson(one) < canonicalJson(other) ? [one, other] : [other, one]

const isSame = (one: Json | undefined, other: Json | undefined): boolean =>
  one === undefined || other === undefined ? one === other : canonicalJson(one) === canonicalJson(other)

const rulesOf = (inner: PartRule): Rule[] => ('settle' in inner ? [inner as Rule] : Object.values(inner))

const givenOf = (inner: PartRule): Json =>
  'settle' in inner
    ? nameOf(inner as Rule)
    : Object.fromEntries(Object.entries(inner).map(([name, one]) => [name, nameOf(one)]))

const nameOf = ({ name, version }: Rule): string => `${name}@${version}`
