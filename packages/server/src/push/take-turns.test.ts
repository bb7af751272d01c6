import { expect, test } from 'vitest'
import { createTurns, turnsOfDevice, turnsOfOrganization } from './take-turns.ts'

test('requests of one device follow one another; other devices do not wait for them', async () => {
  const takeTurns = createTurns(turnsOfDevice)
  const heard: string[] = []
  let letGo = (): void => undefined
  const first = takeTurns('tom', async () => {
    await new Promise<void>((done) => (letGo = done))
    heard.push('tom 1')
  })
  const second = takeTurns('tom', () => Promise.resolve(void heard.push('tom 2')))
  await takeTurns('priya', () => Promise.resolve(void heard.push('priya')))
  letGo()
  await Promise.all([first, second])
  expect(heard).toEqual(['priya', 'tom 1', 'tom 2'])
})

test('a request that fails does not stop the ones behind it', async () => {
  const takeTurns = createTurns(turnsOfDevice)
  const failing = takeTurns('tom', () => Promise.reject(new Error('lost')))
  const next = takeTurns('tom', () => Promise.resolve('through'))
  await expect(failing).rejects.toThrow('lost')
  expect(await next).toBe('through')
})

test('of one organization a few are at it at once, in the order they came', async () => {
  const takeTurns = createTurns(turnsOfOrganization)
  const begun: number[] = []
  const ends: (() => void)[] = []
  const all = Array.from({ length: 5 }, (_, nth) =>
    takeTurns('hazel', () => {
      begun.push(nth)
      return new Promise<void>((end) => ends.push(end))
    }),
  )
  await takeTurns('thorn', () => Promise.resolve())
  expect(begun).toEqual([0, 1, 2])
  ends[1]!()
  await all[1]
  expect(begun).toEqual([0, 1, 2, 3])
  for (let nth = 0; ends.length < 5 || nth < 5; nth += 1) {
    ends[nth]!()
    await all[nth]
  }
  expect(begun).toEqual([0, 1, 2, 3, 4])
})

test('a device with a hundred requests that wait is told to come back', async () => {
  const takeTurns = createTurns(turnsOfDevice)
  let letGo = (): void => undefined
  const held = new Promise<void>((done) => (letGo = done))
  const waiting = Array.from({ length: 101 }, () => takeTurns('tom', () => held))
  await expect(takeTurns('tom', () => Promise.resolve())).rejects.toMatchObject({ code: 'unavailable' })
  letGo()
  await Promise.all(waiting)
})
