// A history that contradicts itself stops the start, and says where; one that does not is composed over as many steps as it has.
import { describe, expect, test } from 'vitest'
import { bool, collection, labels, longText, oneOf, scalar, text } from '../index.ts'
import { added, noHistory, schemaHistory, type Step } from './schema-history.ts'
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

describe('what one step back said otherwise and the step before that again', () => {
  const wide = text({ max: 30 })
  const { past, current, oldest } = historyOf(
    {
      tables: {
        items: {
          label: renamed('name'),
          remark: added,
          paint: renamed('colour'),
          shape: added,
          size: removed(wide, { shown: 'small' }),
        },
      },
    },
    {
      tables: {
        items: {
          name: renamed('title'),
          remark: renamed('note'),
          colour: removed(wide, { shown: 'red' }),
          shape: removed(wide),
          smell: removed(wide),
        },
      },
    },
  )
  const [first, second] = [past(0)!, past(1)!]

  test('leads each version to its own names', () => {
    expect([current, oldest]).toEqual([2, 0])
    expect([first.version, second.version, past(2), past(-1)]).toEqual([0, 1, null, null])
    expect(second.collections.get('items')!.fieldNames).toEqual([
      ...['name', 'remark', 'status', 'phones', 'colour', 'shape', 'smell'],
    ])
    expect(first.collections.get('items')!.fieldNames).toEqual(['label', 'status', 'phones', 'paint', 'smell', 'size'])
  })

  test('a field that was added between was unknown before, under whichever name', () => {
    const words = first.wordsOf('items')!
    expect([...words.byNew].map(([name, wording]) => [name, wording?.was ?? null])).toEqual([
      ...[['title', 'label'], ['note', null]], // prettier-ignore
    ])
    expect([...words.byOld.keys()]).toEqual(['label'])
    expect(recordTold(first, 'items', { title: 'Cake', note: 'x', status: 'open' })).toEqual({
      ...{ label: 'Cake', status: 'open' },
    })
  })

  test('a field that is gone is gone for every version that had it, and shown to it alone', () => {
    const shown = (schema: typeof first) => [...schema.wordsOf('items')!.gone].map(([name, gone]) => [name, gone.shown])
    expect(shown(second)).toEqual([['colour', 'red'], ['shape', null], ['smell', null]]) // prettier-ignore
    expect(Object.fromEntries(shown(first))).toEqual({ size: 'small', smell: null, paint: 'red' })
  })
})

test('what a removed field showed is shown in the words of the version before', () => {
  const { past } = historyOf(
    { tables: { items: { is_red: respelled('colour', bool(), [[true, 'red'], [false, 'blue']]) } } }, // prettier-ignore
    { tables: { items: { colour: removed(oneOf('red', 'blue'), { shown: 'red' }) } } },
  )
  expect(past(0)!.wordsOf('items')!.gone.get('is_red')).toMatchObject({ shown: true, held: { kind: 'bool' } })
})

test('a later saying holds for every version before it that says nothing of the field', () => {
  const { past } = historyOf({ tables: { items: { remark: renamed('note') } } }, { tables: { items: { name: renamed('title') } } }) // prettier-ignore
  expect(recordTold(past(0)!, 'items', { title: 'Cake', note: 'x' })).toEqual({ name: 'Cake', remark: 'x' })
  expect(recordTold(past(1)!, 'items', { title: 'Cake', note: 'x' })).toEqual({ name: 'Cake', note: 'x' })
})

test('a table of which nothing was said otherwise has no words of its own, and a new one was not there', () => {
  const other = collection('others', { title: text({ max: 9 }) }, everything)
  const { past, oldest } = schemaHistory({
    ...{ current: 2, collections: [items, other], stepsBack: 1 },
    steps: [{}, { newTables: ['others'], tables: { items: { name: renamed('title') } } }],
  })
  expect(oldest).toBe(1)
  expect(past(1)!.wordsOf('others')).toBeNull()
  expect(past(1)!.wordsOf('nowhere')).toBeNull()
  expect([...past(0)!.collections.keys()]).toEqual(['items'])
  expect(past(0)!.wordsOf('items')!.byOld.has('name')).toBe(true)
  expect(historyOf({}).past(0)!.wordsOf('items')).toBeNull()
  expect(noHistory(7)).toMatchObject({ current: 7, oldest: 7 })
  expect(noHistory(7).past(6)).toBeNull()
})

test('what stops the start says which version and which table it is about', () => {
  expect(faultsOf({ name: renamed('nothing') })).toThrow('version 0, items: there is no field nothing')
  expect(() => historyOf({ tables: { nowhere: {} } })).toThrow('version 0: there is no table nowhere to say otherwise')
  expect(faultsOf({ title: added, name: renamed('title') })).toThrow('version 0, items: title was added, so it cannot be required') // prettier-ignore
  expect(faultsOf({ note: added, remark: renamed('note') })).toThrow('version 0, items: note is told twice')
  expect(faultsOf({ colour: removed(oneOf('red').byDefault('red')) })).toThrow(
    'version 0, items: colour: show its default in its place',
  )
  expect(faultsOf({ colour: removed(oneOf('red'), { shown: 'blue' }) })).toThrow(
    'version 0, items: colour: it cannot hold what is shown in its place',
  )
  expect(faultsOf({ colour: removed(oneOf('red').byDefault('red'), { shown: 'red' }) })).not.toThrow()
  expect(faultsOf({ colour: removed(text({ max: 9 }).required(), { shown: 'red' }) })).toThrow(
    'version 0, items: colour: what is no longer kept cannot be required',
  )
  expect(faultsOf({ is: oneLabel('note', 'mobile') })).toThrow(
    'version 0, items: is: only what holds labels can take one of them',
  )
})

test('one field of another name and one that is gone are two things said otherwise', () => {
  const words = historyOf({ tables: { items: { name: renamed('title'), colour: removed(text({ max: 9 })) } } })
    .past(0)!
    .wordsOf('items')!
  expect([...words.byOld.keys(), ...words.gone.keys()]).toEqual(['name', 'colour'])
})
