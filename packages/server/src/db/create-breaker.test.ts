import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { failuresInARowMax, pauseMs } from '../limits.ts'
import { createBreaker } from './create-breaker.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const errorOf = (code: string) => Object.assign(new Error(code), { code })
const fails = (code: string) => () => Promise.reject(errorOf(code))
const answers = () => Promise.resolve('answer')

const aBreaker = () => {
  const moves: string[] = []
  const breaker = createBreaker({ away: () => new Error('away'), moved: (state) => void moves.push(state) })
  const tried = (code: string, times: number) =>
    Promise.all(Array.from({ length: times }, () => breaker.run(fails(code)).catch(() => undefined)))
  const look = (code: string | null) =>
    breaker
      .tryOut(code === null ? () => Promise.resolve() : fails(code))
      .catch((thrown: unknown) => (thrown as Error).message)
  return { ...breaker, moves, tried, look }
}

test('many calls in a row that find nobody open it; one answer in between, and they count anew', async () => {
  const { run, tried, isClosed } = aBreaker()
  await tried('ECONNREFUSED', failuresInARowMax - 1)
  expect(await run(answers)).toBe('answer')
  await tried('ECONNRESET', failuresInARowMax - 1)
  expect(isClosed()).toBe(true)
  await tried('57P03', 1)
  expect(isClosed()).toBe(false)
  const call = vi.fn(answers)
  await expect(run(call)).rejects.toThrow('away')
  expect(call).not.toHaveBeenCalled()
})

test.for(['23505', '40001', '42501', '53300'])(
  'a database that complains is there, however often: %s',
  async (code) => {
    const { tried, isClosed } = aBreaker()
    await tried(code, 50)
    expect(isClosed()).toBe(true)
  },
)

test('one look of the watcher opens it; then it looks once after each pause, and the pauses grow', async () => {
  const { look, moves, isClosed, run, openForSeconds } = aBreaker()
  await look('ETIMEDOUT')
  expect([isClosed(), moves]).toEqual([false, ['open']])
  const looked: number[] = []
  for (let ms = 0; ms < 4000; ms += 50) {
    vi.advanceTimersByTime(50)
    // whoever else asks is never the one that tries it out
    await expect(run(answers)).rejects.toThrow('away')
    if ((await look('ETIMEDOUT')) === 'ETIMEDOUT') looked.push(ms + 50)
  }
  const pauses = looked.map((at, nth) => at - (looked[nth - 1] ?? 0))
  expect(pauses).toEqual([250, 500, 1000, 1000, 1000])
  expect(Math.max(...pauses)).toBe(pauseMs.longest)
  expect(openForSeconds()).toBeCloseTo(4, 0)
})

test('a look that is answered closes it', async () => {
  const { look, moves, run, openForSeconds } = aBreaker()
  await look('ECONNREFUSED')
  vi.advanceTimersByTime(pauseMs.first)
  await look(null)
  expect(moves).toEqual(['open', 'half-open', 'closed'])
  expect([await run(answers), openForSeconds()]).toEqual(['answer', 0])
})

test('a call that was under way when it opened does not open it again once it is closed', async () => {
  const { look, run, isClosed } = aBreaker()
  const { promise, reject } = Promise.withResolvers<never>()
  const old = run(() => promise).catch(() => undefined)
  await look('ETIMEDOUT')
  vi.advanceTimersByTime(pauseMs.first)
  await look(null)
  reject(errorOf('ECONNRESET'))
  await old
  expect(isClosed()).toBe(true)
})

test('it knows since when nobody was answered; a complaint is an answer, silence is none', async () => {
  const { run, msSinceAnswer } = aBreaker()
  expect(msSinceAnswer()).toBe(Infinity)
  await run(answers)
  vi.advanceTimersByTime(400)
  await run(fails('ECONNRESET')).catch(() => undefined)
  expect(msSinceAnswer()).toBe(400)
  await run(fails('23505')).catch(() => undefined)
  expect(msSinceAnswer()).toBe(0)
})
