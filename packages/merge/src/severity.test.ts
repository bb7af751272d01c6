import { describe, expect, test } from 'vitest'
import { severityFor } from './severity.ts'
import { items } from './testing/tables.ts'

const calm = { hoursUntilEvent: 500, isEvenlyMatched: false }

test('a conflict weighs as much as its worst field', () => {
  expect(severityFor(items, ['note', 'starts', 'title'], {}, calm)).toMatchObject({
    severity: 'high',
    because: 'High because it is about the start.',
  })
  expect(severityFor(items, ['note'], {}, calm).severity).toBe('low')
  expect(severityFor(items, [], {}, calm)).toMatchObject({
    severity: 'medium',
    because: 'Medium because it is about the whole entry.',
  })
})

describe('it rises by one', () => {
  test('when the wedding is at most 48 hours away', () => {
    expect(severityFor(items, ['title'], {}, { ...calm, hoursUntilEvent: 48 })).toMatchObject({
      severity: 'high',
      because: 'High because it is about the title, and the wedding is at most 48 hours away.',
    })
    expect(severityFor(items, ['title'], {}, { ...calm, hoursUntilEvent: -5 }).severity).toBe('high')
    expect(severityFor(items, ['title'], {}, { ...calm, hoursUntilEvent: 48.1 }).severity).toBe('medium')
    expect(severityFor(items, ['title'], {}, { ...calm, hoursUntilEvent: -30 }).severity).toBe('medium')
    expect(severityFor(items, ['title'], {}, { ...calm, hoursUntilEvent: null }).severity).toBe('medium')
  })
  test('at a key moment, and when neither side has the last word', () => {
    expect(severityFor(items, ['title'], { open: true }, calm).because).toBe(
      'High because it is about the title, and this is a key moment.',
    )
    expect(severityFor(items, ['title'], {}, { ...calm, scopeRecord: { live: true } }).severity).toBe('high')
    expect(severityFor(items, ['title'], {}, { ...calm, isEvenlyMatched: true }).severity).toBe('high')
  })
  test('once, however much presses, and never beyond critical', () => {
    expect(severityFor(items, ['note'], { open: true }, { hoursUntilEvent: 1, isEvenlyMatched: true }).severity).toBe(
      'medium',
    )
    expect(severityFor(items, ['money'], { open: true }, calm)).toMatchObject({
      severity: 'critical',
      because: 'Critical because it is about the money.',
    })
  })
})

test('money and fixed times are critical however calm it is', () => {
  expect(severityFor(items, ['money'], {}, calm).severity).toBe('critical')
  expect(severityFor(items, ['starts'], { fixed: true }, calm).severity).toBe('critical')
})

test('the score only orders: nearer and more pressing comes first, between nought and one', () => {
  const scores = [500, 40, 10, 0].map(
    (hoursUntilEvent) => severityFor(items, ['title'], {}, { ...calm, hoursUntilEvent }).score,
  )
  expect(scores).toEqual([...scores].sort((one, other) => one - other))
  const most = severityFor(items, items.fieldNames, { open: true }, { hoursUntilEvent: 0, isEvenlyMatched: true }).score
  expect(most).toBeLessThanOrEqual(1)
})

describe('each reason in its own words, the first one that holds', () => {
  const becauseOf = (fields: string[], more: object) => severityFor(items, fields, {}, { ...calm, ...more }).because
  test('several wait for it, from three on', () => {
    expect(becauseOf(['title'], { dependants: 3 })).toBe('High because it is about the title, and several others wait for it.') // prettier-ignore
    expect(becauseOf(['title'], { dependants: 2 })).toBe('Medium because it is about the title.')
    expect(becauseOf(['title'], { dependants: 3, hoursUntilEvent: 1 })).toMatch(/several others wait/)
  })
  test('nobody has the last word', () => {
    expect(becauseOf(['title'], { isEvenlyMatched: true })).toBe('High because it is about the title, and neither side has the last word.') // prettier-ignore
  })
  test('until a day after the wedding began, and not longer', () => {
    expect(becauseOf(['title'], { hoursUntilEvent: -23.9 })).toMatch(/hours away/)
    expect(becauseOf(['title'], { hoursUntilEvent: -24 })).toBe('Medium because it is about the title.')
  })
  test('the whole entry counts where it is in question, unless a field weighs more', () => {
    expect(becauseOf(['note'], { isWhole: true })).toBe('High because it is about the whole entry.')
    expect(becauseOf(['starts'], { isWhole: true })).toBe('High because it is about the whole entry.')
    expect(becauseOf(['money'], { isWhole: true })).toBe('Critical because it is about the money.')
    expect(becauseOf(['note'], {})).toBe('Low because it is about the note.')
  })
  test('of two fields that weigh alike, the one that is named first', () => {
    expect(becauseOf(['place', 'title'], {})).toBe('Medium because it is about the place.')
  })
})

test.each([
  [['title'], calm, 0.22],
  [['title'], { ...calm, hoursUntilEvent: null }, 0.22],
  [['title'], { ...calm, hoursUntilEvent: 48 }, 0.42],
  [['title'], { ...calm, hoursUntilEvent: 24 }, 0.6],
  [['title'], { ...calm, hoursUntilEvent: 0 }, 0.77],
  [['title'], { ...calm, hoursUntilEvent: -5 }, 0.77],
  [['title'], { ...calm, isEvenlyMatched: true }, 0.57],
  [items.fieldNames, { hoursUntilEvent: 0, isEvenlyMatched: true }, 1],
])('what is nearer, wider and more even comes first: %o, %o is %f', (fields, circumstances, score) => {
  expect(severityFor(items, fields, {}, circumstances).score).toBe(score)
})
