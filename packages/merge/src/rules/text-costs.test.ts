// What a note costs to join, of odd shapes against ordinary ones. It takes its time, so the count of mutants goes without it.
import { expect, test } from 'vitest'
import { textRule } from './text.ts'

const joined = (base: string, one: string, other: string) =>
  textRule.settle(base, { value: one }, { value: other }, { called: 'the note', trusted: [] })

test('however odd a very long note is, it costs little more than an ordinary one of its length', () => {
  const line = (index: number) => `Line ${index}: chairs to the barn, then glasses, candles and the cake`
  const many = Array.from({ length: 1400 }, (_, index) => line(index))
  const ordinary = (lines: readonly string[]) =>
    [
      lines.join('\n'),
      lines.map((l, i) => (i % 7 === 0 ? `${l}!` : l)).join('\n'),
      lines.map((l, i) => (i % 5 === 2 ? `${l}?` : l)).join('\n'),
    ] as const
  const odd = {
    words: [
      many.join(' '),
      `now ${many.join(' ')}`.replaceAll('cake', 'pie'),
      many.join(' ').replaceAll('barn', 'hall'),
    ],
    blanks: ['\n'.repeat(90_000), `a${'\n'.repeat(90_000)}b`, '\n'.repeat(45_000) + 'x' + '\n'.repeat(45_000)],
    same: ['a '.repeat(45_000), 'a '.repeat(40_000) + 'b', 'b' + 'a '.repeat(42_000)],
  } as const
  // processor time, the least of some: what a noisy machine adds is not the rule's
  const costOf = ([base, one, other]: readonly [string, string, string]) => {
    const tries = Array.from({ length: 5 }, () => {
      const before = process.cpuUsage()
      joined(base, one, other)
      const { user, system } = process.cpuUsage(before)
      return user + system
    })
    return Math.min(...tries)
  }
  // comparing all with all would be a thousand times as much, not twenty
  const usual = costOf(ordinary(many))
  expect(usual / costOf(ordinary(many.slice(many.length / 2)))).toBeLessThan(20)
  for (const [name, texts] of Object.entries(odd)) expect(costOf(texts) / usual, name).toBeLessThan(20)
})
