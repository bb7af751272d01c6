// One field as an earlier version of the tables said it: its name and its values then, and what each says in the words that
// came after. Small pure values, held to laws: what the old version can say comes back to it unchanged, what it could not see
// is neither invented nor written over.  Keeps P4, P12.
import { isJsonObject, sameJson, type Json, type JsonObject } from '@wedsync/protocol'
import { field, type Field } from '../field.ts'
import { no, yes } from '../values.ts'

export type Wording = {
  /** Its name then, and today. */
  readonly was: string
  readonly is: string
  /** What it held then. */
  readonly then: Field
  /** What the old version shows where this value stands; there is one for every value. */
  readonly told: (now: Json) => Json
  /** What the old value says today where nothing else is known. Asked only about values that `then` reads. */
  readonly meant: (then: Json) => Json
  /** Whether this value of today is one that the old one stands for, not merely one that is shown as it. */
  readonly standsFor: (then: Json, now: Json) => boolean
  /** Whether the old value stands for one value only. */
  readonly isExact: (then: Json) => boolean
  /** The old value laid over what stands. */
  readonly laid: (then: Json, over: Json) => Json
  /** True where `laid` leaves alone whatever the old version cannot see of a value. */
  readonly keepsRest: boolean
  /** What is wrong with it, in sentences for whoever declares one. */
  readonly faults: readonly string[]
}

/** How a field was said one version earlier, given what it is one version later. */
export type Saying = { readonly is: string; readonly of: (now: Field) => Omit<Wording, 'was' | 'is'> }

/** A field that is no longer kept: what it held, and what is shown in its place to those who still know it. */
export type Removal = { readonly held: Field; readonly shown: Json }

/** It is not kept any more. What somebody still writes into it is told back to them, never dropped in silence. */
export const removed = (held: Field, { shown = null }: { shown?: Json } = {}): Removal => ({ held, shown })

/** Only its name was another. */
export const renamed = (is: string): Saying => ({ is, of: same })

const same = (now: Field): Omit<Wording, 'was' | 'is'> => ({
  then: now,
  told: (value) => value,
  meant: (value) => value,
  standsFor: sameJson,
  isExact: () => true,
  laid: (value) => value,
  keepsRest: true,
  faults: [],
})

/** An old word, and the words of today it stands for, the plainest first. */
export type Spelling = readonly [then: Json, ...now: Json[]]

/**
 * Its values were others: one old word may stand for several. `shown` names words it cannot stand for, because they mean
 * something the old version has no word for, and as what they are shown nevertheless.
 */
export const respelled = (
  is: string,
  type: Field,
  spellings: readonly Spelling[],
  { shown = [] }: { shown?: readonly Spelling[] } = {},
): Saying => ({
  is,
  of: (now) => {
    const toldAs = (value: Json) =>
      [...spellings, ...shown].find(([, ...words]) => words.some((word) => sameJson(word, value)))?.[0] ?? null
    const wordsFor = (then: Json): Json[] => spellings.find(([old]) => sameJson(old, then))?.slice(1) ?? [null]
    const standsFor = (then: Json, value: Json) => wordsFor(then).some((word) => sameJson(word, value))
    const isExact = (then: Json) => wordsFor(then).length === 1
    return {
      then: asBefore(type, now, toldAs),
      told: toldAs,
      meant: (then) => wordsFor(then)[0]!,
      standsFor,
      isExact,
      laid: (then, over) => (standsFor(then, over) ? over : wordsFor(then)[0]!),
      keepsRest: shown.length === 0 && spellings.every(([then]) => isExact(then)),
      faults: faultsOfSpellings(now, spellings, shown),
    }
  },
})

/** It was one value, and is one of several under labels: the one under this label. */
export const oneLabel = (is: string, label: string): Saying => ({
  is,
  of: (now) => {
    const told = (value: Json) => labelsOf(value)[label] ?? null
    const type = field({
      kind: 'text',
      sqlType: 'text',
      read: (value) => (now.read({ [label]: value }).ok ? yes(value) : no('This does not look like one.')),
    })
    const laid = (then: Json, over: Json) => {
      const { [label]: _taken, ...rest } = labelsOf(over)
      const put = then === null ? rest : { ...rest, [label]: then }
      return Object.fromEntries(Object.entries(put).sort(([one], [other]) => (one < other ? -1 : 1)))
    }
    return {
      then: asBefore(type, now, told),
      told,
      meant: (then) => laid(then, {}),
      standsFor: (then, value) => sameJson(told(value), then),
      isExact: () => false,
      laid,
      keepsRest: true,
      faults: now.kind === 'labels' ? [] : ['only what holds labels can take one of them'],
    }
  },
})

/** One step after another: what `first` says in the words that `second` says in later ones. */
export const composed = (first: Wording, second: Wording): Wording => ({
  was: first.was,
  is: second.is,
  then: first.then,
  told: (now) => first.told(second.told(now)),
  meant: (then) => second.meant(first.meant(then)),
  standsFor: (then, now) => {
    const between = second.told(now)
    return first.standsFor(then, between)
  },
  isExact: (then) => first.isExact(then) && second.isExact(first.meant(then)),
  laid: (then, over) => second.laid(first.laid(then, second.told(over)), over),
  keepsRest: first.keepsRest && second.keepsRest,
  faults: [],
})

const labelsOf = (value: Json): JsonObject => (isJsonObject(value) ? value : {})

// who may read and write it is what it is today: there is no other way to the value
const asBefore = (type: Field, now: Field, told: (now: Json) => Json): Field => {
  let made = type.weighs(now.level)
  if (now.isRequired) made = made.required()
  else if (now.defaultValue !== null) made = made.byDefault(told(now.defaultValue))
  if (now.readers) made = made.readBy(...now.readers)
  if (now.writers) made = made.writeBy(...now.writers)
  if (now.isGuarded) made = made.guarded()
  if (now.isFixed) made = made.fixed()
  return now.words === null ? made : made.called(now.words)
}

const faultsOfSpellings = (now: Field, spellings: readonly Spelling[], shown: readonly Spelling[]): string[] => {
  const words = [...spellings, ...shown].flatMap(([, ...some]) => some)
  const options = now.options ?? (now.kind === 'bool' ? [true, false] : null)
  if (options === null) return ['only a field of a few words can be respelled']
  const old = spellings.map(([then]) => then)
  return [
    ...options.flatMap((word) => {
      const times = words.filter((one) => one === word).length
      return times === 1 ? [] : [`the word ${JSON.stringify(word)} is told ${times} times`]
    }),
    ...words.flatMap((word) => (now.read(word).ok ? [] : [`there is no word ${JSON.stringify(word)}`])),
    ...spellings.flatMap(([then, ...some]) => (some.length > 0 ? [] : [`${JSON.stringify(then)} stands for nothing`])),
    ...shown.flatMap(([then]) => (old.includes(then) ? [] : [`nothing is shown as ${JSON.stringify(then)}`])),
    ...(new Set(old).size < old.length ? ['an old word is told twice'] : []),
  ]
}
