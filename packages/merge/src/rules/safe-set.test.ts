import { describe, expect, test } from 'vitest'
import { safeSet } from './safe-set.ts'

const allergies = safeSet('name')
const context = { called: 'the allergies', trusted: [] }
const [nuts, severeNuts, milk, egg] = [
  { name: 'nuts', severity: 'mild' },
  { name: 'nuts', severity: 'severe' },
  { name: 'milk', severity: null },
  { name: 'egg', severity: null },
]
// each side comes over the wire by itself: what is equal is never the same object
const settle = (base: object[] | undefined, one: object[], other: object[]) => {
  const [before, first, second] = [base, one, other].map((side) => structuredClone(side)) as never[]
  return allergies.settle(before, { value: first! }, { value: second! }, context)
}

describe('what a guest must not eat, noted by two people', () => {
  test('is what both noted, each once', () => {
    expect(settle([nuts], [milk, nuts], [egg, nuts])).toEqual({
      settled: [egg, milk, nuts],
      reason: 'Kept what both added to the allergies and left out what either took away.',
      confidence: 0.9,
    })
    expect(settle([], [nuts], [egg, nuts])).toMatchObject({ settled: [egg, nuts] })
  })

  test('is without what one of them took out and nobody else touched', () => {
    expect(settle([milk, nuts], [nuts], [egg, milk, nuts])).toMatchObject({ settled: [egg, nuts] })
    expect(settle([milk, nuts], [], [milk])).toMatchObject({ settled: [] })
  })

  test('keeps what one took out while the other changed it, and a person decides', () => {
    const reason =
      'One took out of the allergies what somebody else changed meanwhile, so it stays until a person decides.'
    expect(settle([milk, nuts], [milk], [egg, milk, severeNuts])).toEqual({ ask: true, proposed: [egg, milk, severeNuts], reason }) // prettier-ignore
    expect(settle([milk, nuts], [egg, milk, severeNuts], [milk])).toEqual({ ask: true, proposed: [egg, milk, severeNuts], reason }) // prettier-ignore
  })

  test('of which both changed the same entry is a person’s, and nothing is proposed', () => {
    const reason = 'Both changed the same entry of the allergies, so a person decides.'
    expect(settle([nuts], [severeNuts], [{ name: 'nuts', severity: 'unsure' }])).toEqual({ ask: true, reason })
    // noted by two for the first time, with another word for how bad it is
    expect(settle([], [nuts], [severeNuts])).toEqual({ ask: true, reason })
  })

  test('of which nobody knows what it held before is a person’s', () => {
    expect(settle(undefined, [nuts], [milk])).toEqual({
      ask: true,
      reason: 'Nobody can say what the allergies held before, so a person decides.',
    })
  })
})

test('an entry that both took out is out, one that both changed alike stands as both have it', () => {
  expect(settle([egg, milk, nuts], [egg], [egg])).toMatchObject({ settled: [egg] })
  expect(settle([milk, nuts], [severeNuts], [milk, severeNuts, egg])).toMatchObject({ settled: [egg, severeNuts] })
})

test('one torn entry weighs more than one taken out, and nothing is proposed', () => {
  const moreMilk = { name: 'milk', severity: 'mild' }
  expect(settle([milk, nuts], [severeNuts], [moreMilk, { name: 'nuts', severity: 'unsure' }])).toEqual({
    ask: true,
    reason: 'Both changed the same entry of the allergies, so a person decides.',
  })
})

test('what is no list of entries is told apart as a whole', () => {
  expect(allergies.settle([], { value: ['egg'] }, { value: ['milk'] }, context)).toMatchObject({
    settled: ['egg', 'milk'],
  })
  expect(allergies.settle([], { value: [{ severity: 'mild' }] }, { value: null }, context)).toMatchObject({
    settled: [{ severity: 'mild' }],
  })
  expect(allergies.settle([], { value: [{ severity: 'mild' }] }, { value: [{ severity: 'bad' }] }, context)).toMatchObject({ ask: true }) // prettier-ignore
  expect(allergies).toMatchObject({
    ...{ name: 'safe_set', version: 1, isSymmetric: true, worksOn: ['entries'], given: { by: 'name' } },
  })
})
