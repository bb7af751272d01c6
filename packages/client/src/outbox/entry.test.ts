import { collection, labels, scalar, text } from '@wedsync/merge'
import type { JsonObject } from '@wedsync/protocol'
import { expect, test } from 'vitest'
import { idFrom } from '../testing/test-server.ts'
import { nextState, type Entry, type EntryEvent } from './entry.ts'
import * as fold from './fold.ts'
import { heardBy } from './hear-receipt.ts'
import { shownFields } from './overlay.ts'
import { pickBatch } from './take-batch.ts'

const anEntry = (seq: number, more: Partial<Entry> = {}, change: Partial<Entry['change']> = {}): Entry => {
  const changeId = idFrom(`change ${seq}`)
  return {
    seq,
    changeId,
    table: 'items',
    id: idFrom('item'),
    scope: idFrom('wedding'),
    state: 'waiting',
    change: {
      changeId,
      action: 'update',
      table: 'items',
      id: idFrom('item'),
      baseVersion: 5,
      data: { title: 'a' },
      base: { title: '' },
      ...change,
    },
    isFrozen: false,
    isHidden: false,
    isSentAgain: false,
    narrowings: [],
    overlayBefore: null,
    receipt: null,
    strategy: null,
    ...more,
  }
}

const events: EntryEvent[] = ['sent', 'kept', 'accepted', 'refused', 'lost']
const never = () => false
const items = collection(
  'items',
  {
    title: text({ max: 9 }).merges(scalar),
    place: text({ max: 9 }).merges(scalar),
    phones: labels().byDefault({}).merges(scalar),
  },
  { scope: 'organization', createdBy: [], deletedBy: [], audience: [] },
)
const folded = (newest: Entry, edit: Entry['change'], isLaidOver: boolean) =>
  fold.folded(newest, edit, isLaidOver, items)

test('[P3] nothing leaves settled, and only an accepted receipt leaves stuck', () => {
  for (const event of events) {
    expect(nextState.settled[event]).toBe('settled')
    expect(nextState.stuck[event]).toBe(event === 'accepted' ? 'settled' : 'stuck')
  }
})

test('[P14] nothing stays sending without an answer', () => {
  expect(nextState.sending.lost).toBe('waiting')
})

test('[P3] an edit folds only where nobody could tell the difference', () => {
  const edit = { ...anEntry(2).change, data: { title: 'b' }, base: { title: 'a' } }
  expect(folded(anEntry(1), edit, true)?.change).toMatchObject({ data: { title: 'b' }, base: { title: '' } })
  expect(folded(anEntry(1, { isFrozen: true }), edit, true)).toBeNull()
  expect(folded(anEntry(1, { state: 'held' }), edit, true)).toBeNull()
  expect(folded(anEntry(1), edit, false)).toBeNull()
  expect(folded(anEntry(1, {}, { groupId: idFrom('group') }), edit, true)).toBeNull()
  expect(folded(anEntry(1, {}, { intents: { title: { op: 'set_to' } } }), edit, true)).toBeNull()
  expect(folded(anEntry(1, {}, { action: 'delete', data: {} }), edit, true)).toBeNull()

  const wider = { ...edit, data: { place: 'Barn' }, base: { place: null } }
  expect(folded(anEntry(1), wider, true)?.change.base).toEqual({ title: '', place: null })
  expect(folded(anEntry(1), { ...wider, baseVersion: 6 }, true)).toBeNull()
  expect(folded(anEntry(1), { ...wider, fromBefore: true }, true)).toBeNull()
  expect(folded(anEntry(1), { ...edit, baseVersion: 6 }, true)?.change.baseVersion).toBe(5)
  expect(folded(anEntry(1, {}, { action: 'create' }), { ...wider, baseVersion: 6 }, true)?.change.data).toEqual({
    title: 'a',
    place: 'Barn',
  })
})

test('[P3] numbers that were seen otherwise than the edit before left them are an edit of their own: neither takes the other along', () => {
  const [mobile, office] = [{ mobile: '+447700900001' }, { office: '+447700900002' }]
  const first = anEntry(1, {}, { data: { phones: mobile }, base: { phones: {} } })
  const edit = (seen: JsonObject, phones: JsonObject) => ({ ...first.change, data: { phones }, base: { phones: seen } })
  // begun before the first was saved
  expect(folded(first, edit({}, office), true)).toBeNull()
  // somebody's office number came in between, and is taken away
  expect(folded(first, edit({ ...mobile, ...office }, mobile), true)).toBeNull()
  expect(folded(first, edit(mobile, {}), true)?.change).toMatchObject({ data: { phones: {} }, base: { phones: {} } })
})

test('[P6] an overlay narrows at its version and never widens again', () => {
  const conflict = (recordVersion: number, fields: string[]) =>
    ({
      kind: 'waiting',
      conflict: {
        conflictId: idFrom('c'),
        changeId: idFrom('change 1'),
        table: 'items',
        id: idFrom('item'),
        kind: 'fields',
        severity: 'low',
        score: 0,
        because: '',
        status: 'pending',
        version: 1,
        recordVersion,
        fields: fields.map((field) => ({ field, rule: 'ask@1', reason: '' })),
      },
    }) as const
  const entry = anEntry(1, {}, { data: { title: 'a', place: 'b', note: 'c' } })
  const once = heardBy(entry, conflict(7, ['title', 'place']))
  const twice = heardBy(once, conflict(9, ['title']))
  const at = (position: number) => shownFields(twice, { position, isReloading: false })
  expect(at(6)).toEqual(['title', 'place', 'note'])
  expect(at(7)).toEqual(['title', 'place'])
  expect(at(9)).toEqual(['title'])
  const done = heardBy(twice, {
    kind: 'processed',
    processed: { changeId: entry.changeId, serverId: entry.id, action: 'update', version: 12, outcome: 'server_won' },
  })
  expect(done.state).toBe('settled')
  expect(shownFields(done, { position: 9, isReloading: false })).toEqual(['title'])
})

test('[P11] a group goes whole, and what a member builds on goes with it', () => {
  const groupId = idFrom('group')
  const due = [
    anEntry(1),
    anEntry(2, {}, { groupId }),
    anEntry(3),
    anEntry(4, {}, { groupId, after: anEntry(3).changeId }),
  ]
  expect(pickBatch(due, { max: 2, isDelayed: never }).map(({ seq }) => seq)).toEqual([1])
  expect(pickBatch(due.slice(1), { max: 2, isDelayed: never }).map(({ seq }) => seq)).toEqual([2, 3, 4])
})

test('[P14] a change that waits for its turn takes along only what builds on it', () => {
  const due = [anEntry(1), anEntry(2, {}, { after: anEntry(1).changeId }), anEntry(3)]
  const isDelayed = (changeId: string) => changeId === anEntry(1).changeId
  expect(pickBatch(due, { max: 50, isDelayed }).map(({ seq }) => seq)).toEqual([3])
})

test('a batch stays below its bytes, and one large change still goes', () => {
  const large = (seq: number) => anEntry(seq, {}, { data: { note: 'x'.repeat(600_000) } })
  expect(pickBatch([large(1), large(2)], { max: 50, isDelayed: never })).toHaveLength(1)
})
