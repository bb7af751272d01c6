// Two edits of one value by one author, the second made on a sheet that may have been opened before the first. In come what that sheet
// showed and what they want already; out goes what they want of both.  Keeps P3: of what a field's rule would put together, nothing is
// replaced that its author did not see.
import { sameJson, type Json } from '@wedsync/protocol'
import { type Field } from './field.ts'
import { editLaid, keyingOf } from './keyed-values.ts'

/** Whether two edits of it can both be in: of a value whose parts have names, or by its rule. Of anything else the last one counts. */
export const isPutTogether = (field: Field): boolean => keyingOf(field) !== null || field.rule.isJoining === true

/** `wanted` on a sheet that showed `before`, undefined where nobody knows; `over`: what the same author wants already. */
export const laterEdit = (
  field: Field,
  { wanted, before, over }: { wanted: Json; before: Json | undefined; over: Json },
): Json => {
  if (before === undefined || sameJson(before, over) || !isPutTogether(field)) return wanted
  const keying = keyingOf(field)
  if (keying) return editLaid(wanted, before, over, keying.by) ?? wanted
  const sides = [{ value: over }, { value: wanted }] as const
  const both = field.rule.settle(before, ...sides, { called: 'it', trusted: [] })
  return ('settled' in both ? both.settled : both.proposed) ?? wanted
}
