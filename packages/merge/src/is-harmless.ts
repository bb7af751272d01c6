// Which conflicts a person may decide together with others, without looking at each: in comes a conflict as its reader sees it,
// out goes what speaks against it. The only place that says so: the phone asks here, and the server asks here again.  Keeps P4, P7.
import { failureCodes, type FailureCode, type ListedConflict } from '@wedsync/protocol'

export type ConflictToWeigh = Pick<ListedConflict, 'status' | 'kind' | 'severity' | 'canDecide'> & {
  readonly fields: readonly Pick<ListedConflict['fields'][number], 'level'>[]
}

/** What speaks against it, in the words of the wire. */
export type Objection = { readonly code: FailureCode; readonly message: string }

/** True for one that waits, is this person's to decide, and is about nothing that weighs more than a note. */
export const isHarmless = (conflict: ConflictToWeigh): boolean => whyNotHarmless(conflict) === null

/** Null: nothing does. Money, allergies, an emergency contact weigh critical in every conflict, so the weight speaks for them. */
export const whyNotHarmless = ({ status, kind, severity, canDecide, fields }: ConflictToWeigh): Objection | null => {
  if (status !== 'pending') return { code: 'already_resolved', message: failureCodes.already_resolved.says }
  if (!canDecide) return { code: 'forbidden', message: 'This is not yours to decide.' }
  if (kind !== 'fields') return byItself('It is about more than what is written in it')
  if (severity !== 'low') return byItself(`It weighs ${severity}`)
  return fields.some((field) => hasGrown(field, fields)) ? byItself('More of it is in question than was weighed') : null
}

const byItself = (because: string): Objection => ({
  code: 'needs_decision',
  message: `${because}, so somebody looks at it and decides it by itself.`,
})

// A conflict is weighed once, when it is found. A field that came to it later has no level, and its weight nobody knows; where none
// has one, it is from before levels were kept.
const hasGrown = ({ level }: { level?: string | undefined }, all: ConflictToWeigh['fields']): boolean =>
  level === undefined ? all.some((one) => one.level !== undefined) : level !== 'low'
