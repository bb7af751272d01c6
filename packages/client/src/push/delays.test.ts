import { expect, test } from 'vitest'
import { delaysMax } from '../limits.ts'
import { createDelays } from './delays.ts'

const world = () => {
  let now = 1_000_000
  return { delays: createDelays(() => now), pass: (ms: number) => (now += ms) }
}

test('what the server stumbles over waits longer each time, up to five minutes', () => {
  const { delays, pass } = world()
  const waits = Array.from({ length: 7 }, () => {
    delays.longer('poison')
    const wait = delays.nextInMs()!
    pass(wait - 1)
    expect(delays.isDelayed('poison')).toBe(true)
    pass(1)
    expect(delays.isDelayed('poison')).toBe(false)
    return wait / 1000
  })
  expect(waits).toEqual([30, 60, 120, 240, 300, 300, 300])
  expect(delays.isSuspect('poison')).toBe(true)
  delays.answered('poison')
  expect(delays.isSuspect('poison')).toBe(false)
})

test('a person who asks lets all go at once; what was stumbled over still waits longer the next time', () => {
  const { delays } = world()
  delays.longer('poison')
  delays.later('early')
  delays.letGo()
  expect([delays.isDelayed('poison'), delays.isDelayed('early'), delays.nextInMs()]).toEqual([false, false, null])
  delays.longer('poison')
  expect(delays.nextInMs()).toBe(60_000)
})

test('a clock that goes back makes nothing wait longer than it should', () => {
  const { delays, pass } = world()
  delays.longer('poison')
  pass(-86_400_000)
  expect(delays.isDelayed('poison')).toBe(false)
})

test('it remembers so many and no more; the oldest is forgotten first', () => {
  const { delays } = world()
  for (let n = 0; n <= delaysMax; n += 1) delays.longer(`change ${n}`)
  expect(delays.isDelayed('change 0')).toBe(false)
  expect(delays.isDelayed('change 1')).toBe(true)
})
