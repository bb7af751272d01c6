// Takes a conflict as it is kept; says of each of its fields what the rule looked at, which rule in which version, what it came to and why,
// in a sentence for a coordinator, and asks the rule again. It must come to the same: the inputs are kept with the decision, and a
// rule is frozen under its version.  Keeps P13.
import { sameJson, type ConflictField, type ConflictKind, type Json, type Strategy } from '@wedsync/protocol'
import { wordsFor, type Collection } from './declaration.ts'
import { isStrategy, settleField, type Verdict } from './settle-field.ts'

/** Of a conflict, what explaining it takes. */
export type ConflictToExplain = {
  readonly kind: ConflictKind
  readonly table: string
  readonly fields: readonly ConflictField[]
}

export type FieldExplained = {
  readonly field: string
  /** How a sentence speaks of it. */
  readonly called: string
  /** The three values, and what else the rule was told. */
  readonly inputs: Pick<ConflictField, 'base' | 'client' | 'server' | 'weighed'>
  readonly rule: string
  readonly version: number
  /** A sentence for a coordinator. */
  readonly says: string
  /** What it came to: a value; `waits`: a person is asked; a person's choice where one was made. */
  readonly result:
    | { readonly settled: Json | undefined; readonly choice?: ConflictField['choice'] }
    | { readonly waits: true; readonly proposed?: Json }
  /**
   * Whether the rule, asked again with the same inputs, comes to the same. Null where there is nothing to ask: a person decided, a side moved
   * since, or this version of the rule is not here.
   */
  readonly isSameAgain: boolean | null
}

/** Every field of the conflict explained, in its order. `collections`: by table; a conflict of a group names several. */
export const explainConflict = (
  conflict: ConflictToExplain,
  collections: ReadonlyMap<string, Collection>,
): readonly FieldExplained[] =>
  conflict.fields.map((field) => {
    const { base, client, server, weighed, reason } = field
    const collection = collections.get(field.table ?? conflict.table)
    const [rule, version] = field.rule.split('@') as [string, string]
    return {
      field: field.field,
      called: collection ? wordsFor(collection, field.field) : field.field.replaceAll('_', ' '),
      inputs: {
        ...(base !== undefined && { base }),
        ...(client !== undefined && { client }),
        ...(server !== undefined && { server }),
        ...(weighed && { weighed }),
      },
      ...{ rule, version: Number(version), says: reason, result: resultOf(field) },
      isSameAgain: collection && conflict.kind === 'fields' ? isSameAgain(field, collection) : null,
    }
  })

const resultOf = ({ choice, resolved, proposed }: ConflictField): FieldExplained['result'] =>
  choice !== undefined
    ? { settled: resolved, choice }
    : resolved !== undefined
      ? { settled: resolved }
      : { waits: true, ...(proposed !== undefined && { proposed }) }

const isSameAgain = (field: ConflictField, collection: Collection): boolean | null => {
  // what a rule was told is kept as long as both sides are those it looked at
  if (field.choice !== undefined || !field.weighed || field.server === undefined) return null
  const verdict = againOf(field, collection)
  if (verdict === null) return null
  if (field.resolved !== undefined) return 'settled' in verdict && sameJson(verdict.settled, field.resolved)
  // what a rule could settle waits where the fields that belong to it do, and is proposed
  const wanted = 'settled' in verdict ? verdict.settled : verdict.proposed
  return sameJson(wanted, field.proposed)
}

const againOf = (field: ConflictField, collection: Collection): Verdict | null => {
  const declared = collection.fieldOf(field.field)
  const name = field.rule.split('@')[0]!
  const strategy: Strategy = isStrategy(name) ? name : 'merge'
  if (!declared) return null
  if (strategy === 'merge' && field.rule !== `${declared.rule.name}@${declared.rule.version}`) return null
  // too important for who came first: asked, however often
  if (strategy !== 'merge' && field.resolved === undefined) return { ask: true, reason: field.reason, rule: field.rule }
  const { client, server, trusted, isClose = false } = field.weighed!
  return settleField({
    ...{ collection, strategy, client: client ?? {}, server: server ?? {}, isClose, ...(trusted && { trusted }) },
    field: {
      field: field.field,
      ...(field.base !== undefined && { base: field.base }),
      ...(field.client !== undefined && { client: field.client }),
      server: field.server!,
    },
    // that a strategy might settle it was asked when it did
    ...{ record: {}, isChosenByPerson: true },
  })
}
