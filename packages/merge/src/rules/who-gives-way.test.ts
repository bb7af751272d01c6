// The rules that say whose word stays where two disagree and nothing can be put together.
import { expect, test } from 'vitest'
import { ask } from './ask.ts'
import { firstStands } from './first-stands.ts'
import { leastGiven } from './least-given.ts'
import { scalar } from './scalar.ts'
import { stages } from './stages.ts'
import { whenClose } from './when-close.ts'

const context = { called: 'who may read it', trusted: ['owner'] }
const said = (value: string | boolean, role = 'planner') => ({ value, role })

test('nobody is asked about the order of a list: what came first stands, unless the other has the say', () => {
  expect(firstStands.settle('a1', said('b1'), said('c1'), context)).toMatchObject({ settled: 'b1', confidence: 0.6 })
  expect(firstStands.settle('a1', said('c1'), said('b1'), context)).toMatchObject({ settled: 'c1' })
  expect(firstStands.settle('a1', said('b1'), said('c1', 'owner'), context)).toMatchObject({ settled: 'c1' })
})

test('taking away beats giving, unless somebody has the say', () => {
  const rule = leastGiven('team', ['venue', 'couple'], 'all')
  expect(rule.settle('venue', said('team'), said('all'), context)).toMatchObject({ settled: 'team' })
  expect(rule.settle('team', said('all'), said('venue'), context)).toMatchObject({ settled: 'venue' })
  expect(rule.settle('venue', said('team'), said('all', 'owner'), context)).toMatchObject({ settled: 'all' })
  expect(leastGiven(false, true).settle(undefined, said(true), said(false), context)).toMatchObject({ settled: false })
})

test('where neither gives less, or a word is not known here, a person decides', () => {
  const rule = leastGiven('team', ['venue', 'couple'], 'all')
  expect(rule.settle('team', said('venue'), said('couple'), context)).toMatchObject({ ask: true })
  expect(rule.settle('team', said('venue'), said('neighbours'), context)).toMatchObject({ ask: true })
})

test('a cue is settled weeks ahead and asked about on the day', () => {
  const cue = whenClose(ask, scalar)
  const [one, other] = [said('Song A'), said('Song B', 'owner')]
  expect(cue.settle('Song', one, other, { ...context, isClose: false })).toMatchObject({ settled: 'Song B' })
  expect(cue.settle('Song', one, other, context)).toMatchObject({ settled: 'Song B' })
  expect(cue.settle('Song', one, other, { ...context, isClose: true })).toMatchObject({ ask: true })
  expect(cue).toMatchObject({ isSymmetric: true, worksOn: null, given: { near: 'ask@1', far: 'scalar@1' } })
  expect(whenClose(firstStands, ask).isSymmetric).toBe(false)
})

test('works on what both of its rules work on', () => {
  expect(whenClose(stages(false, true), ask).worksOn).toEqual(['one_of', 'bool'])
  expect(whenClose(ask, stages(false, true)).worksOn).toEqual(['one_of', 'bool'])
  expect(whenClose(stages('a', 'b'), leastGiven(false, true)).worksOn).toEqual(['one_of', 'bool'])
})
