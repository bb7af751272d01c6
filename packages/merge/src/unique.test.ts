import { describe, expect, test } from 'vitest'
import { collection } from './collection.ts'
import { fieldThatYields, isSameKey, nearestFree } from './unique.ts'
import { idOf, int } from './values.ts'

const lists = [
  ['client_id', 'guest_id'],
  ['client_id', 'table_id', 'seat'],
] as const
const seats = collection(
  'seats',
  {
    client_id: idOf('clients').required().fixed(),
    guest_id: idOf('guests').required().fixed(),
    table_id: idOf('tables').required(),
    seat: int({ min: 1, max: 1000 }),
  },
  { scope: 'wedding', unique: lists },
)

describe('what only one may hold', () => {
  test('two on one chair are in one another’s way; without a chair nobody is', () => {
    const at = (seat: number | null) => ({ client_id: 'w', table_id: 't', seat })
    expect(isSameKey(lists[1], at(5), at(5))).toBe(true)
    expect(isSameKey(lists[1], at(5), at(4))).toBe(false)
    expect(isSameKey(lists[1], at(null), at(null))).toBe(false)
  })

  test('of a seat the chair gives way; a guest who is seated twice is there twice', () => {
    expect(lists.map((list) => fieldThatYields(seats, list))).toEqual([null, 'seat'])
  })

  test('the nearest free chair is offered, of two equally near the lower, and none beyond the table', () => {
    const near = (wanted: number, held: number[], most: number | null) =>
      nearestFree(seats, 'seat', wanted, { held: new Set(held), most })
    expect(near(5, [5], 8)).toBe(4)
    expect(near(5, [5, 4], 8)).toBe(6)
    expect(near(1, [1], 8)).toBe(2)
    expect(near(8, [8, 7], 8)).toBe(6)
    expect(near(900, [900], 8)).toBe(8)
    expect(near(2, [1, 2], 2)).toBe(null)
    expect(near(2, [1, 2, 3], null)).toBe(4)
  })
})
