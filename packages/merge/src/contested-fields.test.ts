import { type Json, type JsonObject } from '@wedsync/protocol'
import { describe, expect, test } from 'vitest'
import { contestedFields, type CheckedChange, type StoredRecord } from './contested-fields.ts'
import { items, lists, weddingId } from './testing/tables.ts'

const fields: JsonObject = {
  ...items.defaults,
  client_id: weddingId,
  title: 'Cake',
  place: 'Barn',
  starts: '2026-06-20T16:30',
  phones: { mobile: '+447700900001', office: '+447700900002' },
}
const at = (versions: Record<string, number>, now: JsonObject = {}, isDeleted = false): StoredRecord => ({
  version: Math.max(10, ...Object.values(versions)),
  fields: { ...fields, ...now },
  fieldVersions: { ...Object.fromEntries(items.fieldNames.map((name) => [name, 10])), ...versions },
  isDeleted,
})
const judge = (change: Partial<CheckedChange>, stored: StoredRecord) =>
  contestedFields({ collection: items, change: { action: 'update', data: {}, ...change }, stored })

describe('a field of an update', () => {
  test('that nobody touched since goes in', () => {
    expect(judge({ data: { title: 'Pie' }, base: { title: 'Cake' }, baseVersion: 10 }, at({ place: 20 }))).toEqual({
      kind: null,
      clean: { title: 'Pie' },
      agreed: [],
      contested: [],
    })
  })
  test('that somebody else set to the same value is no disagreement', () => {
    expect(judge({ data: { title: 'Pie' }, baseVersion: 10 }, at({ title: 20 }, { title: 'Pie' }))).toMatchObject({
      kind: null,
      agreed: ['title'],
    })
  })
  test('[P4] that somebody else set to another value is contested, with all three values', () => {
    expect(
      judge({ data: { title: 'Pie' }, base: { title: 'Cake' }, baseVersion: 10 }, at({ title: 20 }, { title: 'Tart' }))
        .contested,
    ).toEqual([{ field: 'title', base: 'Cake', client: 'Pie', server: 'Tart' }])
  })
  test('[P9] whose position says unmoved but whose value is not the one seen is contested', () => {
    expect(judge({ data: { title: 'Pie' }, base: { title: 'Tart' }, baseVersion: 10 }, at({})).kind).toBe('fields')
  })
  test('that moved away and came back is contested all the same', () => {
    expect(judge({ data: { title: 'Pie' }, base: { title: 'Cake' }, baseVersion: 10 }, at({ title: 20 })).kind).toBe(
      'fields',
    )
  })
  test('without a version is judged by what was seen', () => {
    expect(judge({ data: { title: 'Pie' }, base: { title: 'Cake' } }, at({ title: 20 }))).toMatchObject({
      clean: { title: 'Pie' },
    })
    expect(judge({ data: { title: 'Pie' }, base: { title: 'Tart' }, baseVersion: null }, at({})).kind).toBe('fields')
  })
  test('of which nothing is known counts as moved', () => {
    expect(judge({ data: { title: 'Pie' } }, at({})).contested).toEqual([
      { field: 'title', client: 'Pie', server: 'Cake' },
    ])
    expect(judge({ data: { title: 'Pie', place: 'Lawn' }, base: { place: 'Barn' } }, at({}))).toMatchObject({
      clean: { place: 'Lawn' },
      contested: [{ field: 'title' }],
    })
  })
  test('of a version the record never had is judged by what was seen', () => {
    expect(judge({ data: { title: 'Pie' }, baseVersion: 99 }, at({})).kind).toBe('fields')
    expect(judge({ data: { title: 'Pie' }, base: { title: 'Cake' }, baseVersion: 99 }, at({})).kind).toBeNull()
  })
  test('without a position of its own has moved with the record', () => {
    const stored = { ...at({ place: 20 }), fieldVersions: {} }
    expect(judge({ data: { title: 'Pie' }, baseVersion: 15 }, stored).kind).toBe('fields')
  })
  test('in two spellings of one moment is one value', () => {
    const stored = at({ seen: 20 }, { seen: '2026-06-20T15:30:00+00:00' })
    expect(judge({ data: { seen: '2026-06-20T15:30:00.000Z' }, baseVersion: 10 }, stored).agreed).toEqual(['seen'])
  })
  test('that no table has is a broken promise, not a conflict', () => {
    expect(() => judge({ data: { nonsense: 1 } }, at({}))).toThrow('no field nonsense')
  })
})

