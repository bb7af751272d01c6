// Two edits of one note, held against what a well-known judge of such edits makes of them: where `git merge-file` is sure, so are we,
// with the same words; where it is not, whatever either of the two wrote is there to read. What it said of sixty notes is kept in
// git-answers.json, of eighty with lines that are alike in git-answers-alike.json, for machines that have no git.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { runs } from '../testing/runs.ts'
import { orMarker } from './join-texts.ts'
import { textRule } from './text.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'wedsync-texts-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What git makes of them; null: it is not sure. */
const byGit = (files: Note): string | null => {
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text)
  const { status, stdout, stderr, error } = spawnSync('git', ['merge-file', '-p', 'one', 'base', 'other'], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (error) throw error
  // the number of places it is not sure about; from 128 on it is an error
  if (status === null || status >= 128) throw new Error(`git merge-file: ${stderr}`)
  return status === 0 ? stdout : null
}

const things = ['chairs', 'candles', 'the cake', 'speeches', 'first dance', 'the band', 'glasses', 'rings', 'flowers']
const lineUpTo = (most: number) =>
  fc
    .tuple(
      fc.constantFrom('Bring', 'Move', 'Check', 'Ask Tom about', 'Count'),
      fc.constantFrom(...things),
      fc.nat(most),
    )
    .map(([verb, thing, number]) => `${verb} ${thing} ${number}`)
type Edit = { at: number; does: 'change' | 'insert' | 'remove'; line: string }
/** A note and what two people made of it, of lines numbered up to so much: the fewer there are, the more of them are alike. */
const notes = (most: number) => {
  const line = lineUpTo(most)
  const edits = fc.array(
    fc.record({ at: fc.nat(13), does: fc.constantFrom('change', 'insert', 'remove' as const), line }),
    { minLength: 1, maxLength: 3 },
  )
  return fc.tuple(fc.array(line, { minLength: 1, maxLength: 14 }), edits, edits).map(([before, mine, theirs]) => {
    const [base, one, other] = [before, edited(before, mine), edited(before, theirs)].map(textOf)
    return { base: base!, one: one!, other: other! }
  })
}
const edited = (base: readonly string[], all: readonly Edit[]): string[] =>
  all.reduce<string[]>(
    (text, { at, does, line: put }) => {
      const place = at % (text.length + 1)
      if (does === 'insert') return text.toSpliced(place, 0, put)
      return text.toSpliced(place, 1, ...(does === 'change' && place < text.length ? [put] : []))
    },
    [...base],
  )
const textOf = (all: readonly string[]): string => all.map((one) => `${one}\n`).join('')
const wordsIn = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '')

type Note = { base: string; one: string; other: string }

/** Words that one of the two wrote anew and that are not there. */
const lostIn = ({ base, one, other }: Note, settled: string): string[] => {
  const known = new Set([...wordsIn(base), ...wordsIn(settled.replaceAll(orMarker, ' '))])
  return [one, other].flatMap(wordsIn).filter((word) => !known.has(word))
}

const settle = ({ base, one, other }: Note) =>
  textRule.settle(base, { value: one }, { value: other }, { called: 'the note', trusted: [] })

const isGitHere = spawnSync('git', ['--version']).error === undefined
const keptIn = (file: string) =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, file), 'utf8')) as (Note & { merged: string | null })[]
const kept = keptIn('git-answers.json')

test('what git once said of sixty notes that two people edited, we say too', () => {
  for (const { merged, ...note } of kept) {
    const answer = settle(note)
    if (merged !== null) expect(answer).toMatchObject({ settled: merged })
    else if ('settled' in answer) expect(lostIn(note, answer.settled as string)).toEqual([])
  }
  expect(kept.filter(({ merged }) => merged !== null).length).toBeGreaterThan(15)
})

test('and of eighty in which lines are alike', () => {
  for (const { merged, ...note } of keptIn('git-answers-alike.json')) {
    expect(settle(note)).toMatchObject({ settled: merged })
    expect(settle({ ...note, one: note.other, other: note.one })).toMatchObject({ settled: merged })
  }
})

// asked anew about other notes every time, where git is there to be asked
const testWithGit = isGitHere ? test : () => undefined

testWithGit('and git would say the same today', () => {
  for (const { merged, ...note } of kept.slice(0, runs(kept.length).numRuns)) expect(byGit(note)).toBe(merged)
})

testWithGit(
  'where git is sure of two edits of a note, so are we, with the same words; where it is not, nothing that was written is gone',
  () => {
    let [sure, unsure] = [0, 0]
    fc.assert(
      fc.property(notes(1_000_000), (note) => {
        const merged = byGit(note)
        const answer = settle(note)
        if (merged !== null) {
          sure += 1
          expect(answer).toMatchObject({ settled: merged })
          return
        }
        unsure += 1
        // a person who is asked sees both sides whole
        if ('ask' in answer) return
        expect(lostIn(note, answer.settled as string)).toEqual([])
      }),
      runs(300),
    )
    expect(Math.min(sure, unsure) / (sure + unsure)).toBeGreaterThan(0.1)
  },
)

// About one in a thousand is not as git has it: what one of the two made of it then is what the other did and something more, and an
// edit that is said twice must not go in twice (decision 19). There is none among these.
testWithGit('in a note of lines that are alike we say the same, and never lose a word that somebody wrote', () => {
  let [sure, same] = [0, 0]
  fc.assert(
    fc.property(notes(0), (note) => {
      const merged = byGit(note)
      const answer = settle(note)
      sure += merged === null ? 0 : 1
      same += 'settled' in answer && answer.settled === merged ? 1 : 0
      if ('settled' in answer) expect(lostIn(note, answer.settled as string)).toEqual([])
    }),
    runs(200, { seed: 11 }),
  )
  expect({ sure, same }).toEqual({ sure, same: sure })
})
