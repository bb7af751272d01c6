import { describe, expect, test } from 'vitest'
import { alikeAs } from './alike.ts'
import { collection } from './collection.ts'
import { BrokenDeclaration, type CollectionOptions } from './declaration.ts'
import { idOf, instant, int, text } from './values.ts'

const declared = (more: Partial<CollectionOptions>) =>
  collection(
    'entries',
    { client_id: idOf('clients').required().fixed(), amount: int(), at: instant(), name: text({ max: 80 }) },
    { scope: 'wedding', ...more },
  )

describe('two that may be one and the same', () => {
  const paid = declared({ alike: [{ same: ['amount'], sameDay: ['at'], kind: 'unique', reason: 'Twice?' }] })
  const at = (moment: string | null, amount: number | null = 200) => ({ amount, at: moment })

  test('the same amount on one day; where nobody said when, it may be that day', () => {
    const first = at('2026-06-20T18:00:00.000Z')
    expect(alikeAs(paid, first, at('2026-06-20T23:00:00.000Z'))).toMatchObject({ kind: 'unique' })
    expect(alikeAs(paid, first, at(null))).not.toBe(null)
    expect(alikeAs(paid, first, at('2026-06-21T00:00:00.000Z'))).toBe(null)
    expect(alikeAs(paid, first, at('2026-06-20T18:00:00.000Z', 201))).toBe(null)
    expect(alikeAs(paid, at(null, null), at(null, null))).toBe(null)
  })

  test('the same name, however it is spelled; no name is nobody’s', () => {
    const guests = declared({ alike: [{ sameWords: ['name'], kind: 'proposal', reason: 'The same?' }] })
    expect(alikeAs(guests, { name: 'Aunt Rose' }, { name: ' aunt ROSE ' })).toMatchObject({ kind: 'proposal' })
    expect(alikeAs(guests, { name: 'Aunt Rose' }, { name: 'Aunt Rosie' })).toBe(null)
    expect(alikeAs(guests, { name: null }, { name: null })).toBe(null)
    expect(alikeAs(guests, { name: ' ' }, { name: ' ' })).toBe(null)
  })

  test('a page that asks about what is not there, or about what not everybody sees, stops the start', () => {
    const one = { kind: 'unique', reason: 'Twice?' } as const
    expect(() => declared({ alike: [{ ...one, same: ['nothing'] }] })).toThrow(BrokenDeclaration)
    const some = [{ roles: ['couple'], where: { is: 'one-of', field: 'name', values: ['x'] } }] as const
    expect(() => declared({ audience: some, alike: [{ ...one, same: ['amount'] }] })).toThrow(BrokenDeclaration)
    expect(() => declared({ offers: { name: { of: 'client_id', upTo: 'amount' } } })).toThrow(BrokenDeclaration)
    expect(() => declared({ offers: { amount: { of: 'name', upTo: 'amount' } } })).toThrow(BrokenDeclaration)
  })
})
