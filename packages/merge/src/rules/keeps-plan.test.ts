import { expect, test } from 'vitest'
import { ask } from './ask.ts'
import { keepsPlan } from './keeps-plan.ts'
import { scalar } from './scalar.ts'

const context = { called: 'the length', trusted: ['owner', 'planner'] }
const of = (value: number, keepsPlan?: boolean, role = 'assistant') => ({ value, role, keepsPlan })
const length = keepsPlan(scalar)

test('the length with which fixed times hold stays, whichever side is named first and whoever gave it', () => {
  const kept = {
    settled: 30,
    reason: 'Kept 30 for the length because with 45 a fixed time would not hold. 45 is in the list.',
    confidence: 0.8,
  }
  expect(length.settle(15, of(30, true), of(45, false, 'owner'), context)).toEqual(kept)
  expect(length.settle(15, of(45, false, 'owner'), of(30, true), context)).toEqual(kept)
})

test.each([
  ['both hold', true, true],
  ['neither holds', false, false],
  ['nobody looked at either', undefined, undefined],
  ['nobody looked at the one', undefined, true],
  ['nobody looked at the other', false, undefined],
])('where %s the rule beneath decides', (_when, one, other) => {
  const sides = [of(30, one, 'planner'), of(45, other)] as const
  expect(length.settle(15, ...sides, context)).toEqual(scalar.settle(15, ...sides, context))
  expect(length.settle(15, sides[1], sides[0], context)).toMatchObject({ settled: 30 })
  expect(keepsPlan(ask).settle(15, ...sides, context)).toMatchObject({ ask: true })
})

test('says on the policy page what it stands on', () => {
  expect(length).toMatchObject({ name: 'keeps_plan', version: 1, given: { otherwise: 'scalar@1' }, isSymmetric: true })
})
