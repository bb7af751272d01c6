// Every rule there is, each in one form. The laws are tested over this list; a new rule joins by one line.
import { ask } from './ask.ts'
import { candidates } from './candidates.ts'
import { delta } from './delta.ts'
import { firstStands } from './first-stands.ts'
import { keyed } from './keyed.ts'
import { keepsPlan } from './keeps-plan.ts'
import { leastGiven } from './least-given.ts'
import { observed } from './observed.ts'
import { type Rule } from './rule.ts'
import { safeSet } from './safe-set.ts'
import { scalar } from './scalar.ts'
import { set } from './set.ts'
import { shift } from './shift.ts'
import { stages } from './stages.ts'
import { publicTextRule, textRule } from './text.ts'
import { whenClose } from './when-close.ts'

export const allRules: readonly Rule[] = Object.freeze([
  scalar,
  textRule,
  publicTextRule,
  set,
  safeSet('name'),
  stages('planned', 'ready', 'started', 'done', 'skipped').asksFor(['done', 'skipped']),
  stages(false, true),
  observed(),
  observed('latest'),
  delta,
  shift,
  candidates,
  firstStands,
  leastGiven('team', ['venue', 'couple'], 'all'),
  leastGiven(false, true),
  keyed(scalar),
  keyed(candidates),
  keyed({ text: scalar, done: stages(false, true) }, 'id'),
  keepsPlan(scalar),
  keepsPlan(ask),
  whenClose(ask, scalar),
  whenClose(stages(false, true), ask),
  ask,
])
