import { describe, expect, test } from 'vitest'
import { createGather } from './gather.ts'
import type { Patience } from './patience.ts'
import { createTurns } from './take-turns.ts'

const refuse = (why: string) => new Error(why)

/** One turn at a time, three together at most; each group is heard, and is through when it is let go. */
const aHouse = () => {
  const heard: string[][] = []
  const ends: ((error?: Error) => void)[] = []
  const turns = createTurns({ atOnce: 1, waitingMax: 20, waitMsMax: 10_000 }, refuse)
  const gather = createGather({
    ...{ turns, most: 3 },
    settle: async (asked: string[]): Promise<PromiseSettledResult<string>[] | 'apart'> => {
      heard.push(asked)
      if (asked.length > 1 && asked.includes('awkward')) return 'apart'
      await new Promise<void>((end, fail) => ends.push((error) => (error ? fail(error) : end())))
      return asked.map((one) =>
        one.startsWith('bad')
          ? { status: 'rejected', reason: new Error(`${one} is refused`) }
          : { status: 'fulfilled', value: `${one} is through` },
      )
    },
  })
  return {
    ...{ heard, turns },
    comes: (one: string, patience?: Patience) =>
      gather('hazel', one, patience).catch((thrown: unknown) => (thrown as Error).message),
    comesTo: (organization: string, one: string) => gather(organization, one),
    /** The group that went n-th is through. */
    letGo: async (nth: number, error?: Error) => {
      await expect.poll(() => ends.length).toBeGreaterThan(nth)
      ends[nth]!(error)
    },
  }
}

describe('who waits for the same turn', () => {
  test('goes together, as many as may and in the order they came; whoever is alone goes alone, at once', async () => {
    const { comes, heard, letGo, turns } = aHouse()
    const all = ['one', 'two', 'three', 'four', 'five', 'six'].map((one) => comes(one))
    expect(heard).toEqual([['one']])
    for (const nth of [0, 1, 2]) await letGo(nth)
    expect(await Promise.all(all)).toEqual(['one', 'two', 'three', 'four', 'five', 'six'].map((one) => `${one} is through`)) // prettier-ignore
    expect(heard).toEqual([['one'], ['two', 'three', 'four'], ['five', 'six']])
    await expect.poll(() => [turns.waiting(), turns.underWay()]).toEqual([0, 0])
  })

  test('goes with nobody of another organization, and does not wait for them', async () => {
    const { comes, comesTo, heard, letGo } = aHouse()
    const [mine, theirs] = [comes('one'), comesTo('thorn', 'theirs')]
    expect(heard).toEqual([['one'], ['theirs']])
    await letGo(1)
    expect(await theirs).toBe('theirs is through')
    await letGo(0)
    await mine
  })

  test('has an answer of their own: that one of them is refused keeps none of the others', async () => {
    const { comes, letGo } = aHouse()
    const all = ['one', 'two', 'bad', 'four'].map((one) => comes(one))
    for (const nth of [0, 1]) await letGo(nth)
    expect(await Promise.all(all)).toEqual(['one is through', 'two is through', 'bad is refused', 'four is through'])
  })

  test('hears it together when nothing of it can be had, and the next ones go', async () => {
    const { comes, letGo } = aHouse()
    const all = ['one', 'two', 'three', 'four', 'five'].map((one) => comes(one))
    await letGo(0)
    await letGo(1, new Error('the database is away'))
    await letGo(2)
    expect(await Promise.all(all)).toEqual(['one is through', ...Array<string>(3).fill('the database is away'), 'five is through']) // prettier-ignore
  })

  test('goes by itself, each in a turn of its own, where they get nowhere together', async () => {
    const { comes, heard, letGo, turns } = aHouse()
    const all = ['one', 'two', 'awkward', 'four'].map((one) => comes(one))
    for (const nth of [0, 1, 2, 3]) await letGo(nth)
    expect(await Promise.all(all)).toEqual(['one', 'two', 'awkward', 'four'].map((one) => `${one} is through`))
    expect(heard).toEqual([['one'], ['two', 'awkward', 'four'], ['two'], ['awkward'], ['four']])
    await expect.poll(() => [turns.waiting(), turns.underWay()]).toEqual([0, 0])
  })

  test('and left, or waited too long, or is sent home with everybody, is not taken along', async () => {
    const { comes, heard, letGo, turns } = aHouse()
    const left = new AbortController()
    const first = comes('one')
    const leaves = comes('two', { leftMs: () => Infinity, gone: left.signal })
    const waits = comes('three', { leftMs: () => 20, gone: null })
    const stays = comes('four')
    left.abort()
    expect([await leaves, await waits]).toEqual(['gone', 'waited'])
    await letGo(0)
    await letGo(1)
    expect([await first, await stays]).toEqual(['one is through', 'four is through'])
    expect(heard).toEqual([['one'], ['four']])

    const [busy, sentHome] = [comes('five'), [comes('six'), comes('seven')]]
    turns.disperse()
    expect(await Promise.all(sentHome)).toEqual(['away', 'away'])
    await letGo(2)
    expect(await busy).toBe('five is through')
    expect(heard.at(-1)).toEqual(['five'])
  })
})