test('edits of different fields never disagree', () => {
  expect(judge({ data: { place: 'Lawn' }, baseVersion: 10 }, at({ title: 20, note: 21 })).kind).toBeNull()
})

describe('fields that only make sense together', () => {
  test('are contested together', () => {
    const found = judge(
      { data: { starts: '2026-06-20T17:00', minutes: 20, title: 'Pie' }, baseVersion: 10 },
      at({ starts: 20 }, { starts: '2026-06-20T18:00' }),
    )
    expect(found.contested.map(({ field }) => field)).toEqual(['starts', 'minutes'])
    expect(found.clean).toEqual({ title: 'Pie' })
  })
  test('are contested when somebody else moved only the other one', () => {
    const found = judge(
      { data: { minutes: 20 }, base: { minutes: 15 }, baseVersion: 10 },
      at({ starts: 20 }, { starts: '2026-06-20T18:00' }),
    )
    expect(found.contested).toEqual([{ field: 'minutes', base: 15, client: 20, server: 15 }])
  })
  test('agree when all that was wanted is there', () => {
    expect(
      judge({ data: { minutes: 20 }, baseVersion: 10 }, at({ starts: 20, minutes: 20 }, { minutes: 20 })).kind,
    ).toBeNull()
  })
  test('go in together when nobody touched either', () => {
    expect(judge({ data: { minutes: 20 }, baseVersion: 10 }, at({ title: 20 })).kind).toBeNull()
  })
  test('are judged by what was seen when no version is known', () => {
    expect(judge({ data: { minutes: 20 }, base: { minutes: 15 } }, at({ starts: 20 })).kind).toBeNull()
    expect(judge({ data: { minutes: 20 }, base: { minutes: 15, starts: '2026-06-20T10:00' } }, at({})).kind).toBe(
      'fields',
    )
  })
})

describe('phones under labels', () => {
  const base = { phones: { mobile: '+447700900001', office: '+447700900002' } }
  const others = { phones: { mobile: '+447700900001', office: '+447700900009' } }
  test('a new mobile and somebody else’s new office number both go in', () => {
    const found = judge(
      { data: { phones: { mobile: '+447700900005', office: '+447700900002' } }, base, baseVersion: 10 },
      at({ phones: 20 }, others),
    )
    expect(found).toMatchObject({ kind: null, clean: { phones: { mobile: '+447700900005', office: '+447700900009' } } })
  })
  test('two new mobiles disagree, an office number beside them goes in', () => {
    const found = judge(
      { data: { phones: { mobile: '+447700900005', office: '+447700900006' } }, base, baseVersion: 10 },
      at({ phones: 20 }, { phones: { mobile: '+447700900008', office: '+447700900002' } }),
    )
    expect(found.clean).toEqual({ phones: { mobile: '+447700900008', office: '+447700900006' } })
    expect(found.contested).toEqual([
      {
        field: 'phones',
        base: base.phones,
        client: { mobile: '+447700900005', office: '+447700900006' },
        server: { mobile: '+447700900008', office: '+447700900006' },
        keys: ['mobile'],
      },
    ])
  })
  test('[P11] two new mobiles in an action that waits: the office number beside them waits as well, on its author’s side', () => {
    const wanted = { mobile: '+447700900005', office: '+447700900006' }
    const stands = { mobile: '+447700900008', office: '+447700900002' }
    const found = judge(
      { data: { phones: wanted }, base, baseVersion: 10, groupId: 'an action' },
      at({ phones: 20 }, { phones: stands }),
    )
    expect(found.clean).toEqual({})
    expect(found.contested).toMatchObject([{ client: wanted, server: stands, keys: ['mobile', 'office'] }])
  })
  test('[P11] what of it stands there already is no part of what waits', () => {
    const wanted = { mobile: '+447700900005', office: '+447700900006' }
    const stands = { mobile: '+447700900008', office: '+447700900006' }
    const found = judge(
      { data: { phones: wanted }, base, baseVersion: 10, groupId: 'an action' },
      at({ phones: 20 }, { phones: stands }),
    )
    expect(found.contested).toMatchObject([{ client: wanted, server: stands, keys: ['mobile'] }])
  })
  test('two new mobiles alone leave nothing to write', () => {
    const found = judge(
      { data: { phones: { mobile: '+447700900005', office: '+447700900002' } }, base, baseVersion: 10 },
      at({ phones: 20 }, { phones: { mobile: '+447700900008', office: '+447700900002' } }),
    )
    expect(found.clean).toEqual({})
  })
  test('a number that was taken out against a new one disagrees', () => {
    const found = judge(
      { data: { phones: { mobile: '+447700900001' } }, base, baseVersion: 10 },
      at({ phones: 20 }, others),
    )
    expect(found.contested[0]).toMatchObject({ client: { mobile: '+447700900001' }, keys: ['office'] })
  })
  test('the same new number from both is no disagreement', () => {
    const found = judge(
      { data: { phones: { office: '+447700900009', mobile: '+447700900001' } }, base, baseVersion: 10 },
      at({ phones: 20 }, { phones: { ...others.phones, home: '+447700900011' } }),
    )
    expect(found).toMatchObject({ kind: null, agreed: ['phones'] })
  })
  test('are compared whole when nobody knows what was seen', () => {
    expect(
      judge({ data: { phones: {} }, baseVersion: 10 }, at({ phones: 20 }, others)).contested[0],
    ).not.toHaveProperty('keys')
  })
})

