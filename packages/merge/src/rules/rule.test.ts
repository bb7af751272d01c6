// What is true of every rule, before its own word is asked.
import { expect, test } from 'vitest'
import { asked, rule, settled } from './rule.ts'

const never = rule({
  ...{ name: 'never', version: 3, isSymmetric: true, worksOn: null },
  decide: (base, one, other, { called }) => asked(`${JSON.stringify([base, one.value, other.value])}: ${called}`),
})
const context = { called: 'the place', trusted: [] }
const settle = (base: string[] | undefined, one: string[], other: string[]) =>
  never.settle(base, { value: one }, { value: other }, context)

test('two who want the same have it, and no rule is asked', () => {
  const both = { settled: ['Barn'], reason: 'Both wanted the same for the place.', confidence: 1 }
  expect(settle(['Lawn'], ['Barn'], ['Barn'])).toEqual(both)
  expect(settle(undefined, ['Barn'], ['Barn'])).toEqual(both)
})

test('whoever alone changed something has it, whichever of the two they are', () => {
  const changed = { settled: ['Barn'], reason: 'Only one of the two changed the place.', confidence: 1 }
  expect(settle(['Lawn'], ['Barn'], ['Lawn'])).toEqual(changed)
  expect(settle(['Lawn'], ['Lawn'], ['Barn'])).toEqual(changed)
})

test('two who want something else are for the rule', () => {
  expect(settle(['Lawn'], ['Barn'], ['Tent'])).toStrictEqual({
    ask: true,
    reason: '[["Lawn"],["Barn"],["Tent"]]: the place',
  })
  expect(settle(undefined, ['Barn'], ['Tent'])).toMatchObject({ ask: true })
  expect([Object.isFrozen(never), never.name, never.version]).toEqual([true, 'never', 3])
})

test('an answer carries what it is about, and nothing else', () => {
  expect(settled('Barn', 'Because.', 0.5)).toStrictEqual({ settled: 'Barn', reason: 'Because.', confidence: 0.5 })
  expect(asked('Who knows?')).toStrictEqual({ ask: true, reason: 'Who knows?' })
  expect(asked('Who knows?', null)).toStrictEqual({ ask: true, proposed: null, reason: 'Who knows?' })
})
