import { expect, test } from 'vitest'
import {
  choiceInShort,
  choiceInWords,
  lastWord,
  offersFor,
  offersForAll,
  saidAfter,
  valueAfter,
  whatHappens,
} from './choice-in-words.ts'

const toms = { isOwn: false, clientBy: { name: 'Tom Ashworth' }, fields: [{ proposed: 'Both' }] }
const bare = { ...toms, fields: [{ proposed: 'Both' }, {}] }
const own = { ...toms, isOwn: true, clientBy: { name: 'Priya Hazel' } }
const somebodys = { ...toms, clientBy: {} }

test('the proposals are offered where every one has some, else the other side', () => {
  expect(offersForAll([toms, toms])).toEqual(['server', 'merged'])
  expect(offersForAll([toms, bare])).toEqual(['server', 'client'])
  expect([offersFor(toms), offersFor(bare)]).toEqual([
    ['server', 'client', 'merged'],
    ['server', 'client'],
  ])
})

test('a button says whose side it takes', () => {
  const words = (...conflicts: (typeof somebodys)[]) => choiceInWords('client', conflicts)
  expect([words(toms), words(own), words(somebodys), words(toms, own), words(own, own)]).toEqual([
    'Take Tom’s',
    'Take yours',
    'Take the other’s',
    'Take theirs',
    'Take yours',
  ])
  expect([
    choiceInWords('server', [toms]),
    choiceInWords('merged', [toms]),
    choiceInWords('merged', [toms, own]),
  ]).toEqual(['Keep what stands', 'Take the proposal', 'Take the proposals'])
})

test('a card has one word for each, and the sheet a last one', () => {
  const short = (['server', 'client', 'merged'] as const).map((choice) => choiceInShort(choice, toms))
  expect([...short, choiceInShort('client', own)]).toEqual(['Keep', 'Tom’s', 'Proposed', 'Yours'])
  expect([lastWord('server', 6), lastWord('merged', 6), lastWord('client', 1)]).toEqual([
    'Keep all 6',
    'Take all 6',
    'Take it',
  ])
})

test('what will happen is said before it does, and what is not taken is kept', () => {
  expect(whatHappens('server', [toms, toms])).toBe(
    'All 2 stay as everybody sees them now. What Tom Ashworth wrote is not put in, and is kept in the history.',
  )
  expect(whatHappens('server', [toms])).toMatch(/^This stays as everybody sees it now/)
  expect(whatHappens('client', [toms, own])).toBe(
    'In all 2, what Tom Ashworth and you wrote goes in, for everybody. What stands there now is kept in the history.',
  )
  expect(whatHappens('client', [toms, own, somebodys])).toContain('what Tom Ashworth and 2 others wrote')
  expect(whatHappens('merged', [toms])).toMatch(/^What is proposed goes in/)
})

test('what was done is said, and what was left', () => {
  expect([saidAfter(12, 0), saidAfter(1, 0), saidAfter(11, 1), saidAfter(9, 3), saidAfter(0, 2)]).toEqual([
    '12 decided.',
    'Decided.',
    '11 decided. One changed meanwhile and waits for you.',
    '9 decided. 3 changed meanwhile and wait for you.',
    'Nothing decided. 2 changed meanwhile and wait for you.',
  ])
})

test('a field says afterwards what was chosen', () => {
  const field = { field: 'cue', client: 'Tom', server: 'Priya', proposed: 'Both', rule: 'text@1', reason: '' }
  expect((['server', 'client', 'merged'] as const).map((choice) => valueAfter(field, choice))).toEqual([
    'Priya',
    'Tom',
    'Both',
  ])
})