describe('deleting, restoring, creating', () => {
  test('an edit of something deleted waits for a person', () => {
    expect(judge({ data: { title: 'Pie' }, base: { title: 'Cake' }, baseVersion: 10 }, at({}, {}, true))).toMatchObject(
      { kind: 'edit_deleted', clean: {}, contested: [{ field: 'title', client: 'Pie', server: 'Cake' }] },
    )
  })
  test('deleting what somebody changed meanwhile waits for a person', () => {
    expect(
      judge({ action: 'delete', baseVersion: 10, base: { title: 'Cake' } }, at({ title: 20 }, { title: 'Tart' })),
    ).toMatchObject({
      kind: 'delete_edited',
      contested: [{ field: 'title', base: 'Cake', server: 'Tart' }],
    })
    expect(judge({ action: 'delete', baseVersion: 10 }, at({ title: 20 })).contested).toEqual([
      { field: 'title', server: 'Cake' },
    ])
    expect(judge({ action: 'delete' }, at({})).kind).toBe('delete_edited')
  })
  test('deleting what nobody touched is simply done, a second time too', () => {
    expect(judge({ action: 'delete', baseVersion: 10 }, at({})).kind).toBeNull()
    expect(judge({ action: 'delete', base: { title: 'Cake' } }, at({})).kind).toBeNull()
    expect(judge({ action: 'delete', baseVersion: 1 }, at({}, {}, true)).kind).toBeNull()
  })
  test('restoring what is gone is done; restoring what stands is an edit', () => {
    expect(judge({ action: 'restore', data: { title: 'Pie' } }, at({}, {}, true))).toMatchObject({
      kind: null,
      clean: { title: 'Pie' },
    })
    expect(judge({ action: 'restore', data: { title: 'Pie' }, baseVersion: 10 }, at({}))).toMatchObject({
      clean: { title: 'Pie' },
    })
  })
  test('creating the same thing twice is one thing, creating another under its id waits', () => {
    expect(judge({ action: 'create', data: fields }, at({})).kind).toBeNull()
    expect(judge({ action: 'create', data: { ...fields, title: 'Pie' } }, at({}))).toMatchObject({
      kind: 'create_exists',
      contested: [{ field: 'title' }],
    })
    expect(judge({ action: 'create', data: fields }, at({}, {}, true)).kind).toBe('create_exists')
  })
})

