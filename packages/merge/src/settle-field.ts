// Takes one contested field and the strategy; hands on what it is settled to, or that a person must say. A rule that
// throws, or that answers what the field refuses, has not decided anything.  Keeps P4, P12, P13.
import { strategies, type Json, type JsonObject, type Strategy } from '@wedsync/protocol'
import { levelOf, wordsFor, type Collection } from './declaration.ts'
import { type ContestedField } from './contested-fields.ts'
import { isNeverNull, type Field } from './field.ts'
import { capital } from './in-words.ts'
import { asked, type Settlement, type Side } from './rules/rule.ts'

/** What was decided about one field, and by which rule in which version. */
export type Verdict = Settlement & { readonly rule: string }

/** Of a side, what a rule is told beside its value. */
export type SideFacts = Pick<Side, 'role' | 'intent' | 'keepsPlan'>

export type FieldToSettle = {
  readonly collection: Collection
  readonly field: ContestedField
  /** The record as it stands: some fields are critical only in some records. */
  readonly record: JsonObject
  readonly strategy: Strategy
  readonly client: SideFacts
  readonly server: SideFacts
  readonly isChosenByPerson: boolean
  readonly isClose: boolean
  /** Whose word counts most, where that is not what the field says today. */
  readonly trusted?: readonly string[]
}

/** Whether a rule's name is that of a strategy, which then decided instead of a rule. */
export const isStrategy = (name: string): name is Strategy => (strategies as readonly string[]).includes(name)

/** Settled, or to be asked. */
export const settleField = (of: FieldToSettle): Verdict => {
  const { collection, field, strategy, isChosenByPerson } = of
  const called = wordsFor(collection, field.field)
  const declared = collection.fieldOf(field.field)
  if (declared === null || field.client === undefined) {
    return { ...asked(`Nobody here knows ${called}, so a person decides.`), rule: 'ask@1' }
  }
  if (strategy === 'merge') return byRule(of, declared, field.client, called)
  const rule = `${strategy}@1`
  if (strategy === 'manual') return { ...asked(`A person wanted to decide ${called}.`), rule }
  if (!isChosenByPerson && (declared.isGuarded || levelOf(collection, field.field, of.record) === 'critical')) {
    return {
      ...asked(`${capital(called)} is too important to be decided by who came first, so a person decides.`),
      rule,
    }
  }
  return strategy === 'client_wins'
    ? {
        settled: field.client,
        reason: `Kept the new value of ${called}, as was asked for. The other is in the list.`,
        confidence: 1,
        rule,
      }
    : {
        settled: field.server,
        reason: `Kept ${called} as it stood, as was asked for. The new value is in the list.`,
        confidence: 1,
        rule,
      }
}

const byRule = (of: FieldToSettle, declared: Field, wanted: Json, called: string): Verdict => {
  const { name, version } = declared.rule
  const rule = `${name}@${version}`
  const [one, other] = [
    { value: of.field.server, ...of.server },
    { value: wanted, ...of.client },
  ]
  let answer: Settlement
  try {
    answer = declared.rule.settle(of.field.base, one, other, {
      called,
      trusted: of.trusted ?? declared.trusted,
      isClose: of.isClose,
    })
  } catch {
    return { ...asked(`The two edits of ${called} could not be compared, so a person decides.`), rule }
  }
  if ('ask' in answer) return { ...answer, rule }
  if (answer.settled === null) {
    return isNeverNull(declared) ? { ...refused(called), rule } : { ...answer, rule }
  }
  const read = declared.read(answer.settled)
  return read.ok ? { ...answer, settled: read.value, rule } : { ...refused(called), rule }
}

const refused = (called: string): Settlement => asked(`Both edits together do not fit ${called}, so a person decides.`)
