import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { circleThrough } from './circle.ts'
import { collection } from './collection.ts'
import { BrokenDeclaration, type CollectionOptions } from './declaration.ts'
import { type Field } from './field.ts'
import { readData } from './read-data.ts'
import { idOf, text } from './values.ts'

const item = () => idOf('items').required().fixed()
const declared = (more: Partial<CollectionOptions> = {}, fields: Record<string, Field> = {}) =>
  collection(
    'waits',
    { client_id: idOf('clients').required().fixed(), first: item(), then: item(), ...fields },
    { scope: 'wedding', acyclic: { from: 'first', to: 'then' }, ...more },
  )
const waits = declared()
const link = (first: string | null, then: string | null) => ({ id: `${first}${then}`, fields: { first, then } })
const idsOf = (way: { id: string }[] | null) => way?.map(({ id }) => id) ?? null

describe('what waits for what', () => {
  test('goes round in a circle where a way leads back, and the shortest is told, in its order', () => {
    const chain = [link('c', 'd'), link('a', 'b'), link('b', 'c')]
    expect(idsOf(circleThrough(waits, chain, { first: 'd', then: 'a' }))).toEqual(['ab', 'bc', 'cd'])
    expect(idsOf(circleThrough(waits, [...chain, link('a', 'c')], { first: 'd', then: 'a' }))).toEqual(['ac', 'cd'])
    expect(idsOf(circleThrough(waits, [link('a', 'b')], { first: 'b', then: 'a' }))).toEqual(['ab'])
    expect(circleThrough(waits, chain, { first: 'a', then: 'd' })).toBe(null)
    expect(circleThrough(waits, [], { first: 'a', then: 'b' })).toBe(null)
  })

  test('a circle that is there already holds nobody up who is not on it', () => {
    const round = [link('b', 'c'), link('c', 'b')]
    expect(circleThrough(waits, round, { first: 'a', then: 'b' })).toBe(null)
    expect(idsOf(circleThrough(waits, [...round, link('c', 'a')], { first: 'a', then: 'b' }))).toEqual(['bc', 'ca'])
  })

  test('an end that nobody gave leads nowhere', () => {
    expect(circleThrough(waits, [link('a', null), link(null, 'b')], { first: 'b', then: 'a' })).toBe(null)
    expect(circleThrough(waits, [link(null, 'b')], { first: 'b', then: null })).toBe(null)
    expect(circleThrough(waits, [link('a', null)], { then: 'a' })).toBe(null)
  })

  test('of a table that says nothing of the kind nothing is asked', () => {
    const plain = collection('plain', { first: text({ max: 9 }) }, { scope: 'organization' })
    expect(circleThrough(plain, [link('a', 'b')], { first: 'b', then: 'a' })).toBe(null)
  })

  test('is found wherever walking on leads back, and the way that is told is one', () => {
    const node = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
    fc.assert(
      fc.property(fc.array(fc.tuple(node, node), { maxLength: 12 }), node, node, (pairs, first, then) => {
        fc.pre(first !== then)
        const rows = pairs.map(([one, other]) => link(one, other))
        // everything that can be reached, by walking on until nothing new comes
        const reached = new Set<string>([then])
        for (let grown = true; grown;) {
          const next = rows.filter(({ fields }) => reached.has(fields.first!) && !reached.has(fields.then!))
          for (const { fields } of next) reached.add(fields.then!)
          grown = next.length > 0
        }
        const way = circleThrough(waits, rows, { first, then })
        expect(way !== null).toBe(reached.has(first))
        if (!way) return
        expect([then, ...way.map(({ fields }) => fields.then)]).toEqual([
          ...way.map(({ fields }) => fields.first),
          first,
        ])
      }),
      { numRuns: 2000 },
    )
  })
})

test('nothing waits for itself', () => {
  const [client_id, a, b] = ['1', '2', '3'].map((n) => `01a2286c-d6bd-72ed-af1c-00000000000${n}`) as [string, string, string] // prettier-ignore
  expect(readData(waits, 'create', { client_id, first: a, then: a })).toEqual({
    ok: false,
    problems: [{ field: 'then', code: 'invalid_value', message: 'This would wait for itself.' }],
  })
  expect(readData(waits, 'create', { client_id, first: a, then: b }).ok).toBe(true)
  expect(readData(waits, 'create', { client_id })).toMatchObject({ problems: [{ field: 'first' }, { field: 'then' }] })
  expect(readData(waits, 'update', {}).ok).toBe(true)
})

test('a page whose plan hangs on a field that is not there stops the start', () => {
  const plan = { fields: ['length', 'first'], tables: ['waits'], missedMin: () => 0 }
  expect(() => declared({ plan })).toThrow('waits: its plan hangs on length, which there is not')
  expect(declared({ plan: { ...plan, fields: ['first'] } }).plan?.missedMin(new Map())).toBe(0)
})

test('a page that says so of ends that are not there, that change, or that are of two kinds, stops the start', () => {
  const faults = (declare: () => unknown): readonly string[] => {
    try {
      declare()
    } catch (error) {
      if (error instanceof BrokenDeclaration) return error.faults
    }
    return []
  }
  expect(faults(() => declared({ acyclic: { from: 'nothing', to: 'then' } }))).toEqual([
    'waits: is kept from going round in a circle by nothing, which there is not',
    'waits: nothing and then name records of two tables, so there are no circles',
  ])
  const once = 'waits.then: what waits for what is given once, when the record is made'
  expect(faults(() => declared({}, { then: idOf('items').required() }))).toEqual([once])
  expect(faults(() => declared({}, { then: idOf('items').fixed() }))).toEqual([once])
  expect(faults(() => declared({}, { then: idOf('others').required().fixed() }))).toEqual([
    'waits: first and then name records of two tables, so there are no circles',
  ])
  expect(
    faults(() =>
      collection(
        'w',
        { first: item(), then: item() },
        { scope: 'organization', acyclic: { from: 'first', to: 'then' } },
      ),
    ),
  ).toEqual(['w: only what belongs to a wedding is kept from going round in a circle'])
})