describe('the lines of a list', () => {
  const line = (id: string, says: string, done = false) => ({ id, text: says, done })
  const base = [line('a', 'Rings'), line('b', 'Vows'), line('c', 'Cake')]
  const judgeList = (lines: Json, now: Json) =>
    contestedFields({
      collection: lists,
      change: { action: 'update', data: { lines }, base: { lines: base }, baseVersion: 10 },
      stored: { version: 20, fields: { lines: now }, fieldVersions: { lines: 20 }, isDeleted: false },
    })
  test('only the line that both touched is contested; another one goes in', () => {
    const found = judgeList([line('a', 'Mine'), line('b', 'Mine'), line('c', 'Cake')], [line('a', 'Theirs'), base[1]!, line('c', 'Pie')]) // prettier-ignore
    const server = [line('a', 'Theirs'), line('b', 'Mine'), line('c', 'Pie')]
    expect(found).toEqual({
      kind: 'fields',
      clean: { lines: server },
      agreed: [],
      contested: [
        { field: 'lines', base, client: [line('a', 'Mine'), line('b', 'Mine'), line('c', 'Pie')], server, keys: ['a'] },
      ],
    })
  })
  test('[P13] a line that was taken away and altered stands behind all that stand', () => {
    const wanted = [line('a', 'Mine'), line('new', 'New'), line('b', 'Vows'), line('c', 'Cake')]
    const [field] = judgeList(wanted, [base[1]!, base[2]!]).contested
    expect(field!.server).toEqual([base[1], base[2], line('new', 'New')])
    expect(field!.client).toEqual([base[1], base[2], line('new', 'New'), line('a', 'Mine')])
  })
  test('what both did alike is no disagreement, and leaves the others as they are', () => {
    expect(judgeList([line('a', 'Both'), base[1]!, base[2]!], [line('a', 'Both'), line('b', 'Theirs'), base[2]!])).toEqual({ kind: null, clean: {}, agreed: ['lines'], contested: [] }) // prettier-ignore
  })
  test('whoever moves them about means the order of all of them', () => {
    const moved = [base[2]!, base[1]!, base[0]!]
    const now = [line('a', 'Theirs'), base[1]!, base[2]!, line('d', 'New')]
    const client = [base[2], base[1], line('a', 'Theirs'), line('d', 'New')]
    expect(judgeList(moved, now)).toEqual({
      kind: 'fields',
      clean: {},
      agreed: [],
      contested: [{ field: 'lines', base, client, server: now }],
    })
  })
  test.each([
    ['nobody knows what they saw', base, undefined],
    ['what they saw was no list', base, 'odd'],
    ['what stands is no list', 'odd', base],
  ] as const)('are compared whole where %s', (_, now, seen) => {
    const wanted = [line('a', 'Mine')]
    const stands = now === base ? [line('b', 'Theirs')] : now
    const found = contestedFields({
      collection: lists,
      change: { action: 'update', data: { lines: wanted }, base: seen === undefined ? {} : { lines: seen as Json }, baseVersion: 10 }, // prettier-ignore
      stored: { version: 20, fields: { lines: stands }, fieldVersions: { lines: 20 }, isDeleted: false },
    })
    expect(found.contested).toHaveLength(1)
    expect(found.contested[0]).toMatchObject({ client: wanted })
    expect(found.contested[0]).not.toHaveProperty('keys')
    expect(found.clean).toEqual({})
  })
})

test('a change that names nothing beside what stands says exactly so', () => {
  const none = { kind: null, clean: {}, agreed: [], contested: [] }
  expect(judge({ action: 'delete', baseVersion: 10 }, at({}))).toEqual(none)
  expect(judge({ action: 'delete', baseVersion: 1 }, at({}, {}, true))).toEqual(none)
  expect(judge({ action: 'restore', data: {} }, at({}, {}, true))).toEqual(none)
  const { title, ...others } = fields
  expect(judge({ action: 'create', data: { ...others, title: 'Pie' } }, at({}))).toEqual({
    ...{ kind: 'create_exists', clean: {}, agreed: [] },
    contested: [{ field: 'title', client: 'Pie', server: title }],
  })
  expect(judge({ action: 'create', data: fields }, at({}))).toEqual({ ...none, agreed: Object.keys(fields) })
  expect(judge({ action: 'delete', baseVersion: 10, base: {} }, at({ title: 20 }))).toMatchObject({ clean: {}, agreed: [] }) // prettier-ignore
  expect(judge({ data: { title: 'Pie' } }, at({}, {}, true))).toMatchObject({ agreed: [] })
})

test('of two that belong together and of which one stands so already, the other is still contested', () => {
  const found = judge(
    { data: { starts: '2026-06-20T17:00', minutes: 20 }, baseVersion: 10 },
    at({ starts: 20, minutes: 20 }, { starts: '2026-06-20T17:00', minutes: 30 }),
  )
  expect(found.contested.map(({ field }) => field)).toEqual(['starts', 'minutes'])
})
