import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLine } from './create-line.ts'
import { patienceFor } from './patience.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const limits = { atOnce: 1, waitingMax: 2, waitMsMax: 1000 }
const aLine = (more: Partial<typeof limits> = {}) => createLine({ ...limits, ...more }, (why) => new Error(why))
const whyNot = (thrown: unknown) => (thrown as Error).message
const nobodyLeaves = () => new AbortController().signal

/** Something that is under way until it is let go. */
const aStep = () => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const step = vi.fn(() => promise)
  return { step, end: () => resolve('done') }
}

test('one at a time, in the order they came; one more than may wait is told so at once', async () => {
  const line = aLine()
  const steps = [aStep(), aStep(), aStep()]
  const all = steps.map(({ step }) => line.run(step))
  await expect(line.run(() => Promise.resolve())).rejects.toThrow('full')
  expect([line.underWay(), line.waiting(), line.fullness()]).toEqual([1, 2, 1])
  for (const [nth, { step, end }] of steps.entries()) {
    await vi.advanceTimersByTimeAsync(1)
    expect(step).toHaveBeenCalled()
    expect(steps[nth + 1]?.step.mock.calls ?? []).toEqual([])
    end()
    expect(await all[nth]).toBe('done')
  }
  expect([line.underWay(), line.waiting()]).toEqual([0, 0])
})

test('whoever has waited long enough is told so, is never worked for, and the next takes the place', async () => {
  const line = aLine()
  const [first, late, next] = [aStep(), aStep(), aStep()]
  void line.run(first.step)
  const ofLate = line.run(late.step).catch(whyNot)
  await vi.advanceTimersByTimeAsync(600)
  const ofNext = line.run(next.step)
  await vi.advanceTimersByTimeAsync(400)
  expect(await ofLate).toBe('waited')
  expect(line.waiting()).toBe(1)
  first.end()
  await vi.advanceTimersByTimeAsync(1)
  next.end()
  expect(await ofNext).toBe('done')
  expect(late.step).not.toHaveBeenCalled()
})

test('patience is of the whole request: what was waited elsewhere counts', async () => {
  const line = aLine()
  void line.run(aStep().step)
  const patience = patienceFor(700, nobodyLeaves())
  await vi.advanceTimersByTimeAsync(600)
  const waiting = line.run(aStep().step, patience).catch(whyNot)
  await vi.advanceTimersByTimeAsync(100)
  expect(await waiting).toBe('waited')
})

test('whoever has left is not worked for, and one who left before is not even let in', async () => {
  const line = aLine()
  const [first, left] = [aStep(), aStep()]
  void line.run(first.step)
  const leaving = new AbortController()
  const ofLeft = line.run(left.step, patienceFor(5000, leaving.signal)).catch(whyNot)
  leaving.abort()
  expect(await ofLeft).toBe('gone')
  expect(line.waiting()).toBe(0)
  first.end()
  await vi.advanceTimersByTimeAsync(1)
  await expect(line.run(left.step, patienceFor(5000, leaving.signal))).rejects.toThrow('gone')
  expect(left.step).not.toHaveBeenCalled()
})

test('a line that is sent home goes at once; who is under way goes on, and whoever comes after is let in', async () => {
  const line = aLine({ waitingMax: 50 })
  const first = aStep()
  const ofFirst = line.run(first.step)
  const waiting = Array.from({ length: 50 }, () => line.run(aStep().step).catch(whyNot))
  line.disperse()
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['away']))
  first.end()
  expect(await ofFirst).toBe('done')
  expect(await line.run(() => Promise.resolve('after'))).toBe('after')
})

test('a step that fails gives its place to the next', async () => {
  const line = aLine()
  const failing = line.run(() => Promise.reject(new Error('lost')))
  const next = line.run(() => Promise.resolve('through'))
  await expect(failing).rejects.toThrow('lost')
  expect(await next).toBe('through')
})
