// What a person did on an older phone, in today's words. A task is done there or not; today it is open, doing, done or dropped.
import { type Action, type Json, type JsonObject } from '@wedsync/protocol'
import { describe, expect, test } from 'vitest'
import { yesterday } from '../testing/versions.ts'
import { editMeant, intentsMeant, nameMeant, nameTold, writesIntoGone } from './translate-edit.ts'

const rosa = '30000000-0000-4000-8000-00000000000a'
const edit = (data: JsonObject, base?: JsonObject, action: Action = 'update') => ({
  action,
  data,
  ...(base && { base }),
})

/** The edit over a record that holds this; moved: somebody changed it since the person looked. */
const over = (fields: JsonObject, { moved = false } = {}) => ({ fields, hasMoved: () => moved })

test('an edit of a table that is what it was is taken as it is', () => {
  const named = edit({ name: 'Rosa' }, { name: 'Ros' })
  expect(editMeant(yesterday(), 'people', named)).toStrictEqual({ data: named.data, base: named.base })
  expect(editMeant(yesterday(), 'people', edit({ name: 'Rosa' }))).toStrictEqual({ data: { name: 'Rosa' } })
})

test('names and values are understood in today’s words, what the person wanted and what they saw', () => {
  const then = { title: 'Cake', room: 'Barn', done: true, mobile: '+441111111', helper: rosa.toUpperCase() }
  const now = { title: 'Cake', place: 'Barn', status: 'done', phones: { mobile: '+441111111' } }
  expect(editMeant(yesterday(), 'tasks', edit({ room: 'Lawn', done: false }, then))).toStrictEqual({
    data: { place: 'Lawn', status: 'open' },
    base: { ...now, owner: rosa },
  })
  expect(editMeant(yesterday(), 'tasks', edit({ room: 'Lawn' }))).toStrictEqual({ data: { place: 'Lawn' } })
})

test('what is no longer kept is neither wanted nor seen, and names of today were nobody’s then', () => {
  const seen = { colour: 'red', keeper: rosa, place: 'Barn', title: 'Cake' }
  expect(editMeant(yesterday(), 'tasks', edit({ colour: 'blue', title: 'Pie' }, seen))).toEqual({
    data: { title: 'Pie' },
    base: { title: 'Cake' },
  })
})

