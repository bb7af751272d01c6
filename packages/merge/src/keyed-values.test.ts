// What has parts, which of them differ, and that whoever edits a list on an older sheet means what they altered, down to a line's tick.
import { type JsonObject } from '@wedsync/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Collection } from './declaration.ts'
import { editLaid, entriesLaid, isSameOrder, keyingOf, keysApart, keysLaid, partsOf } from './keyed-values.ts'
import { runs } from './testing/runs.ts'
import { items, lists } from './testing/tables.ts'

const line = (id: string, text: string, done = false) => ({ id, text, done })
const was = [line('rings', 'Rings'), line('cake', 'Cake')]

test('[P3] a tick on an older sheet leaves the words that somebody wrote since', () => {
  const ticked = [line('rings', 'Rings', true), line('cake', 'Cake')]
  const now = [line('rings', 'Both rings'), line('cake', 'Pie'), line('vows', 'Vows')]
  expect(editLaid(ticked, was, now, 'id')).toEqual([line('rings', 'Both rings', true), line('cake', 'Pie'), line('vows', 'Vows')]) // prettier-ignore
})

test('[P3] whoever moves the lines about on an older sheet means their order, and leaves the words', () => {
  const moved = [line('cake', 'Cake'), line('rings', 'Rings', true)]
  const now = [line('rings', 'Both rings'), line('cake', 'Cake')]
  expect(editLaid(moved, was, now, 'id')).toEqual([line('cake', 'Cake'), line('rings', 'Both rings', true)])
})

test('a part of a line that is new comes along, and one that was taken out goes', () => {
  const { done: _done, ...without } = line('rings', 'Rings')
  const wanted = [{ ...without, note: 'Gold' }, was[1]!]
  const now = [line('rings', 'Both rings', true), was[1]!]
  expect(editLaid(wanted, was, now, 'id')).toEqual([{ id: 'rings', text: 'Both rings', note: 'Gold' }, was[1]])
})

test('a line that only some of the three have is as the edit has it', () => {
  const wanted = [line('rings', 'Rings', true), line('vows', 'Vows')]
  expect(editLaid(wanted, was, [line('cake', 'Pie'), line('vows', 'Theirs')], 'id')).toEqual([line('vows', 'Vows'), line('rings', 'Rings', true)]) // prettier-ignore
})

test('what has no parts is what was wanted, and can be laid over nothing', () => {
  const [phones, before] = [{ mobile: '1' }, { mobile: '0' }]
  expect(entriesLaid(phones, before, { office: '2' }, null)).toBe(phones)
  expect(editLaid(phones, before, { office: '2' }, null)).toEqual({ mobile: '1', office: '2' })
  for (const [wanted, seen, over] of [
    ['odd', was, was],
    [was, 'odd', was],
    [was, undefined, was],
    [was, was, 'odd'],
  ] as const)
    // prettier-ignore
    expect(entriesLaid(wanted as never, seen as never, over as never, 'id')).toBe(wanted)
  expect(editLaid(undefined, was, was, 'id')).toBeNull()
  expect(editLaid('odd', was, was, 'id')).toBeNull()
  expect(editLaid(was, was, 'odd', 'id')).toBeNull()
})

const checklists = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('a', 'b', 'c'),
    text: fc.constantFrom('one', 'two', 'three'),
    done: fc.boolean(),
  }),
  { selector: ({ id }) => id },
)

test('[P3] [P4] of every line all three have, each part is the edit’s if it altered it, else what stands', () => {
  fc.assert(
    fc.property(checklists, checklists, checklists, (before, wanted, over) => {
      const laid = editLaid(wanted, before, over, 'id') as JsonObject[]
      const find = (list: readonly JsonObject[], id: unknown) => list.find((one) => one['id'] === id)
      for (const stands of over) {
        const [was, wants] = [find(before, stands.id), find(wanted, stands.id)]
        if (!was || !wants) continue
        for (const part of ['text', 'done'] as const)
          expect(find(laid, stands.id)![part]).toBe(wants[part] === was[part] ? stands[part] : wants[part])
      }
      const names = (list: readonly JsonObject[]) => list.map(({ id }) => id as string)
      const kept = [...names(over), ...names(wanted)].filter(
        (id) => (find(over, id) && find(before, id) ? find(wanted, id) : find(over, id)) ?? (find(wanted, id) && !sameLine(find(wanted, id), find(before, id))), // prettier-ignore
      )
      expect(names(laid).sort()).toEqual([...new Set(kept)].sort())
    }),
    runs(1000),
  )
})

const sameLine = (one: JsonObject | undefined, other: JsonObject | undefined): boolean =>
  one?.['text'] === other?.['text'] && one?.['done'] === other?.['done']

describe('what has parts', () => {
  test('numbers by label always, answers and lists where their rule knows', () => {
    const of = (table: Collection, name: string) => keyingOf(table.fieldOf(name)!)
    expect(of(items, 'phones')).toEqual({ by: null })
    expect(of(lists, 'answers')).toEqual({ by: null })
    expect(of(lists, 'lines')).toEqual({ by: 'id' })
    for (const [table, name] of [[lists, 'sealed'], [lists, 'files'], [items, 'title'], [items, 'people']] as const) expect(of(table, name), name).toBeNull() // prettier-ignore
  })
  test('a list of which two lines are named alike, or one not at all, has none', () => {
    for (const odd of [
      [line('a', 'One'), line('a', 'Two')],
      [{ text: 'One' }],
      [{ id: 7 }],
      [7],
      [null],
      'odd',
      null,
    ]) {
      expect(partsOf(odd, 'id'), JSON.stringify(odd)).toBeNull()
      expect(isSameOrder(was, odd, 'id')).toBe(false)
      expect(isSameOrder(odd, was, 'id')).toBe(false)
      expect(keysApart(was, odd, 'id')).toBeNull()
    }
    expect([...partsOf(was, 'id')!.keys()]).toEqual(['rings', 'cake'])
  })
  test('a part that only one of two has, or that says something else, is apart', () => {
    expect(keysApart({ a: 1, b: 2, c: null }, { b: 3, c: null, d: null }, null)).toEqual(['a', 'b', 'd'])
    expect(keysApart({ a: null }, {}, null)).toEqual(['a'])
    expect(keysApart({}, { a: null }, null)).toEqual(['a'])
  })
  test('stand in an order only where they are a list', () => {
    expect(isSameOrder({ a: 1, b: 2 }, { b: 2, a: 1 }, null)).toBe(true)
    expect(isSameOrder('odd', was, null)).toBe(true)
    expect(isSameOrder(was, [...was].reverse(), 'id')).toBe(false)
    expect(isSameOrder(was, [was[1]!, line('new', 'New')], 'id')).toBe(true)
  })
  test('are laid over others under the names that are given, and no other', () => {
    expect(keysLaid({ a: 1, b: 2, c: 3 }, { b: 9, d: 4 }, ['b', 'c', 'd'], null)).toEqual({ a: 1, b: 9, d: 4 })
    expect(JSON.stringify(keysLaid({ b: 1 }, { a: 2 }, ['a'], null))).toBe('{"a":2,"b":1}')
    expect(keysLaid(was, [line('rings', 'Mine'), line('cake', 'Mine')], ['rings'], 'id')).toEqual([line('rings', 'Mine'), was[1]]) // prettier-ignore
  })
})
