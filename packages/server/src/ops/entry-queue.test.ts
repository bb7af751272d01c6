import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createEntryQueue, type Entry } from './entry-queue.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const entryOf = (more: Partial<Entry> = {}): Entry => ({
  ...{ at: '2026-06-20T18:00:00Z', organizationId: 'o', userId: 'u', event: 'refused', code: 'forbidden' },
  ...{ times: 1, requestId: 'request-1', ...more },
})
const aQueue = () => {
  const written: Entry[][] = []
  const told = { notWritten: [] as number[], lost: [] as number[] }
  const state = { isAway: false }
  const write = (entries: string) => {
    if (state.isAway) return Promise.reject(new Error('away'))
    written.push(JSON.parse(entries) as Entry[])
    return Promise.resolve()
  }
  const queue = createEntryQueue(write, {
    entriesNotWritten: (entries) => told.notWritten.push(entries),
    entriesLost: (entries) => told.lost.push(entries),
  })
  return { ...{ queue, written, told, state }, round: () => vi.advanceTimersByTimeAsync(5000) }
}

test('an entry waits for nobody: it is written a few seconds later, together with others', async () => {
  const { queue, written, round } = aQueue()
  queue.add(entryOf({ userId: 'a' }))
  queue.add(entryOf({ userId: 'b' }))
  expect(written).toEqual([])
  await round()
  expect(written).toEqual([[entryOf({ userId: 'a' }), entryOf({ userId: 'b' })]])
  await round()
  expect(written).toHaveLength(1)
})

test('the same again within a round is counted, under the first request', async () => {
  const { queue, written, round } = aQueue()
  for (let nth = 1; nth <= 500; nth += 1) queue.add(entryOf({ requestId: `request-${nth}` }))
  queue.add(entryOf({ code: 'rate_limited' }))
  await round()
  expect(written).toEqual([[entryOf({ times: 500 }), entryOf({ code: 'rate_limited' })]])
})

test('what cannot be written is told, kept, counted on, and written once that works again', async () => {
  const { queue, written, told, state, round } = aQueue()
  state.isAway = true
  queue.add(entryOf())
  await round()
  queue.add(entryOf())
  await round()
  expect([written, told.notWritten]).toEqual([[], [1, 1]])
  state.isAway = false
  await round()
  expect(written).toEqual([[entryOf({ times: 2 })]])
})

test('what waits has an end, and what is over it is told', async () => {
  const { queue, written, told, round } = aQueue()
  for (let nth = 0; nth < 1003; nth += 1) queue.add(entryOf({ userId: `${nth}` }))
  await round()
  expect(written.map((part) => part.length)).toEqual([200, 200, 200, 200, 200])
  expect(told.lost).toEqual([3])
})

test('closing writes what waits, and leaves no round behind', async () => {
  const { queue, written } = aQueue()
  queue.add(entryOf())
  await queue.close()
  expect(written).toEqual([[entryOf()]])
  expect(vi.getTimerCount()).toBe(0)
})

test('closing while the database is away ends all the same', async () => {
  const { queue, told, state } = aQueue()
  state.isAway = true
  queue.add(entryOf())
  await queue.close()
  expect(told.notWritten).toEqual([1])
  expect(vi.getTimerCount()).toBe(0)
})
