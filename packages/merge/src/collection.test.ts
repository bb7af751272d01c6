import { describe, expect, test } from 'vitest'
import { collection } from './collection.ts'
import { collections } from './collections.ts'
import { BrokenDeclaration, levelOf, wordsFor } from './declaration.ts'
import { safeSet } from './rules/safe-set.ts'
import { set } from './rules/set.ts'
import { stages } from './rules/stages.ts'
import { listOf } from './structured-values.ts'
import { items, weddings } from './testing/tables.ts'
import { id, idOf, int, labels, oneOf, text } from './values.ts'

const faultsOf = (declare: () => unknown): readonly string[] => {
  try {
    declare()
  } catch (error) {
    if (error instanceof BrokenDeclaration) return error.faults
  }
  return []
}

test('a table keeps its fields in the order they were declared, and knows no others', () => {
  expect(items.fieldNames.slice(0, 3)).toEqual(['client_id', 'title', 'place'])
  expect(items.requiredNames).toEqual(['client_id', 'title'])
  expect(items.defaults).toMatchObject({ minutes: 15, phones: {}, place: null })
  expect(items.groups.get('schedule')).toEqual(['starts', 'minutes'])
  for (const name of ['__proto__', 'constructor', 'toString']) expect(items.fieldOf(name)).toBeNull()
})

test('what a create has to say, and what it gets where it says nothing', () => {
  const { requiredNames, defaults } = collection(
    'things',
    { title: text({ max: 9 }).required(), place: text({ max: 9 }), minutes: int().byDefault(15) },
    { scope: 'organization' },
  )
  expect([requiredNames, defaults]).toEqual([['title'], { place: null, minutes: 15 }])
})

test('what a page does not say is nobody’s, and nothing presses', () => {
  const plain = collection('things', { title: text({ max: 9 }) }, { scope: 'organization' })
  expect(plain).toMatchObject({
    ...{ name: 'things', scope: 'organization', isScope: false, requiredNames: [], defaults: { title: null } },
    ...{
      audience: [],
      createdBy: [],
      updatedBy: null,
      deletedBy: [],
      refersTo: {},
      unique: [],
      writtenWhere: [],
      wholeWeighs: 'high',
      awaitedBy: null,
    },
  })
  expect([
    plain.begins({}),
    plain.criticalIn({}),
    plain.raises({}, { scopeRecord: null, contested: [], at: null, dependants: 0 }),
  ]).toEqual([null, [], null])
  expect([weddings.isScope, plain.groups.size]).toEqual([true, 0])
})

test('a field is spoken of in its own words, else by its name', () => {
  expect(wordsFor(items, 'client_id')).toBe('the wedding')
  expect(wordsFor(items, 'place')).toBe('the place')
  expect(wordsFor(items, 'planned_start_time')).toBe('the planned start time')
})

test('the start of an item whose time is fixed is critical, of another it is not', () => {
  expect(levelOf(items, 'starts', { fixed: true })).toBe('critical')
  expect(levelOf(items, 'starts', { fixed: false })).toBe('high')
  expect(levelOf(items, 'nothing', {})).toBe('medium')
})

describe('a page that contradicts itself stops the start, with everything that is wrong', () => {
  test('one table', () => {
    const faults = faultsOf(() =>
      collection(
        'Things',
        {
          id: id(),
          Bad: text({ max: 3 }).merges(set).together('lonely'),
          both: int({ max: 3 }).required().byDefault(7),
          word: oneOf('a', 'b').merges(stages('a')),
          phones: labels(),
          allergies: listOf({ name: text({ max: 9 }), day: text({ max: 9 }) }, { by: 'name' }).merges(safeSet('day')),
          owner: idOf('people').required(),
        },
        {
          scope: 'wedding',
          refersTo: {
            gone: { table: 'people', onDelete: 'null' },
            both: { table: 'people', onDelete: 'delete' },
            owner: { table: 'people', onDelete: 'null' },
          },
          audience: [{ roles: ['owner'], where: { is: 'me', field: 'nobody' } }],
          unique: [['nothing']],
        },
      ),
    )
    expect(faults).toEqual([
      'Things: a table has a name in lower case',
      'Things.id: every record has that already',
      'Things.Bad: a field has a name in lower case',
      'Things: the group lonely has only one field',
      'Things: a record of a wedding needs client_id',
      'Things: refers through gone, which there is not',
      'Things.both: only an id can refer to a record',
      'Things.owner: cannot become empty',
      'Things: a clause asks for nobody, which there is not',
      'Things: must be unique in nothing, which there is not',
      'Things.Bad: the rule set cannot work on text',
      'Things.both: is required and has a default',
      'Things.both: its default does not fit it',
      'Things.word: the rule stages does not know all of its words',
      'Things.phones: can never be null, so it needs a default',
      'Things.allergies: the rule safe_set tells its entries apart by another part than it does',
    ])
  })

  test('all tables together', () => {
    const other = collection(
      'others',
      { item_id: idOf('items'), lost: idOf('nowhere') },
      {
        scope: 'organization',
        refersTo: { item_id: { table: 'items', onDelete: 'null' }, lost: { table: 'nowhere', onDelete: 'null' } },
        audience: [
          { roles: ['vendor'], where: { is: 'mine', field: 'item_id', table: 'items', owner: 'nobody' } },
          {
            roles: ['vendor'],
            where: { is: 'alongside', field: 'id', table: 'clients', person: 'names', scope: 'nothing' },
          },
        ],
      },
    )
    expect(faultsOf(() => collections([other, weddings, items, items]))).toEqual([
      'others.item_id: items must come earlier in the list',
      'others.lost: there is no table nowhere to refer to',
      'others.lost: there is no table nowhere',
      'others: a clause asks for items.nobody, which there is not',
      'others: a clause asks for clients.nothing, which there is not',
      'items.people: there is no table people',
      'items: declared twice',
      'items.people: there is no table people',
    ])
    expect(collections([weddings])).toEqual([weddings])
  })
})

test('a table that says who waits for its records names a table and a field that are there', () => {
  const awaited = (table: string, field: string) => () =>
    collections([
      collection('steps', { title: text({ max: 9 }) }, { scope: 'organization', awaitedBy: { table, field } }),
      collection('links', { from: text({ max: 9 }) }, { scope: 'organization' }),
    ])
  expect(awaited('links', 'from')).not.toThrow()
  expect(awaited('links', 'until')).toThrow('steps: is awaited by links.until, which there is not')
  expect(awaited('chains', 'from')).toThrow('steps: is awaited by chains.from, which there is not')
})
