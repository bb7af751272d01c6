// What is wrong with a page, one thing at a time; and what is not.
import { describe, expect, test } from 'vitest'
import { collection } from './collection.ts'
import { collections } from './collections.ts'
import { BrokenDeclaration, type AudienceClause, type CollectionOptions } from './declaration.ts'
import { type Field } from './field.ts'
import { safeSet } from './rules/safe-set.ts'
import { scalar } from './rules/scalar.ts'
import { stages } from './rules/stages.ts'
import { listOf } from './structured-values.ts'
import { bool, id, idOf, int, labels, oneOf, text } from './values.ts'

const faultsOf = (declare: () => unknown): readonly string[] => {
  try {
    declare()
    return []
  } catch (error) {
    if (error instanceof BrokenDeclaration) return error.faults
    throw error
  }
}
const line = () => text({ max: 9 })
const faultsWith = (fields: Record<string, Field>, options: Partial<CollectionOptions> = {}, name = 'things') =>
  faultsOf(() => collection(name, fields, { scope: 'organization', ...options }))
const forAll = (where: AudienceClause['where']): AudienceClause[] => [{ roles: ['owner'], where }]

describe('names', () => {
  test('are in lower case, with digits in those of fields only', () => {
    for (const name of ['Things', 'things1', '_things', 'thiNgs', 'some things'])
      expect(faultsWith({ title: line() }, {}, name), name).toEqual([`${name}: a table has a name in lower case`])
    for (const name of ['t', 'some_things']) expect(faultsWith({ title: line() }, {}, name), name).toEqual([])
    for (const name of ['Title', '1title', '_title', 'tiTle', 'a title'])
      expect(faultsWith({ [name]: line() }), name).toEqual([`things.${name}: a field has a name in lower case`])
    for (const name of ['t', 'line_2', 'line2']) expect(faultsWith({ [name]: line() }), name).toEqual([])
  })

  test('that every record has, or that a computer takes for its own, are taken', () => {
    for (const name of ['id', 'organization_id', 'constructor', 'prototype'])
      expect(faultsWith({ [name]: line() }), name).toEqual([`things.${name}: every record has that already`])
    expect(faultsWith({ ['__proto__']: line() })).toContain('things.__proto__: every record has that already')
  })
})

describe('a table', () => {
  test('of a wedding says which, unless it is the table of weddings', () => {
    const needed = ['things: a record of a wedding needs client_id']
    expect(faultsWith({ title: line() }, { scope: 'wedding' })).toEqual(needed)
    expect(faultsWith({ client_id: idOf('clients') }, { scope: 'wedding' })).toEqual(needed)
    expect(faultsWith({ client_id: idOf('clients').required() }, { scope: 'wedding' })).toEqual([])
    expect(faultsWith({ title: line() }, { scope: 'wedding', isScope: true })).toEqual([])
  })

  test('has groups of more than one', () => {
    expect(faultsWith({ a: line().together('g'), b: line() })).toEqual(['things: the group g has only one field'])
    expect(faultsWith({ a: line().together('g'), b: line().together('g') })).toEqual([])
  })

  test('refers by ids, which can be emptied where they are to forget', () => {
    const to = (onDelete: 'null' | 'delete' | 'refuse') => ({ refersTo: { other: { table: 'others', onDelete } } })
    expect(faultsWith({ other: idOf('others') }, to('null'))).toEqual([])
    expect(faultsWith({ other: idOf('others').required() }, to('delete'))).toEqual([])
    expect(faultsWith({ other: idOf('others').required() }, to('null'))).toEqual(['things.other: cannot become empty'])
    expect(faultsWith({ other: line() }, to('null'))).toEqual(['things.other: only an id can refer to a record'])
    expect(faultsWith({ title: line() }, to('null'))).toEqual(['things: refers through other, which there is not'])
  })

  test('shows and takes by fields there are', () => {
    const asks = ['things: a clause asks for owner, which there is not']
    expect(faultsWith({ title: line() }, { audience: forAll({ is: 'me', field: 'owner' }) })).toEqual(asks)
    expect(faultsWith({ title: line() }, { writtenWhere: forAll({ is: 'me', field: 'owner' }) })).toEqual(asks)
    for (const where of [{ is: 'any' }, { is: 'me', field: 'id' }, { is: 'me', field: 'title' }] as const)
      expect(faultsWith({ title: line() }, { audience: forAll(where), writtenWhere: forAll(where) })).toEqual([])
    expect(faultsWith({ title: line() }, { unique: [['title']] })).toEqual([])
    expect(faultsWith({ title: line() }, { unique: [['title', 'owner']] })).toEqual([
      'things: must be unique in owner, which there is not',
    ])
  })
})

