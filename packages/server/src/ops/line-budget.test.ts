import { expect, test } from 'vitest'
import { createLineBudget } from './line-budget.ts'

test('so many lines a minute, and then one that says how many were not written', () => {
  const at = { ms: Date.UTC(2026, 5, 20, 18) }
  const skipped: number[] = []
  const mayTell = createLineBudget(
    3,
    () => new Date(at.ms),
    (times) => skipped.push(times),
  )
  const ask = (times: number) => Array.from({ length: times }, () => mayTell()).filter(Boolean).length
  expect([ask(10), skipped]).toEqual([3, []])
  at.ms += 60_000
  expect([ask(2), skipped]).toEqual([2, [7]])
  at.ms += 60_000
  expect([ask(1), skipped]).toEqual([1, [7]])
})
