import { describe, expect, test } from 'vitest'
import { delta } from './delta.ts'

describe('counts in and out', () => {
  const chairs = { called: 'the chairs', trusted: [] }
  test('add up from where both started', () => {
    expect(delta.settle(40, { value: 52 }, { value: 35 }, chairs)).toEqual({
      settled: 47,
      reason: 'Two people counted the chairs: +12 and −5, from 40.',
      confidence: 0.9,
    })
  })
  test('are a person’s where nobody knows the start, one emptied them, or the sum is none', () => {
    expect(delta.settle(undefined, { value: 5 }, { value: 6 }, chairs)).toMatchObject({ ask: true })
    expect(delta.settle(40, { value: null }, { value: 6 }, chairs)).toMatchObject({ ask: true })
    const huge = { value: Number.MAX_SAFE_INTEGER }
    expect(delta.settle(-1, huge, { value: huge.value - 1 }, chairs)).toMatchObject({ ask: true })
  })
})

describe('why a count came to what it is', () => {
  const chairs = { called: 'the chairs', trusted: [] }
  test('names the larger of the two first, whoever was first', () => {
    const reason = 'Two people counted the chairs: +3 and +2, from 40.'
    expect(delta.settle(40, { value: 42 }, { value: 43 }, chairs)).toEqual({ settled: 45, reason, confidence: 0.9 })
    expect(delta.settle(40, { value: 43 }, { value: 42 }, chairs)).toEqual({ settled: 45, reason, confidence: 0.9 })
    expect(delta.settle(40, { value: 30 }, { value: 35 }, chairs).reason).toContain('−5 and −10, from 40.')
  })
  test('says what keeps it from a sum', () => {
    expect(delta.settle(null, { value: 5 }, { value: 6 }, chairs)).toEqual({
      ...{ ask: true, reason: 'Nobody can say what the chairs was before, so a person decides.' },
    })
    const emptied = { ask: true, reason: 'One emptied the chairs and one counted, so a person decides.' }
    expect(delta.settle(40, { value: null }, { value: 6 }, chairs)).toEqual(emptied)
    expect(delta.settle(40, { value: 6 }, { value: null }, chairs)).toEqual(emptied)
    expect(delta.settle(0, { value: 2 ** 53 - 1 }, { value: 1 }, chairs)).toEqual({
      ...{ ask: true, reason: 'Both counts together are too much for the chairs, so a person decides.' },
    })
  })
})

test('a count is a whole number, and its sum may be one that nobody wrote', () => {
  expect(delta).toMatchObject({ name: 'delta', version: 1, isSymmetric: true, isSum: true, worksOn: ['int'] })
})