describe('what may be taken, or one and the same', () => {
  const seats = { table_id: idOf('tables'), seat: int(), label: line() }
  const offers = (field: string, of: string) => ({ offers: { [field]: { of, upTo: 'places' } } })
  test('offers the nearest of a number, among those of a record', () => {
    expect(faultsWith(seats, offers('seat', 'table_id'))).toEqual([])
    expect(faultsWith(seats, offers('label', 'table_id'))).toEqual(['things.label: only of a number the nearest can be offered']) // prettier-ignore
    expect(faultsWith(seats, offers('nowhere', 'table_id'))).toEqual(['things.nowhere: only of a number the nearest can be offered']) // prettier-ignore
    expect(faultsWith(seats, offers('seat', 'label'))).toEqual(['things.seat: is offered by label, which names no record']) // prettier-ignore
    expect(faultsWith(seats, offers('seat', 'nowhere'))).toEqual(['things.seat: is offered by nowhere, which names no record']) // prettier-ignore
  })
  test('is alike in fields there are, and seen by all or none', () => {
    const by = (...same: string[]) => [{ same, kind: 'unique', reason: 'They may be one.' }] as const
    const alike = by('title')
    expect(faultsWith({ title: line() }, { alike: by('title', 'name') })).toEqual(['things: may be alike in name, which there is not']) // prettier-ignore
    expect(faultsWith({ title: line() }, { alike, audience: forAll({ is: 'any' }) })).toEqual([])
    expect(faultsWith({ title: line() }, { alike, audience: forAll({ is: 'me', field: 'title' }) })).toEqual(['things: of records that may be alike everybody sees all or none']) // prettier-ignore
  })
})

describe('a field', () => {
  test('is merged by a rule that knows what it holds', () => {
    const allergies = listOf({ name: line(), day: line() }, { by: 'name' })
    expect(faultsWith({ a: allergies.merges(safeSet('name')), b: int().merges(scalar) })).toEqual([])
    expect(faultsWith({ a: allergies.merges(safeSet('day')) })).toEqual([
      'things.a: the rule safe_set tells its entries apart by another part than it does',
    ])
    expect(faultsWith({ a: int().merges(safeSet('name')) })).toEqual([
      'things.a: the rule safe_set cannot work on int',
      'things.a: the rule safe_set tells its entries apart by another part than it does',
    ])
    expect(faultsWith({ a: oneOf('x', 'y').merges(stages('x', 'y', 'z')), b: bool().merges(stages(false, true)) })).toEqual([]) // prettier-ignore
    expect(faultsWith({ a: oneOf('x', 'y').merges(stages('x')) })).toEqual([
      'things.a: the rule stages does not know all of its words',
    ])
  })

  test('is required or has a default, one that fits', () => {
    expect(faultsWith({ a: int().byDefault(3), b: int().required() })).toEqual([])
    expect(faultsWith({ a: int().required().byDefault(3) })).toEqual(['things.a: is required and has a default'])
    expect(faultsWith({ a: int({ max: 2 }).byDefault(3) })).toEqual(['things.a: its default does not fit it'])
    expect(faultsWith({ a: labels().byDefault({}), b: labels().required() })).toEqual([])
    expect(faultsWith({ a: labels() })).toEqual(['things.a: can never be null, so it needs a default'])
  })
})

describe('all tables together', () => {
  const people = collection('people', { name: line(), client_id: id() }, { scope: 'organization' })
  const thingsThat = (options: Partial<CollectionOptions>, fields: Record<string, Field> = { owner: idOf('people') }) =>
    collection('things', fields, { scope: 'organization', ...options })

  test('refer to tables that are there, and come earlier', () => {
    const things = thingsThat({ refersTo: { owner: { table: 'people', onDelete: 'null' } } })
    expect(faultsOf(() => collections([people, things]))).toEqual([])
    expect(faultsOf(() => collections([things, people]))).toEqual([
      'things.owner: people must come earlier in the list',
    ])
    expect(faultsOf(() => collections([things]))).toEqual([
      'things.owner: there is no table people to refer to',
      'things.owner: there is no table people',
    ])
    expect(faultsOf(() => collections([people, people]))).toEqual(['people: declared twice'])
    expect(Object.isFrozen(collections([people]))).toBe(true)
  })

  test('ask for fields of one another that are there, whoever reads and whoever writes', () => {
    const mine = (owner: string) => forAll({ is: 'mine', field: 'owner', table: 'people', owner })
    const alongside = (person: string, scope: string) =>
      forAll({ is: 'alongside', field: 'owner', table: 'people', person, scope })
    const faults = (options: Partial<CollectionOptions>) => faultsOf(() => collections([people, thingsThat(options)]))
    expect(faults({ audience: mine('name'), writtenWhere: alongside('name', 'client_id') })).toEqual([])
    expect(faults({ audience: forAll({ is: 'me', field: 'owner' }) })).toEqual([])
    expect(faults({ audience: mine('lost') })).toEqual(['things: a clause asks for people.lost, which there is not'])
    // another table has such a field, but not that one
    expect(faults({ audience: mine('owner') })).toEqual(['things: a clause asks for people.owner, which there is not'])
    expect(faults({ writtenWhere: alongside('lost', 'gone') })).toEqual([
      'things: a clause asks for people.lost, which there is not',
      'things: a clause asks for people.gone, which there is not',
    ])
  })
})

test('who wrote such a page reads all of what is wrong with it', () => {
  const broken = new BrokenDeclaration(['things: one', 'things: another'])
  expect(broken.name).toBe('BrokenDeclaration')
  expect(broken.message).toBe('The declared tables contradict themselves:\n  things: one\n  things: another')
})
