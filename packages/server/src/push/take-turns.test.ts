import { expect, test } from 'vitest'
import { createTurns } from './take-turns.ts'

test('requests of one device follow one another; other devices do not wait for them', async () => {
  const takeTurns = createTurns()
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
  const takeTurns = createTurns()
  const failing = takeTurns('tom', () => Promise.reject(new Error('lost')))
  const next = takeTurns('tom', () => Promise.resolve('through'))
  await expect(failing).rejects.toThrow('lost')
  expect(await next).toBe('through')
})

test('a device with a hundred requests under way is told to come back', async () => {
  const takeTurns = createTurns()
  let letGo = (): void => undefined
  const held = new Promise<void>((done) => (letGo = done))
  const waiting = Array.from({ length: 100 }, () => takeTurns('tom', () => held))
  await expect(takeTurns('tom', () => Promise.resolve())).rejects.toMatchObject({ code: 'unavailable' })
  letGo()
  await Promise.all(waiting)
})