describe('[P4] what an old phone could not see is neither taken for seen nor written over', () => {
  const untouched = edit({ done: false }, { done: false })
  const ticked = edit({ done: true }, { done: false })
  const unticked = edit({ done: false }, { done: true })
  const seenIn = (made: { base?: JsonObject }): Json | undefined => made.base!['status']

  test('a box that nobody touched leaves the task as it stands', () => {
    expect(editMeant(yesterday(), 'tasks', untouched, over({ status: 'doing' }))).toEqual({
      data: { status: 'doing' },
      base: { status: 'doing' },
    })
    expect(editMeant(yesterday(), 'tasks', untouched, over({ status: 'doing' }, { moved: true }))).toEqual({
      data: { status: 'doing' },
      base: { status: 'doing' },
    })
  })

  test('a ticked box that nobody touched leaves a task dropped, which their phone has no word for', () => {
    const ticked = edit({ done: true }, { done: true })
    expect(editMeant(yesterday(), 'tasks', ticked, over({ status: 'dropped' }))).toEqual({
      data: { status: 'dropped' },
      base: { status: 'dropped' },
    })
  })

  test('a box that nobody touched is an old sight of the task where somebody else ticked it meanwhile', () => {
    expect(editMeant(yesterday(), 'tasks', untouched, over({ status: 'done' }, { moved: true }))).toEqual({
      data: { status: 'open' },
      base: { status: 'open' },
    })
  })

  test('a box that was sent without what the person saw goes in as it was written', () => {
    expect(editMeant(yesterday(), 'tasks', edit({ done: false }), over({ status: 'doing' }))).toEqual({
      data: { status: 'doing' },
    })
    expect(editMeant(yesterday(), 'tasks', edit({ done: true }), over({ status: 'doing' }))).toEqual({
      data: { status: 'done' },
    })
    expect(editMeant(yesterday(), 'tasks', edit({ done: true }), over({ status: 'dropped' }))).toEqual({
      data: { status: 'done' },
    })
  })

  test('who ticks a task that did not move saw it as it stands', () => {
    expect(editMeant(yesterday(), 'tasks', ticked, over({ status: 'doing' }))).toEqual({
      data: { status: 'done' },
      base: { status: 'doing' },
    })
  })

  test('who ticks a task that moved saw it only as their phone could tell', () => {
    expect(seenIn(editMeant(yesterday(), 'tasks', ticked, over({ status: 'doing' }, { moved: true })))).toBe('open')
    // open or doing: nobody can say which of the two they saw
    expect(editMeant(yesterday(), 'tasks', ticked, over({ status: 'open' }, { moved: true }))).toStrictEqual({
      ...{ data: { status: 'done' }, base: {} },
    })
    // done can only have been done
    expect(seenIn(editMeant(yesterday(), 'tasks', unticked, over({ status: 'done' }, { moved: true })))).toBe('done')
  })

  test('a word that their phone has none for was not what they saw', () => {
    expect(seenIn(editMeant(yesterday(), 'tasks', unticked, over({ status: 'dropped' })))).toBe('done')
    expect(seenIn(editMeant(yesterday(), 'tasks', ticked, over({ status: 'done' })))).toBe('open')
  })

  test('a field that does not stand there is understood as if nothing were known', () => {
    expect(editMeant(yesterday(), 'tasks', ticked, over({}))).toEqual({
      data: { status: 'done' },
      base: { status: 'open' },
    })
  })

  test('no phone number is what they saw, where none stands', () => {
    const update = edit({ mobile: '+441111111' }, { mobile: null })
    expect(editMeant(yesterday(), 'tasks', update, over({}))).toEqual({
      data: { phones: { mobile: '+441111111' } },
      base: { phones: {} },
    })
    expect(editMeant(yesterday(), 'tasks', edit({}, { mobile: null }, 'delete'), over({}))).toEqual({
      data: {},
      base: { phones: {} },
    })
  })

  test('a new mobile leaves the number of the van in place', () => {
    const mobile = edit({ mobile: '+441111112' }, { mobile: '+441111111' })
    const stands = over({ phones: { mobile: '+441111113', van: '+442222222' } }, { moved: true })
    expect(editMeant(yesterday(), 'tasks', mobile, stands)).toEqual({
      data: { phones: { mobile: '+441111112', van: '+442222222' } },
      base: { phones: { mobile: '+441111111', van: '+442222222' } },
    })
    const taken = edit({ mobile: null }, { mobile: '+441111113' })
    expect(editMeant(yesterday(), 'tasks', taken, stands)).toEqual({
      data: { phones: { van: '+442222222' } },
      base: { phones: { mobile: '+441111113', van: '+442222222' } },
    })
  })

  test('who deletes a task that looks as it did has seen all there is to see', () => {
    const gone = edit({}, { done: false }, 'delete')
    expect(seenIn(editMeant(yesterday(), 'tasks', gone, over({ status: 'doing' })))).toBe('doing')
    expect(
      seenIn(editMeant(yesterday(), 'tasks', edit({}, { done: true }, 'delete'), over({ status: 'dropped' }))),
    ).toBe('dropped')
    // it moved, and the phone could not show that
    expect(seenIn(editMeant(yesterday(), 'tasks', gone, over({ status: 'doing' }, { moved: true })))).toBe('open')
    const dropped = over({ status: 'dropped' }, { moved: true })
    expect(seenIn(editMeant(yesterday(), 'tasks', edit({}, { done: true }, 'delete'), dropped))).toBe('done')
  })

  test('a sight that cannot have been one is none, and an empty one is empty', () => {
    expect(editMeant(yesterday(), 'tasks', edit({}, { done: 'perhaps', title: 'Cake' }))).toEqual({
      data: {},
      base: { title: 'Cake' },
    })
    expect(editMeant(yesterday(), 'tasks', edit({}, { room: null, helper: null }))).toEqual({
      data: {},
      base: { place: null, owner: null },
    })
  })
})

test('what somebody writes into a field that is no more is told back to them', () => {
  const into = (data: JsonObject, base?: JsonObject, action: Action = 'update') =>
    writesIntoGone(yesterday(), 'tasks', edit(data, base, action))
  expect(into({ colour: 'blue' })).toBe('colour')
  expect(into({ colour: 'blue' }, { colour: 'red' })).toBe('colour')
  expect(into({ colour: null })).toBe('colour')
  // as it was shown, or as they had it before: nothing was written
  expect(into({ colour: 'red' })).toBeNull()
  expect(into({ colour: 'blue' }, { colour: 'blue' })).toBeNull()
  expect(into({ title: 'Cake' })).toBeNull()
  expect(into({ colour: 'blue' }, undefined, 'delete')).toBeNull()
  expect(writesIntoGone(yesterday(), 'people', edit({ colour: 'blue' }))).toBeNull()
})

test('fields are named in the words of whoever speaks of them', () => {
  expect(['room', 'title', 'colour'].map((name) => nameMeant(yesterday(), 'tasks', name))).toEqual([
    ...['place', 'title', 'colour'],
  ])
  expect(nameMeant(yesterday(), 'people', 'room')).toBe('room')
  expect(['place', 'title', 'keeper'].map((name) => nameTold(yesterday(), 'tasks', name))).toEqual([
    ...['room', 'title', null],
  ])
  expect(nameTold(yesterday(), 'people', 'place')).toBe('place')
  const intents = { room: 'keep', title: 'keep' } as unknown as Parameters<typeof intentsMeant>[2]
  expect(intentsMeant(yesterday(), 'tasks', intents)).toEqual({ place: 'keep', title: 'keep' })
  expect(intentsMeant(yesterday(), 'tasks', undefined)).toBeUndefined()
})
