import { expect, test } from 'vitest'
import { inWords } from './in-words.ts'

test('values are said as a coordinator would say them', () => {
  expect(inWords('2026-06-20T16:30', '2026-06-20T16:45')).toEqual(['16:30', '16:45'])
  expect(inWords('2026-06-20T16:30', '2026-06-21T16:45')).toEqual(['2026-06-20 16:30', '2026-06-21 16:45'])
  expect(inWords(null, '')).toEqual(['(empty)', '(empty)'])
  expect(inWords(true, false)).toEqual(['yes', 'no'])
  expect(inWords(140, ['a'])).toEqual(['140', 'list of 1'])
  expect(inWords(['a', 'b'], { a: 1 })).toEqual(['list of 2', 'entry'])
  expect(inWords('no_show', 'Main barn')).toEqual(['no show', '“Main barn”'])
  expect(inWords('a'.repeat(60), '16:30')[0]).toBe(`“${'a'.repeat(39)}…”`)
})

test('a time stands for itself where the day is the same, and nowhere else', () => {
  expect(inWords('2026-06-20T16:30', null)).toEqual(['2026-06-20 16:30', '(empty)'])
  expect(inWords(null, '2026-06-20T16:30')).toEqual(['(empty)', '2026-06-20 16:30'])
  expect(inWords('at 2026-06-20T16:30', '2026-06-20T16:30 sharp')).toEqual([
    '“at 2026-06-20T16:30”',
    '“2026-06-20T16:30 sharp”',
  ])
})

test('days, times and the words of a list stand without quotation marks, what a person wrote within', () => {
  expect(inWords('2026-06-20', '16:30')).toEqual(['2026-06-20', '16:30'])
  expect(inWords('load_in', 'no_show_at_all')).toEqual(['load in', 'no show at all'])
  expect(inWords('Load_in', 'load in')).toEqual(['“Load_in”', '“load in”'])
  expect(inWords('_load', 'load_')).toEqual(['“_load”', '“load_”'])
  expect(inWords('16:301', '12026-06-20')).toEqual(['“16:301”', '“12026-06-20”'])
  // so long a word is something somebody wrote
  expect(inWords('a'.repeat(24), 'a'.repeat(25))).toEqual(['a'.repeat(24), `“${'a'.repeat(25)}”`])
})

test('what is long is cut at forty letters, and stands in one line', () => {
  expect(inWords('B'.repeat(40), 'B'.repeat(41))).toEqual([`“${'B'.repeat(40)}”`, `“${'B'.repeat(39)}…”`])
  expect(inWords('Gate\n\n Power ', ' Bins\t')).toEqual(['“Gate Power”', '“Bins”'])
  expect(inWords(`${'B'.repeat(38)} ${'C'.repeat(9)}`, '🎂'.repeat(41))).toEqual([
    `“${'B'.repeat(38)}…”`,
    `“${'🎂'.repeat(39)}…”`,
  ])
})

test('a list says how much it holds', () => {
  expect(inWords([], ['a', 'b', 'c'])).toEqual(['list of 0', 'list of 3'])
  expect(inWords(0, -3)).toEqual(['0', '-3'])
})
