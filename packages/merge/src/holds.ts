// What holds a change up until somebody in charge has spoken: the freeze of a wedding's plan, and fields whose change needs somebody's
// word at any time. In come the declarations, a record and who changes it; out goes why a field waits, or null. Pure: whether it is the
// time of the freeze is an argument.
import { sameJson, type Json, type JsonObject } from '@wedsync/protocol'
import { wordsFor, type Collection, type Freeze } from './declaration.ts'

/** Why a change waits, and by which rule. */
export type Hold = { readonly rule: string; readonly reason: string }

/** Of one record and one author: what holds a field that would become `wanted`; undefined: that would go with its record. */
export type Holds = (field: string, wanted: Json | undefined) => Hold | null

/** Whose changes of a frozen plan go in, and who decides about all others. `lead` is no role: one planner of a wedding is. */
export const freezeDeciders: readonly string[] = ['owner', 'lead']
export const freezeRule = 'freeze@1'
export const approvalRule = 'approval@1'

/** Fields of which, in some record, a freeze may hold a change: what only these tell is told before any record is looked at. */
export const mayBeFrozen = ({ fieldOf, frozenWhere }: Collection, name: string): boolean =>
  fieldOf(name)?.isFrozen === true || frozenWhere.some(({ fields }) => fields.includes(name))

/** The freeze, if it is one at this moment. */
export const freezeAt = (freeze: Freeze | null, at: number): Freeze | null =>
  freeze !== null && freeze.from <= at && at < freeze.to ? freeze : null

/** `author`: the role, or `lead`. `freeze`: of the record's wedding, at this moment; null: there is none. */
export const holdsOf =
  (of: { collection: Collection; record: JsonObject; author: string; freeze: Freeze | null }): Holds =>
  (name, wanted) => {
    const { collection, record, author, freeze } = of
    const called = wordsFor(collection, name)
    const stands = record[name] ?? null
    if (wanted !== undefined && sameJson(wanted, stands)) return null
    if (freeze !== null && !freezeDeciders.includes(author) && isFrozen(collection, record, name, wanted))
      return {
        rule: freezeRule,
        reason: `The plan is frozen until ${freeze.until}, so the lead decides about ${called}.`,
      }
    const { approval = null } = collection.fieldOf(name) ?? {}
    if (wanted === undefined || approval === null || isAmong(approval.by, author)) return null
    return approval.asks(stands, wanted)
      ? { rule: approvalRule, reason: `Such a change of ${called} waits for the word of ${listed(approval.by)}.` }
      : null
  }

/** Whether somebody is one of these; the lead is a planner too. */
export const isAmong = (roles: readonly string[], author: string): boolean =>
  roles.includes(author) || (author === 'lead' && roles.includes('planner'))

const isFrozen = (
  { fieldOf, frozenWhere }: Collection,
  record: JsonObject,
  name: string,
  wanted: Json | undefined,
): boolean =>
  fieldOf(name)?.isFrozen === true ||
  frozenWhere.some(
    ({ fields, where, to }) =>
      fields.includes(name) &&
      isOneOf(where.values, record[where.field] ?? null) &&
      (to === undefined || (wanted !== undefined && isOneOf(to, wanted))),
  )

const isOneOf = (values: readonly Json[], value: Json): boolean => values.some((one) => sameJson(one, value))

const listed = (roles: readonly string[]): string => roles.map((role) => `the ${role}`).join(' or ')
