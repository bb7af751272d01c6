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
const settle = (base: object[] | undefined, one: object[], other: object[]) =>
  allergies.settle(base as never, { value: one as never }, { value: other as never }, context)

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
