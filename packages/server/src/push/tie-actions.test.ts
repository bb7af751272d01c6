// Two actions that reach into one another: what becomes of either hangs on the other, so they are one.
import { deriveId, schemaVersionUnsaid, type JsonObject } from '@wedsync/protocol'
import { allCollections } from '@wedsync/wedding'
import { expect, test } from 'vitest'
import { unchanged } from '../words/words-for.ts'
import { readChanges, type ReadChange } from './read-changes.ts'
import { tieActions } from './tie-actions.ts'

const id = (name: string) => deriveId('test', name)
const collections = new Map(allCollections.map((one) => [one.name, one]))

/** `A:toast` is a change of action A to the item toast, `-:toast` one of no action. */
const batch = (...said: string[]): ReadChange[] => {
  const changes = said.map((one, nth): JsonObject => {
    const [action, item] = one.split(':') as [string, string]
    const of = action === '-' ? {} : { groupId: id(action) }
    return {
      ...{ changeId: id(`change ${nth}`), table: item === 'conflict' ? 'conflicts' : 'timeline_items', id: id(item) },
      ...{ action: 'update', baseVersion: 6, ...of },
      data: item === 'conflict' ? { choice: 'server' } : item === 'bad' ? { colour: 'red' } : { cue: 'Mine' },
    }
  })
  const given = { batchId: id('batch'), collections, schemas: unchanged, version: schemaVersionUnsaid }
  return tieActions(readChanges(changes, { ...given, validateChecksums: false }))
}

const names = new Map(['A', 'B', 'C'].map((name) => [id(name), name]))
const actionsOf = (changes: readonly ReadChange[]): string =>
  changes.map(({ groupId }) => (groupId === null ? '-' : names.get(groupId))).join('')

test.each([
  ['actions one after the other stay two', ['A:toast', 'A:cake', 'B:toast', 'B:cake'], 'AABB'],
  ['mixed, about the same item, they are one', ['A:toast', 'B:toast', 'A:cake', 'B:band'], 'AAAA'],
  ['mixed, about other items, they stay two', ['A:toast', 'B:band', 'A:cake', 'B:cars'], 'ABAB'],
  ['an edit between, of an item of the action, is of it', ['A:toast', '-:cake', 'A:cake'], 'AAA'],
  ['an edit between, of another item, is by itself', ['A:toast', '-:band', 'A:cake'], 'A-A'],
  ['edits before and behind an action are by themselves', ['-:toast', 'A:toast', 'A:cake', '-:cake'], '-AA-'],
  ['one that ties two makes one of three', ['A:toast', 'B:band', 'A:cake', 'C:cake', 'B:toast', 'C:band'], 'AAAAAA'],
  ['tied, they reach over a third', ['A:toast', 'B:toast', 'A:cake', '-:cake', 'B:band'], 'AAAAA'],
  ['a decision between is nobody’s action', ['A:toast', '-:conflict', 'A:cake'], 'A-A'],
  ['an edit between that is wrong in itself fails alone', ['A:bad', '-:bad', 'A:cake'], 'A-A'],
])('%s', (_, said, told) => {
  expect(actionsOf(batch(...said))).toBe(told)
})

test('what is tied is kept as one action, and is told from a replay by what was sent', () => {
  const [, alone] = batch('-:toast', '-:cake')
  const [, tied] = batch('A:toast', '-:cake', 'A:cake')
  expect(tied).toMatchObject({ hash: alone!.hash, groupId: id('A'), change: { groupId: id('A') }, kept: { more: { groupId: id('A') } } }) // prettier-ignore
})
