// A history that contradicts itself stops the start, and says where; one that does not is composed over as many steps as it has.
import { describe, expect, test } from 'vitest'
import { bool, collection, labels, longText, oneOf, scalar, text } from '../index.ts'
import { added, schemaHistory, type Step } from './schema-history.ts'
import { recordTold, wholeRecordTold } from './translate-record.ts'
import { editMeant, writesIntoGone } from './translate-edit.ts'
import { oneLabel, removed, renamed, respelled } from './wording.ts'

const team = ['planner']
const everything = {
  scope: 'organization',
  createdBy: team,
  deletedBy: team,
  audience: [{ roles: team, where: { is: 'any' } }],
} as const
const items = collection(
  'items',
  {
    title: text({ max: 100 }).required().merges(scalar),
    note: longText().merges(scalar),
    status: oneOf('open', 'doing', 'done').byDefault('open').merges(scalar),
    phones: labels().byDefault({}).merges(scalar),
  },
  everything,
)
const historyOf = (...steps: Step[]) => schemaHistory({ current: steps.length, collections: [items], steps })
const faultsOf = (sayings: NonNullable<Step['tables']>[string]) => () => historyOf({ tables: { items: sayings } })

type Case = [what: string, sayings: NonNullable<Step['tables']>[string], says: string]

describe('a step that contradicts the tables stops the start:', () => {
  test.each<Case>([
    ['a field that is not there', { name: renamed('nothing') }, 'there is no field nothing'],
    ['a field told twice', { name: renamed('title'), label: renamed('title') }, 'title is told twice'],
    ['two fields of one name', { note: renamed('title') }, 'two fields were called note'],
    ['a required field that was added', { title: added }, 'title was added, so it cannot be required'],
    ['a word that is told by none', { done: respelled('status', bool(), [[false, 'open'], [true, 'done']]) }, 'the word "doing" is told 0 times'], // prettier-ignore
    ['a word that nobody has', { done: respelled('status', bool(), [[false, 'open', 'doing', 'late'], [true, 'done']]) }, 'there is no word "late"'], // prettier-ignore
    [
      'a text in words',
      { note: respelled('note', text({ max: 9 }), []) },
      'only a field of a few words can be respelled',
    ],
    ['a label of what has none', { name: oneLabel('title', 'mobile') }, 'only what holds labels can take one of them'],
    ['a field that is gone and was required', { colour: removed(text({ max: 9 }).required()) }, 'cannot be required'],
    [
      'a field that is gone under a name that is taken',
      { note: removed(text({ max: 9 })) },
      'two fields were called note',
    ],
  ])('%s', (_what, sayings, says) => {
    expect(faultsOf(sayings)).toThrow(says)
  })

  test('a table that is not there, and more steps than are told', () => {
    expect(() => historyOf({ newTables: ['nowhere'] })).toThrow('there is no table nowhere')
    expect(() => schemaHistory({ current: 3, collections: [items], steps: [{}], stepsBack: 2 })).toThrow('2 steps back')
  })
})

test('two steps back cost as much as one: what each said otherwise is one saying', () => {
  const { past } = historyOf(
    { tables: { items: { label: renamed('name'), paint: renamed('colour') } } },
    {
      tables: {
        items: { name: renamed('title'), colour: removed(text({ max: 9 })), phone: oneLabel('phones', 'mobile') },
      },
    },
  )
  const oldest = past(0)!
  expect(oldest.collections.get('items')!.fieldNames).toEqual(['label', 'note', 'status', 'phone', 'paint'])
  const record = { title: 'Cake', note: null, status: 'open', phones: { mobile: '+441111111', van: '+442222222' } }
  const told = { label: 'Cake', note: null, status: 'open', phone: '+441111111' }
  expect(recordTold(oldest, 'items', record)).toEqual(told)
  expect(wholeRecordTold(oldest, 'items', record)).toEqual({ ...told, paint: null })
  const edit = {
    action: 'update',
    data: { label: 'Torte', phone: '+443333333' },
    base: { label: 'Cake', phone: '+441111111' },
  } as const
  expect(editMeant(oldest, 'items', edit, { fields: record, hasMoved: () => true })).toEqual({
    data: { title: 'Torte', phones: { mobile: '+443333333', van: '+442222222' } },
    base: { title: 'Cake', phones: { mobile: '+441111111', van: '+442222222' } },
  })
  expect(writesIntoGone(oldest, 'items', { action: 'update', data: { paint: 'red' } })).toBe('paint')
})
