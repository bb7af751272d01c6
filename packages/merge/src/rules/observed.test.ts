import { describe, expect, test } from 'vitest'
import { observed } from './observed.ts'

const at = (time: string) => ({ value: `2026-06-20T${time}:00.000Z` })
const context = { called: 'when it began', trusted: [] }

describe('two people saw the same', () => {
  test('four minutes apart: the earlier time for a beginning, the later for an end, and why', () => {
    expect(observed().settle(null, at('14:06'), at('14:02'), context)).toEqual({
      settled: at('14:02').value,
      reason: 'Two people noted when it began, 4 minutes apart. Kept the earlier; the other is in the list.',
      confidence: 0.85,
    })
    expect(observed('latest').settle(null, at('14:06'), at('14:02'), context)).toMatchObject({
      settled: at('14:06').value,
    })
  })
  test('up to two hours apart; beyond that one of them is mistaken, and a person decides', () => {
    expect(observed().settle(undefined, at('14:00'), at('16:00'), context)).toMatchObject({
      settled: at('14:00').value,
    })
    expect(observed().settle(undefined, at('14:00'), at('16:01'), context)).toEqual({
      ask: true,
      proposed: at('14:00').value,
      reason: 'Two people are more than two hours apart about when it began, so a person decides.',
    })
  })
  test('less than a minute apart is told as it is', () => {
    const seconds = { value: '2026-06-20T14:00:20.000Z' }
    expect(observed().settle(null, at('14:00'), seconds, context)).toMatchObject({
      settled: at('14:00').value,
      reason: 'Two people noted when it began, less than a minute apart. Kept the earlier; the other is in the list.',
    })
    expect(observed().settle(null, at('14:00'), at('14:01'), context).reason).toContain(', 1 minute apart.')
  })
  test('and one took it back: neither is thrown away', () => {
    expect(observed().settle(at('13:00').value, at('14:00'), { value: null }, context)).toEqual({
      ask: true,
      reason: 'One took back when it began, and one says when it was, so a person decides.',
    })
  })
})

test('a moment that is none is one that was taken back', () => {
  const taken = { ask: true, reason: 'One took back when it began, and one says when it was, so a person decides.' }
  expect(observed().settle(at('13:00').value, { value: null }, at('14:00'), context)).toEqual(taken)
  expect(observed().settle(null, { value: 'soon' }, at('14:00'), context)).toEqual(taken)
  expect(observed().settle(null, at('14:00'), { value: 5 }, context)).toEqual(taken)
})

test('whoever is named first, the later of two ends stays, and the sentence says so', () => {
  const kept = {
    settled: at('14:06').value,
    reason: 'Two people noted when it began, 4 minutes apart. Kept the later; the other is in the list.',
    confidence: 0.85,
  }
  expect(observed('latest').settle(null, at('14:06'), at('14:02'), context)).toEqual(kept)
  expect(observed('latest').settle(null, at('14:02'), at('14:06'), context)).toEqual(kept)
  expect(observed('latest').settle(null, at('14:00'), at('17:00'), context)).toMatchObject({
    ...{ ask: true, proposed: at('17:00').value },
  })
  const late = { value: '2026-06-20T14:02:59.000Z' }
  expect(observed().settle(null, at('14:00'), late, context).reason).toContain(', 2 minutes apart.')
})

test('it is of moments, and says which of two it keeps', () => {
  expect(observed('latest')).toMatchObject({
    ...{ name: 'observed', version: 1, isSymmetric: true, worksOn: ['instant'], given: { keeps: 'latest' } },
  })
  expect(observed().given).toEqual({ keeps: 'earliest' })
})
