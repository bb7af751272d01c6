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
