// Every rule there is, each in one form. The laws are tested over this list; a new rule joins by one line.
import { ask } from './ask.ts'
import { delta } from './delta.ts'
import { observed } from './observed.ts'
import { type Rule } from './rule.ts'
import { safeSet } from './safe-set.ts'
import { scalar } from './scalar.ts'
import { set } from './set.ts'
import { stages } from './stages.ts'
import { publicTextRule, textRule } from './text.ts'

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
  ask,
])
