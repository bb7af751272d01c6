import { type JsonObject } from '@wedsync/protocol'
import { describe, expect, test } from 'vitest'
import { readBase, readData } from './read-data.ts'
import { items, weddingId, weddings } from './testing/tables.ts'

const whole = { client_id: weddingId.toUpperCase(), title: 'Cake' }

test('a new record comes back whole: canonical, with everything it did not say', () => {
  const read = readData(items, 'create', whole)
  expect(read).toMatchObject({
    ok: true,
    data: { client_id: weddingId, title: 'Cake', minutes: 15, phones: {}, place: null },
  })
  expect(read.ok && Object.keys(read.data).sort()).toEqual([...items.fieldNames].sort())
})

test('an empty field in a new record means the same as none, as news spells it', () => {
  expect(readData(items, 'create', { ...whole, minutes: null, place: null })).toEqual(readData(items, 'create', whole))
})

test('an update says only what it changes', () => {
  expect(readData(items, 'update', { seen: '2026-06-20T15:30:00+01:00', place: null })).toEqual({
    ok: true,
    data: { seen: '2026-06-20T14:30:00.000Z', place: null },
  })
})

test('a delete carries nothing, a restore what it changes', () => {
  expect(readData(items, 'delete', { title: 'x' })).toEqual({ ok: true, data: {} })
  expect(readData(items, 'restore', { title: 'x' })).toEqual({ ok: true, data: { title: 'x' } })
})

test('everything that is wrong is listed, not only the first', () => {
  expect(readData(items, 'create', { title: null, minutes: -1, nonsense: 1 })).toEqual({
    ok: false,
    problems: [
      { field: 'minutes', code: 'invalid_value', message: 'This must lie between 0 and 600.' },
      { field: 'nonsense', code: 'unknown_field', message: 'There is no such field.' },
      { field: 'client_id', code: 'missing_field', message: 'This is needed.' },
      { field: 'title', code: 'missing_field', message: 'This is needed.' },
    ],
  })
})

test('a field that needs a value cannot be emptied', () => {
  expect(readData(items, 'update', { title: null })).toMatchObject({
    problems: [{ field: 'title', code: 'invalid_value' }],
  })
  expect(readData(items, 'update', { minutes: null })).toMatchObject({
    problems: [{ field: 'minutes', code: 'invalid_value' }],
  })
})

test.each(['__proto__', 'constructor', 'prototype', 'toString'])(
  '%s is a field nobody declared, and touches nothing',
  (name) => {
    const data = JSON.parse(`{"title":"Cake","${name}":{"polluted":true}}`) as JsonObject
    expect(readData(items, 'update', data)).toMatchObject({
      ok: false,
      problems: [{ field: name, code: 'unknown_field' }],
    })
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  },
)

describe('a record stays in the wedding it was made in', () => {
  test('another wedding is refused, the same one says nothing new', () => {
    const moved = { client_id: weddingId }
    expect(readData(items, 'update', moved)).toMatchObject({
      problems: [{ field: 'client_id', code: 'invalid_value' }],
    })
    expect(readData(items, 'update', moved, { scope: weddingId })).toEqual({ ok: true, data: {} })
    expect(readData(items, 'update', { client_id: 7 }, { scope: weddingId })).toMatchObject({ ok: false })
  })
  test('a wedding belongs to itself', () => {
    const data = { names: 'A & B', client_id: weddingId.toUpperCase() }
    expect(readData(weddings, 'create', data, { id: weddingId })).toEqual({ ok: true, data: { names: 'A & B' } })
    expect(readData(weddings, 'create', data, { id: weddingId.replace('1', '2') })).toMatchObject({ ok: false })
    expect(readData(weddings, 'create', { names: 'A & B', client_id: 5 })).toMatchObject({ ok: false })
    expect(readData(weddings, 'create', { names: 'A & B' })).toMatchObject({ ok: true })
  })
})

test('what a person saw is compared in the one spelling; what is no field is left out', () => {
  expect(readBase(items, { seen: '2026-06-20T15:30:00Z', minutes: 'odd', place: null, nonsense: 1 })).toEqual({
    seen: '2026-06-20T15:30:00.000Z',
    minutes: 'odd',
    place: null,
  })
  expect(readBase(items, null)).toEqual({})
})

test('what was given once stays, whichever way it is written and whatever is done to the record', () => {
  const stays = { field: 'client_id', code: 'invalid_value', message: 'This is given once, when the record is made, and stays.' } // prettier-ignore
  expect(readData(items, 'update', { client_id: weddingId })).toEqual({ ok: false, problems: [stays] })
  expect(readData(items, 'update', { client_id: weddingId.replace('1', '2') }, { scope: weddingId })).toEqual({
    ...{ ok: false, problems: [stays] },
  })
  expect(readData(items, 'update', { client_id: weddingId.toUpperCase() }, { scope: weddingId })).toMatchObject({
    ok: true,
  })
  expect(readData(items, 'restore', { client_id: null }, { scope: null })).toEqual({ ok: true, data: {} })
})

test('a field that is empty where it must not be says so, and a new record tells what it still needs', () => {
  expect(readData(items, 'update', { title: null })).toEqual({
    ...{ ok: false, problems: [{ field: 'title', code: 'invalid_value', message: 'This cannot be empty.' }] },
  })
  // told once: it does not fit, and so is not missing as well
  expect(readData(items, 'create', { client_id: weddingId, title: ' ' })).toEqual({
    ...{ ok: false, problems: [{ field: 'title', code: 'invalid_value', message: 'This must not be empty.' }] },
  })
  expect(readData(items, 'update', {})).toEqual({ ok: true, data: {} })
})

test('only the table of weddings knows that a wedding belongs to itself', () => {
  const itself = { field: 'client_id', code: 'invalid_value', message: 'A wedding belongs to itself.' }
  const stranger = { names: 'A & B', client_id: weddingId.replace('1', '2') }
  expect(readData(weddings, 'create', stranger, { id: weddingId })).toEqual({ ok: false, problems: [itself] })
  expect(readData(weddings, 'update', { wedding_id: weddingId }, { id: weddingId })).toMatchObject({
    problems: [{ field: 'wedding_id', code: 'unknown_field' }],
  })
  expect(readData(weddings, 'create', { ...stranger, client_id: weddingId }, { id: weddingId.toUpperCase() })).toEqual({
    ...{ ok: true, data: { names: 'A & B' } },
  })
})

test('an id is the same id in capitals', () => {
  const [small, large] = ['10000000-0000-4000-8000-00000000abcd', '10000000-0000-4000-8000-00000000ABCD']
  expect(readData(items, 'update', { client_id: large }, { scope: small })).toEqual({ ok: true, data: {} })
  for (const [client_id, id] of [
    [small, large],
    [large, small],
  ] as const)
    // prettier-ignore
    expect(readData(weddings, 'create', { names: 'A & B', client_id }, { id })).toMatchObject({ ok: true })
  // a wedding that has no id yet belongs to whichever it says
  expect(readData(weddings, 'create', { names: 'A & B', client_id: small })).toMatchObject({ ok: true })
})

test('what does not fit is told once, however much else does not', () => {
  expect(readData(items, 'create', { client_id: weddingId, title: ' ', minutes: -1 })).toMatchObject({
    problems: [{ field: 'title', code: 'invalid_value' }, { field: 'minutes', code: 'invalid_value' }], // prettier-ignore
  })
})
