import { expect, test } from 'vitest'
import { people, tasks, yesterday } from '../testing/versions.ts'
import { recordAsFarAsKnown, recordMeant, recordTold, wholeRecordTold } from './translate-record.ts'

const rosa = '30000000-0000-4000-8000-00000000000a'
const cake = {
  title: 'Cake',
  place: 'Barn',
  status: 'doing',
  phones: { mobile: '+441111111', van: '+442222222' },
  owner: rosa,
  keeper: rosa,
  pressing: true,
}
const cakeThen = { title: 'Cake', room: 'Barn', done: false, mobile: '+441111111', helper: rosa }
const everything = () => true
const nothing = () => false

test('an older phone is shown what it knows, in its own words, and nothing else', () => {
  expect(recordTold(yesterday(), 'tasks', cake)).toEqual(cakeThen)
  expect(recordTold(yesterday(), 'tasks', { status: 'dropped' })).toEqual({ done: true })
  expect(recordTold(yesterday(), 'tasks', { phones: { van: '+442222222' } })).toEqual({ mobile: null })
})

test('a whole record comes with what that phone still has of fields that are gone', () => {
  expect(wholeRecordTold(yesterday(), 'tasks', cake)).toEqual({ ...cakeThen, colour: 'red' })
  expect(wholeRecordTold(yesterday(), 'people', { name: 'Rosa' })).toEqual({ name: 'Rosa' })
})

test('a phone hears nothing of a table it never knew', () => {
  expect(recordTold(yesterday(), 'papers', { name: 'Plan' })).toBeNull()
  expect(wholeRecordTold(yesterday(), 'papers', { name: 'Plan' })).toBeNull()
})

test('a table that is what it was is told as it stands', () => {
  const person = { name: 'Rosa' }
  expect(recordTold(yesterday(), 'people', person)).toBe(person)
  expect(recordMeant(yesterday(), people, person, everything)).toBe(person)
})

test('an old record says in today’s words what it said then; what nobody knew then has its default', () => {
  const old = { ...cakeThen, done: true, helper: rosa.toUpperCase(), colour: 'blue' }
  const meant = { title: 'Cake', place: 'Barn', status: 'done', phones: { mobile: '+441111111' }, owner: rosa }
  expect(recordMeant(yesterday(), tasks, old, everything)).toEqual({ ...meant, keeper: null, pressing: true })
  expect(recordMeant(yesterday(), tasks, old, (name) => name === 'pressing')).toEqual({ ...meant, pressing: true })
  expect(recordMeant(yesterday(), tasks, old, nothing)).toEqual(meant)
})

test('names of today in an old record were nobody’s then, and say nothing', () => {
  expect(recordMeant(yesterday(), tasks, { title: 'Cake', place: 'Barn', keeper: rosa }, nothing)).toEqual({
    title: 'Cake',
  })
})

test('of a record in words that nobody here knows, what fits stays and the rest has its default', () => {
  const strange = { title: 7, place: 'Barn', status: 'later', phones: null, owner: rosa.toUpperCase(), smell: 'sweet' }
  const known = { title: null, place: 'Barn', status: 'open', phones: {}, owner: rosa }
  expect(recordAsFarAsKnown(tasks, strange, nothing)).toEqual(known)
  expect(recordAsFarAsKnown(tasks, strange, everything)).toEqual({ ...known, keeper: null, pressing: true })
})

test('a field that a computer takes for its own is not taken for one of the record', () => {
  expect(recordAsFarAsKnown(tasks, Object.create({ title: 'Cake' }) as typeof cake, nothing)).toEqual({})
})
