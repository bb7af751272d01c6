// [P7] What a role may do with a table. Planners, venues and owners change items, vendors see some of them.
import { describe, expect, test } from 'vitest'
import { collection } from './collection.ts'
import { rightsOf } from './rights-of.ts'
import { items } from './testing/tables.ts'
import { idOf, text } from './values.ts'

const all = items.fieldNames
const allBut = (...names: string[]) => all.filter((name) => !names.includes(name))

describe('[P7] what a role may do with a table', () => {
  test('somebody who sees no record can neither read, change nor delete one', () => {
    expect(rightsOf(items, 'stranger')).toEqual({
      ...{ sees: [], writesOnly: [], mayCreate: false, mayDelete: false, reads: [], gives: [], changes: [] },
    })
  })

  test('a planner makes and changes everything, in their own weddings, except what is given once', () => {
    expect(rightsOf(items, 'planner')).toEqual({
      ...{ sees: [{ is: 'any' }], writesOnly: [{ is: 'my-wedding', field: 'client_id' }] },
      ...{ mayCreate: true, mayDelete: false, reads: all, gives: all, changes: allBut('client_id') },
    })
  })

  test('a field for some is neither read nor changed by others', () => {
    expect(rightsOf(items, 'venue')).toEqual({
      ...{ sees: [{ is: 'any' }], writesOnly: [], mayCreate: false, mayDelete: false },
      ...{ reads: allBut('note'), gives: [], changes: ['place'] },
    })
    expect(rightsOf(items, 'vendor')).toEqual({
      ...{ sees: [{ is: 'one-of', field: 'open', values: [true] }], writesOnly: [], mayCreate: true, mayDelete: false },
      ...{ reads: allBut('note'), gives: allBut('place'), changes: [] },
    })
    expect(rightsOf(items, 'owner')).toMatchObject({ mayDelete: true, changes: allBut('client_id', 'place') })
  })

  test('whoever makes a record says what is given once, whoever may write that later', () => {
    const papers = collection(
      'papers',
      {
        person: idOf('people').fixed().writeBy('owner'),
        name: text({ max: 9 }).writeBy('owner'),
        note: text({ max: 9 }),
      },
      { scope: 'organization', createdBy: ['helper'], deletedBy: ['helper', 'owner'], audience: [{ roles: ['owner'], where: { is: 'any' } }] }, // prettier-ignore
    )
    // a helper puts in what they then see no more
    expect(rightsOf(papers, 'helper')).toMatchObject({
      ...{ mayCreate: true, mayDelete: false, gives: ['person', 'note'], reads: [], changes: [] },
    })
    expect(rightsOf(papers, 'owner')).toMatchObject({ mayCreate: false, mayDelete: true, gives: [], changes: ['name'] })
  })

  test('the same question has the same answer, for every table and role its own', () => {
    expect(rightsOf(items, 'venue')).toBe(rightsOf(items, 'venue'))
    expect(rightsOf(items, 'planner')).toBe(rightsOf(items, 'planner'))
    expect(rightsOf(items, 'venue')).not.toBe(rightsOf(items, 'planner'))
  })
})
