// Whoever edits a list on an older sheet means what they altered, down to the words or the tick of a line.
import { type JsonObject } from '@wedsync/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { editLaid, entriesLaid } from './keyed-values.ts'
import { runs } from './testing/runs.ts'

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

const lists = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('a', 'b', 'c'),
    text: fc.constantFrom('one', 'two', 'three'),
    done: fc.boolean(),
  }),
  { selector: ({ id }) => id },
)

test('[P3] [P4] of every line all three have, each part is the edit’s if it altered it, else what stands', () => {
  fc.assert(
    fc.property(lists, lists, lists, (before, wanted, over) => {
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
