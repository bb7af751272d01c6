import { expect, test } from 'vitest'
import { rebase } from './rebase.ts'
import { items } from './testing/tables.ts'

const cake = { title: 'Cake', place: 'Barn' }

test('[P6] a person sees their own edits on top of what others did', () => {
  expect(
    rebase({ ...cake, place: 'Lawn' }, [
      { action: 'update', data: { title: 'Pie' } },
      { action: 'update', data: { title: 'Tart' } },
    ]),
  ).toEqual({ title: 'Tart', place: 'Lawn' })
})

test('without edits they see what is there', () => {
  expect(rebase(cake, [])).toBe(cake)
  expect(rebase(null, [])).toBeNull()
})

test('what they made is there before anyone has heard of it', () => {
  expect(
    rebase(null, [
      { action: 'create', data: cake },
      { action: 'update', data: { title: 'Pie' } },
    ]),
  ).toEqual({ ...cake, title: 'Pie' })
})

test('what they deleted is gone, and back when they restore it', () => {
  expect(rebase(cake, [{ action: 'delete', data: {} }])).toBeNull()
  expect(
    rebase(cake, [
      { action: 'delete', data: {} },
      { action: 'update', data: { title: 'Pie' } },
    ]),
  ).toBeNull()
  expect(
    rebase(cake, [
      { action: 'delete', data: {} },
      { action: 'restore', data: { title: 'Pie' } },
    ]),
  ).toEqual({ ...cake, title: 'Pie' })
  expect(rebase(null, [{ action: 'restore', data: {} }])).toBeNull()
  expect(rebase(null, [{ action: 'restore', data: cake }])).toEqual(cake)
})

test('a new mobile of theirs leaves somebody else’s office number in place', () => {
  const seen = { phones: { mobile: '1', office: '2', old: '3' } }
  const edit = { action: 'update', data: { phones: { mobile: '9', office: '2' } }, base: seen } as const
  const fresh = { phones: { mobile: '1', office: '7', old: '3', home: '8' } }
  expect(rebase(fresh, [edit], items)).toEqual({ phones: { mobile: '9', office: '7', home: '8' } })
  expect(rebase(fresh, [edit])).toEqual(edit.data)
  expect(rebase({ phones: 'odd' }, [edit], items)).toEqual(edit.data)
  expect(rebase({}, [edit], items)).toEqual({ phones: { mobile: '9' } })
})

test('the record that came in is left as it was', () => {
  const fresh = Object.freeze({ ...cake })
  rebase(fresh, [{ action: 'update', data: { title: 'Pie' } }])
  expect(fresh).toEqual(cake)
})

test('what they restore takes up the last that was seen of it', () => {
  expect(
    rebase(cake, [
      { action: 'update', data: { title: 'Pie' } },
      { action: 'delete', data: {} },
      { action: 'restore', data: {} },
    ]),
  ).toEqual({ ...cake, title: 'Pie' })
  expect(rebase(null, [{ action: 'restore', data: { place: 'Lawn' } }])).toEqual({ place: 'Lawn' })
})

test('an edit of something that is not there shows nothing', () => {
  expect(rebase(null, [{ action: 'update', data: { title: 'Pie' } }])).toBeNull()
})

test('phone numbers are laid over one by one only where it is known what the person saw', () => {
  const fresh = { phones: { office: '7', home: '8' }, people: ['a'] }
  const phones = { mobile: '9' }
  expect(rebase(fresh, [{ action: 'update', data: { phones } }], items)).toEqual({ ...fresh, phones })
  expect(rebase(fresh, [{ action: 'update', data: { phones }, base: null }], items)).toEqual({ ...fresh, phones })
  expect(rebase(fresh, [{ action: 'update', data: { phones }, base: { title: 'x' } }], items)).toEqual({
    ...{ ...fresh, phones },
  })
  // a field without labels is the person's as a whole, whatever they saw
  const people = { action: 'update', data: { people: ['b'] }, base: { people: [] } } as const
  expect(rebase(fresh, [people as never], items)).toEqual({ ...fresh, people: ['b'] })
  const seen = { action: 'update', data: { phones }, base: { phones: {} } } as const
  expect(JSON.stringify(rebase(fresh, [seen], items)!['phones'])).toBe('{"home":"8","mobile":"9","office":"7"}')
  expect(rebase(fresh, [{ ...seen, data: { phones: 'odd' } }], items)).toEqual({ ...fresh, phones: 'odd' })
  expect(rebase(fresh, [{ ...seen, base: { phones: 'odd' } }], items)).toEqual({ ...fresh, phones })
  // a name that every object has is nobody's label
  const odd = { action: 'update', data: { phones: { constructor: '1' } }, base: { phones: {} } } as const
  expect(rebase({ phones: {} }, [odd], items)).toEqual({ phones: { constructor: '1' } })
})

test('a number that they took out is gone, and a field that nobody here knows is theirs', () => {
  const seen = { phones: { mobile: '1', office: '2' } }
  const edit = { action: 'update', data: { phones: { office: '2' }, smell: 'sweet' }, base: seen } as const
  expect(rebase(seen, [edit], items)).toStrictEqual({ phones: { office: '2' }, smell: 'sweet' })
})
