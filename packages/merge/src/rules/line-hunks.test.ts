// Which lines somebody changed, held against git: it cuts the same places, also where lines are alike. A text is written here as one
// letter for each line. What git said of some three hundred pairs is kept in git-hunks.json, for machines that have no git.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { runs } from '../testing/runs.ts'
import { joinHunks } from './join-hunks.ts'
import { lineHunks } from './line-hunks.ts'

type Pair = readonly [from: string, to: string]

const linesOf = (letters: string): number[] => Array.from(letters, (letter) => letter.codePointAt(0)!)

/** Of each place: where it begins and ends before, where it begins and ends after. */
const placesOf = (from: string, to: string): string[] => {
  let further = 0
  return lineHunks(linesOf(from), linesOf(to)).map((hunk) => {
    const start = hunk.from + further
    further += hunk.put.length - (hunk.to - hunk.from)
    expect(hunk.put).toEqual(linesOf(to).slice(start, start + hunk.put.length))
    return [hunk.from, hunk.to, start, start + hunk.put.length].join(',')
  })
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'wedsync-lines-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What git says of many pairs, asked once. */
const placesByGit = (pairs: readonly Pair[]): string[][] => {
  const texts = { before: pairs.map(([from]) => from), after: pairs.map(([, to]) => to) }
  for (const [side, all] of Object.entries(texts)) {
    mkdirSync(path.join(folder, side), { recursive: true })
    all.forEach((letters, nth) =>
      writeFileSync(path.join(folder, side, String(nth)), Array.from(letters, (letter) => `${letter}\n`).join('')),
    )
  }
  const asked = ['diff', '--no-index', '--no-indent-heuristic', '--diff-algorithm=myers', '-U100000', 'before', 'after']
  const { stdout, error } = spawnSync('git', ['-c', 'color.ui=never', ...asked], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (error) throw error
  const places = pairs.map((): string[] => [])
  for (const part of stdout.split(/^diff --git /m).slice(1)) {
    const nth = Number(/^a\/before\/(\d+)/.exec(part)![1])
    places[nth] = readPlaces(part.slice(part.search(/^@@/m)).split('\n').slice(1))
  }
  return places
}

const readPlaces = (lines: readonly string[]): string[] => {
  const places: [number, number, number, number][] = []
  let [before, after, isOpen] = [0, 0, false]
  for (const sign of lines.map((line) => line[0])) {
    if ((sign === '-' || sign === '+') && !isOpen) places.push([before, before, after, after])
    isOpen = sign === '-' || sign === '+'
    if (sign !== '+') before += 1
    if (sign !== '-') after += 1
    if (isOpen) places.at(-1)!.splice(sign === '-' ? 1 : 3, 1, sign === '-' ? before : after)
  }
  return places.map((place) => place.join(','))
}

const kept = JSON.parse(readFileSync(path.join(import.meta.dirname, 'git-hunks.json'), 'utf8')) as string[]
const isGitHere = spawnSync('git', ['--version']).error === undefined
const testWithGit = isGitHere ? test : () => undefined

test('what git once said was changed in three hundred texts, we say too', () => {
  for (const one of kept) {
    const [from, to, ...places] = one.split(' ')
    expect(placesOf(from!, to!)).toEqual(places)
  }
  expect(kept.length).toBeGreaterThan(300)
})

const lettersOf = (letters: string, maxLength: number) =>
  fc.array(fc.constantFrom(...Array.from(letters)), { maxLength }).map((all) => all.join(''))
/** A text, and what became of it when pieces were taken out, put in and moved. */
const pairs: fc.Arbitrary<Pair> = fc
  .constantFrom('ab', 'abc', 'abcdefgh')
  .chain((letters) =>
    fc.tuple(
      lettersOf(letters, 40),
      fc.array(fc.tuple(fc.nat(40), fc.nat(4), lettersOf(`${letters}xyz`, 4)), { maxLength: 6 }),
    ),
  )
  .map(([from, edits]) => [
    from,
    edits.reduce((to, [at, gone, put]) => to.slice(0, at) + put + to.slice(at + gone), from),
  ])

testWithGit('and of texts that git is asked about today', () => {
  const all = fc.sample(pairs, runs(400))
  const byGit = placesByGit(all)
  all.forEach(([from, to], nth) => expect([from, to, placesOf(from, to)]).toEqual([from, to, byGit[nth]]))
})

test('whatever was changed, the changes make the one text of the other', () => {
  fc.assert(
    fc.property(pairs, ([from, to]) => {
      const hunks = lineHunks(linesOf(from), linesOf(to))
      expect(joinHunks(linesOf(from), hunks, [], () => [])).toEqual(linesOf(to))
    }),
    runs(500),
  )
})

describe('of lines that are alike', () => {
  test.each<[string, string, string, string[]]>([
    ['the last one is new', 'baac', 'baaac', ['3,3,3,4']],
    ['the last one is gone', 'baaac', 'baac', ['3,4,3,3']],
    ['and of groups of lines as well', 'xababy', 'xabababy', ['5,5,5,7']],
    ['but one that was changed is changed in one place, before and after', 'caad', 'cbad', ['1,2,1,2']],
    ['nothing is changed where all is the same', 'aaaa', 'aaaa', []],
    ['nor in an empty text', '', '', []],
    ['all of it is new', '', 'aa', ['0,0,0,2']],
    ['all of it is gone', 'aa', '', ['0,2,0,0']],
  ])('%s', (_what, from, to, places) => {
    expect(placesOf(from, to)).toEqual(places)
  })
})

test('what is too much to compare is one change', () => {
  const mixed = (seed: number) => {
    let state = seed
    const next = () => (state = (state * 48_271) % 2_147_483_647)
    return `xy${Array.from({ length: 3000 }, () => 'abcdefgh'[next() % 8]!).join('')}z`
  }
  expect(placesOf(mixed(1), mixed(2))).toEqual(['2,3002,2,3002'])
})
