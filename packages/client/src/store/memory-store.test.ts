import { expect, test } from 'vitest'
import { firstState } from './device-state.ts'
import { createMemoryDisk, createMemoryStore, type MemoryDisk } from './memory-store.ts'
import { type KeptRow, type Store } from './store.ts'

const handleOn = async (disk: MemoryDisk) => {
  const handle = createMemoryStore(disk)
  return { ...handle, store: await handle.open('phone') }
}
const aRow = (changeId: string): KeptRow => ({ changeId, keptAt: 1, entry: { scope: 'wedding' } as never })
const keeps = (store: Store, ...ids: string[]) => store.step(({ kept }) => kept.bulkPut(ids.map(aRow)))
const idsIn = (store: Store) => store.view(async ({ kept }) => (await kept.toArray()).map(({ changeId }) => changeId))
// everything that microtasks alone can bring about has come about by then
const quiet = () => new Promise<void>((resolve) => setImmediate(resolve))
const isSettled = async (promise: Promise<unknown>): Promise<boolean> => {
  let settled = false
  const see = () => (settled = true)
  promise.then(see, see)
  await quiet()
  return settled
}

test('[P3] a phone that dies in the middle of a step leaves what the last whole step left', async () => {
  const disk = createMemoryDisk()
  const { store, kill } = await handleOn(disk)
  await keeps(store, 'whole')
  let isAfterwards = false
  const half = store.step(async ({ kept }) => {
    await kept.put(aRow('half'))
    await kept.delete('whole')
    kill()
    await kept.put(aRow('later'))
    isAfterwards = true
  })

  expect(await isSettled(half)).toBe(false)
  expect(isAfterwards).toBe(false)
  const { store: next } = await handleOn(disk)
  expect(await idsIn(next)).toEqual(['whole'])
})

test('[P3] a step that was through when the phone died is there', async () => {
  const disk = createMemoryDisk()
  const { store, kill } = await handleOn(disk)
  await keeps(store, 'whole')
  kill()
  expect(await idsIn((await handleOn(disk)).store)).toEqual(['whole'])
})

test('nothing of a phone that died ever answers: what waited in line, what is asked later, what it watched', async () => {
  const disk = createMemoryDisk()
  const { store, kill, open } = await handleOn(disk)
  const { store: other } = await handleOn(disk)
  let seen = 0
  store.live(
    ({ kept }) => kept.count(),
    () => (seen += 1),
  )
  await quiet()
  const under = store.step(() => new Promise(() => undefined))
  const waiting = keeps(store, 'waited')
  const others = keeps(other, 'other')
  kill()

  expect(await isSettled(others)).toBe(true)
  expect(await idsIn(other)).toEqual(['other'])
  for (const asked of [under, waiting, keeps(store, 'later'), idsIn(store), open('phone')])
    expect(await isSettled(asked)).toBe(false)
  expect(seen).toBe(1)
})

test('two tabs on one store see what the other wrote, when it is whole, and never half of it', async () => {
  const disk = createMemoryDisk()
  const [{ store: one }, { store: other }] = [await handleOn(disk), await handleOn(disk)]
  const seen: string[][] = []
  const stop = other.live(
    async ({ kept }) => (await kept.toArray()).map(({ changeId }) => changeId),
    (ids) => seen.push(ids),
  )
  await quiet()
  await one.step(async ({ kept }) => {
    await kept.put(aRow('a'))
    await quiet()
    await kept.put(aRow('b'))
  })
  await quiet()
  await expect(
    one.step(async ({ kept }) => {
      await kept.put(aRow('c'))
      throw new Error('not after all')
    }),
  ).rejects.toThrow('not after all')
  await one.step(({ state }) => state.put(firstState('device')))
  await quiet()
  expect(seen).toEqual([[], ['a', 'b']])

  stop()
  await keeps(one, 'd')
  await quiet()
  expect(seen).toHaveLength(2)
})

test('nobody alters a stored row in place: neither what was handed in nor what came out', async () => {
  const { store } = await handleOn(createMemoryDisk())
  const given = { changeId: 'a', keptAt: 1, entry: { change: { data: { tags: ['x'] } } } }
  await store.step(({ kept }) => kept.put(given as never))
  given.entry.change.data.tags.push('y')
  const read = () => store.view(({ kept }) => kept.get('a')) as unknown as Promise<typeof given>
  const out = await read()
  expect(out.entry.change.data.tags).toEqual(['x'])
  expect(() => out.entry.change.data.tags.push('z')).toThrow(TypeError)
  expect(() => (out.keptAt = 2)).toThrow(TypeError)
  expect(await read()).toEqual({ ...given, entry: { change: { data: { tags: ['x'] } } } })

  // frozen on the outside only
  const shallow = Object.freeze({ changeId: 'b', keptAt: 1, entry: { scope: 'one' } })
  await store.step(({ kept }) => kept.put(shallow as never))
  shallow.entry.scope = 'two'
  expect(await store.view(({ kept }) => kept.get('b'))).toMatchObject({ entry: { scope: 'one' } })
})

test('what a step kept hold of is of no use once the step is over, and a closed store says so', async () => {
  const { store } = await handleOn(createMemoryDisk())
  const table = await store.step(({ kept }) => Promise.resolve({ kept }))
  await expect(table.kept.put(aRow('late'))).rejects.toThrow('This step is over.')
  store.close()
  await expect(idsIn(store)).rejects.toThrow('The store is closed.')
})

test('a key called __proto__ is a key like any other', async () => {
  const { store } = await handleOn(createMemoryDisk())
  const data = JSON.parse('{"__proto__": {"x": 1}, "y": 2}') as object
  await store.step(({ kept }) => kept.put({ ...aRow('a'), entry: data as never }))
  const row = await store.view(({ kept }) => kept.get('a'))
  expect(JSON.stringify(row!.entry)).toBe('{"__proto__":{"x":1},"y":2}')
})
