import { describe, expect, test } from 'vitest'
import { scalar } from './scalar.ts'
import { pairsOf, stages } from './stages.ts'

const steps = stages('planned', 'ready', 'started', 'done', 'skipped')
const context = { called: 'the status', trusted: [] }
const settle = (one: string | boolean | null, other: string | boolean | null, rule = steps.asksFor(['done', 'skipped'])) =>
  rule.settle('planned', { value: one }, { value: other }, context) // prettier-ignore

describe('of two people who say how far something is', () => {
  test('whoever saw further is right, whichever of them is named first', () => {
    const kept = {
      settled: 'started',
      reason: 'Kept started because it is further on than ready.',
      confidence: 0.9,
    }
    expect(settle('started', 'ready')).toEqual(kept)
    expect(settle('ready', 'started')).toEqual(kept)
  })

  test('done against skipped is a person’s, and both words are told in one order', () => {
    const asked = { ask: true, reason: 'One says done and one says skipped, so a person decides the status.' }
    expect(settle('done', 'skipped')).toEqual(asked)
    expect(settle('skipped', 'done')).toEqual(asked)
    expect(settle('skipped', 'started')).toMatchObject({ settled: 'skipped' })
    expect(settle('started', 'done')).toMatchObject({ settled: 'done' })
  })

  test('where nobody named such a pair, the further step stays', () => {
    expect(settle('done', 'skipped', steps)).toMatchObject({ settled: 'skipped' })
  })

  test('a step that is not known here is a person’s', () => {
    const asked = { ask: true, reason: 'One of the two steps of the status is not known here, so a person decides.' }
    expect(settle('ready', 'later')).toEqual(asked)
    expect(settle('later', 'ready')).toEqual(asked)
    expect(settle('ready', null)).toEqual(asked)
    expect(settle(true, 'ready')).toEqual(asked)
  })

  test('a ticked box stays ticked', () => {
    const box = stages(false, true)
    expect(box.settle(null, { value: true }, { value: false }, context)).toEqual({
      settled: true,
      reason: 'Kept yes because it is further on than no.',
      confidence: 0.9,
    })
  })
})

test('the policy page prints the pairs a person decides', () => {
  expect(pairsOf(steps.asksFor(['done', 'skipped'], ['ready', 'skipped']))).toEqual([
    'done against skipped',
    'ready against skipped',
  ])
  expect([pairsOf(steps), pairsOf(scalar)]).toEqual([[], []])
  expect(steps.asksFor(['done', 'skipped']).given).toEqual({
    steps: ['planned', 'ready', 'started', 'done', 'skipped'],
    asks: [['done', 'skipped']],
  })
})

test('it works on a few words and on boxes, and keeps its own list of steps', () => {
  expect(steps).toMatchObject({ name: 'stages', version: 1, isSymmetric: true, worksOn: ['one_of', 'bool'] })
  expect([Object.isFrozen(steps), Object.isFrozen(steps.asksFor())]).toEqual([true, true])
})
