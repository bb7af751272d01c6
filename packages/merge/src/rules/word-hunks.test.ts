// Which words of a text somebody changed.
import { describe, expect, test } from 'vitest'
import { type Hunk } from './join-hunks.ts'
import { wordHunks } from './word-hunks.ts'

const words = (text: string) => text.split(' ').filter((word) => word !== '')
const changed = (from: string, to: string) => wordHunks(words(from), words(to))

test.each<[string, string, string, Hunk<string>[]]>([
  ['nothing', 'the band eats', 'the band eats', []],
  ['nothing where nothing is', '', '', []],
  ['all of it put in', '', 'the band', [{ from: 0, to: 0, put: ['the', 'band'] }]],
  ['all of it taken out', 'the band', '', [{ from: 0, to: 2, put: [] }]],
  ['one of two that are alike', 'so so', 'so', [{ from: 1, to: 2, put: [] }]],
  ['one more that is alike', 'so', 'so so', [{ from: 1, to: 1, put: ['so'] }]],
  ['one in the middle', 'the old band eats', 'the new band eats', [{ from: 1, to: 2, put: ['new'] }]],
  ['two, with a word between them', 'a b c d e', 'a x c y e', [{ from: 1, to: 2, put: ['x'] }, { from: 3, to: 4, put: ['y'] }]], // prettier-ignore
  ['words a computer takes for its own', 'a constructor b', 'x constructor y', [{ from: 0, to: 1, put: ['x'] }, { from: 2, to: 3, put: ['y'] }]], // prettier-ignore
])('%s', (_what, from, to, hunks) => {
  expect(changed(from, to)).toEqual(hunks)
})

describe('what is too much to compare is one change, from the first word that differs to the last', () => {
  /** Between two words that stay, so many others on either side, of which one is the same. */
  const rewritten = (count: number) => {
    const text = (name: string) => ['first', `${name}0`, 'same', ...Array.from({ length: count - 2 }, (_, nth) => `${name}${nth + 1}`), 'last'] // prettier-ignore
    return wordHunks(text('a'), text('b'))
  }
  test('of words that are all different', () => {
    expect(rewritten(1700)).toHaveLength(2)
    expect(rewritten(1800)).toMatchObject([{ from: 1, to: 1801 }])
    expect(rewritten(1800)[0]!.put).toHaveLength(1800)
  })

  /** The same word so many times, between others. */
  const repeated = (count: number) => {
    const text = (name: string) => ['first', `${name}0`, ...Array.from({ length: count }, () => 'so'), `${name}1`]
    return wordHunks(text('a'), text('b'))
  }
  test('of words that are all alike', () => {
    expect(repeated(190)).toHaveLength(2)
    expect(repeated(210)).toMatchObject([{ from: 1, to: 213 }])
  })
})
