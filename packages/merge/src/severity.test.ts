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
