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
