import { expect, test } from 'vitest'
import { turnsOfDevice, turnsOfOrganization } from '../limits.ts'
import { createTurns } from './take-turns.ts'

const refuse = (why: string) => new Error(why)

test('requests of one device follow one another; other devices do not wait for them', async () => {
  const turns = createTurns(turnsOfDevice, refuse)
  const heard: string[] = []
  let letGo = (): void => undefined
  const first = turns.run('tom', async () => {
    await new Promise<void>((done) => (letGo = done))
    heard.push('tom 1')
  })
  const second = turns.run('tom', () => Promise.resolve(void heard.push('tom 2')))
  await turns.run('priya', () => Promise.resolve(void heard.push('priya')))
  letGo()
  await Promise.all([first, second])
  expect(heard).toEqual(['priya', 'tom 1', 'tom 2'])
})

test('a request that fails does not stop the ones behind it', async () => {
  const turns = createTurns(turnsOfDevice, refuse)
  const failing = turns.run('tom', () => Promise.reject(new Error('lost')))
  const next = turns.run('tom', () => Promise.resolve('through'))
  await expect(failing).rejects.toThrow('lost')
  expect(await next).toBe('through')
})

test('of one organization a few are at it at once, in the order they came', async () => {
  const turns = createTurns(turnsOfOrganization, refuse)
  const begun: number[] = []
  const ends: (() => void)[] = []
  const all = Array.from({ length: 5 }, (_, nth) =>
    turns.run('hazel', () => {
      begun.push(nth)
      return new Promise<void>((end) => ends.push(end))
    }),
  )
  await turns.run('thorn', () => Promise.resolve())
  expect(begun).toEqual([0, 1, 2])
  ends[1]!()
  await all[1]
  await expect.poll(() => begun).toEqual([0, 1, 2, 3])
  expect([turns.underWay(), turns.waiting()]).toEqual([3, 1])
  for (const nth of [0, 2, 3]) {
    ends[nth]!()
    await all[nth]
  }
  await expect.poll(() => begun).toEqual([0, 1, 2, 3, 4])
  ends[4]!()
  await all[4]
  expect([turns.underWay(), turns.waiting()]).toEqual([0, 0])
})

test('a device with a hundred requests that wait is told to come back', async () => {
  const turns = createTurns(turnsOfDevice, refuse)
  let letGo = (): void => undefined
  const held = new Promise<void>((done) => (letGo = done))
  const waiting = Array.from({ length: 101 }, () => turns.run('tom', () => held))
  await expect(turns.run('tom', () => Promise.resolve())).rejects.toThrow('full')
  letGo()
  await Promise.all(waiting)
})
