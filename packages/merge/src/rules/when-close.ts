// For what is one matter weeks ahead and another on the day: a cue is the planner's until two days before, then both are asked. How near
// the wedding was when it was decided is kept with the decision, so that it can be worked out again.  Keeps P13.
import { rule, type Rule } from './rule.ts'

/** `near` from two days before the event until a day after it began, `far` before and where nobody knows. */
export const whenClose = (near: Rule, far: Rule): Rule =>
  rule({
    name: 'when_close',
    version: 1,
    isSymmetric: near.isSymmetric && far.isSymmetric,
    worksOn: near.worksOn === null ? far.worksOn : far.worksOn === null ? near.worksOn : near.worksOn.filter((kind) => far.worksOn!.includes(kind)), // prettier-ignore
    given: { near: `${near.name}@${near.version}`, far: `${far.name}@${far.version}` },
    decide: (base, one, other, context) => (context.isClose ? near : far).settle(base, one, other, context),
  })
