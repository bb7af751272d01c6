// What a rule is: a small frozen value that makes one edit of two. In come what both started from and two peers;
// out goes a settled value, or the wish that a person decides. Says the same for the same arguments.  Keeps P12, P13.
import { sameJson, type Intent, type Json, type JsonObject } from '@wedsync/protocol'

/**
 * One of two edits of a field. Neither is "ours" or "remote"; `role` is whose it is, where that is known, and `intent` what they
 * meant by it, where the value alone does not say it.
 */
export type Side = {
  readonly value: Json
  readonly role?: string | undefined
  readonly intent?: Intent | null | undefined
  /** Whether the plan holds with this value as well as it did; undefined: nobody looked. */
  readonly keepsPlan?: boolean | undefined
}

export type RuleContext = {
  /** How a sentence speaks of the field: "the curfew". */
  readonly called: string
  /** Roles in order of authority, highest first. */
  readonly trusted: readonly string[]
  /** From two days before the event until a day after it began. */
  readonly isClose?: boolean
}

/** `reason` is for a coordinator; `confidence` runs from 0 to 1. */
export type Settlement =
  | { readonly settled: Json; readonly reason: string; readonly confidence: number }
  | { readonly ask: true; readonly proposed?: Json; readonly reason: string }

export type Rule = {
  readonly name: string
  /** Frozen per version: a decision can be worked out again years later. */
  readonly version: number
  /** The same answer whichever side is named first. */
  readonly isSymmetric: boolean
  /** Its answer may be a sum, and then a value that neither side wrote. */
  readonly isSum?: boolean
  /** Both edits can be in, so what one author did twice is no less; of others the last one counts. */
  readonly isJoining?: boolean
  /** Kinds of field it can work on; null: any. */
  readonly worksOn: readonly string[] | null
  /** What its declaration was given, for the policy page and the check at start. */
  readonly given?: JsonObject
  /** `base` is undefined where nobody knows what both started from. */
  settle(base: Json | undefined, one: Side, other: Side, context: RuleContext): Settlement
}

/**
 * Makes a rule. What is true of every rule is settled here: two equal edits are that edit, and an edit that only one
 * side made is that side's. `decide` is asked about two different edits, both away from the base.
 */
export const rule = ({ decide, ...about }: Omit<Rule, 'settle'> & { decide: Rule['settle'] }): Rule =>
  Object.freeze<Rule>({
    ...about,
    settle: (base, one, other, context) => {
      if (sameJson(one.value, other.value)) return settled(one.value, `Both wanted the same for ${context.called}.`, 1)
      if (sameJson(base, one.value)) return settled(other.value, `Only one of the two changed ${context.called}.`, 1)
      if (sameJson(base, other.value)) return settled(one.value, `Only one of the two changed ${context.called}.`, 1)
      return decide(base, one, other, context)
    },
  })

export const settled = (value: Json, reason: string, confidence: number): Settlement => ({
  settled: value,
  reason,
  confidence,
})

export const asked = (reason: string, proposed?: Json): Settlement =>
  proposed === undefined ? { ask: true, reason } : { ask: true, proposed, reason }
