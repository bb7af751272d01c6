import { describe, expect, test } from 'vitest'
import { set } from './set.ts'

const context = { called: 'who takes part', trusted: [] }
const settle = (base: string[] | null | undefined, one: string[] | null, other: string[] | null) =>
  set.settle(base, { value: one }, { value: other }, context)

describe('of two people who say who takes part', () => {
  test('everybody whom one added is in, everybody whom one took out is out', () => {
    expect(settle(['a', 'b'], ['a', 'b', 'd'], ['b', 'c'])).toEqual({
      settled: ['b', 'c', 'd'],
      reason: 'Kept what both added to who takes part and left out what either took away.',
      confidence: 0.95,
    })
    expect(settle(['a', 'b', 'c'], ['b', 'c'], ['a', 'c'])).toMatchObject({ settled: ['c'] })
  })

  test('a list that was empty, or was emptied, is a list like any other', () => {
    expect(settle(null, ['b'], ['a'])).toMatchObject({ settled: ['a', 'b'] })
    expect(settle(['a'], null, ['a', 'b'])).toMatchObject({ settled: ['b'] })
  })

  test('where nobody knows who took part before, a person decides', () => {
    expect(settle(undefined, ['a'], ['b'])).toEqual({
      ask: true,
      reason: 'Nobody can say what who takes part held before, so a person decides.',
    })
  })
})

test('it works on lists without order', () => {
  expect(set).toMatchObject({ name: 'set', version: 1, isSymmetric: true, worksOn: ['ids', 'words'] })
})
