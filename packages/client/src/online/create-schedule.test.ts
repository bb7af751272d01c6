import { expect, test } from 'vitest'
import { platformAdapters } from '../adapters.ts'
import { type RunEnd } from '../push/push-loop.ts'
import { type Device } from '../settings.ts'
import { createSchedule } from './create-schedule.ts'

const world = (ends: RunEnd[]) => {
  let now = Date.UTC(2026, 5, 20)
  let pending: { run: () => void; at: number } | null = null
  let onHint: () => void = () => undefined
  let token: string | null = 'token'
  const runs: number[] = []
  const device = {
    ...platformAdapters(),
    clock: () => now,
    random: () => 0.5,
    token: () => token,
    pollEveryMs: 10_000,
    timers: {
      set: (run: () => void, delayMs: number) => (pending = { run, at: now + delayMs }),
      clear: () => (pending = null),
    },
    surroundings: {
      isOnline: () => true,
      isVisible: () => true,
      listen: (listener: () => void) => ((onHint = listener), () => undefined),
      persistStorage: () => Promise.resolve(null),
    },
  } as unknown as Device
  const schedule = createSchedule({
    device,
    run: () => {
      runs.push(now)
      return Promise.resolve(ends.shift() ?? done)
    },
    onEnd: () => undefined,
    hasWaiting: () => false,
  })
  return {
    schedule,
    hint: () => onHint(),
    setToken: (next: string) => (token = next),
    setClockBack: (ms: number) => (now -= ms),
    // lets the next timer fire, and answers how long that took
    next: async () => {
      const due = pending!
      pending = null
      const waited = due.at - now
      now = due.at
      due.run()
      await new Promise((resolve) => setTimeout(resolve, 0))
      return waited
    },
    wait: () => pending!.at - now,
    runs: () => runs.length,
  }
}
const done: RunEnd = { kind: 'done', pollInMs: null, sendAgainInMs: null }
const down: RunEnd = { kind: 'failed', network: 'degraded', retryAfterMs: null, message: null }

test('the first run begins at once, the next when the server said, about', async () => {
  const { next, wait } = world([{ ...done, pollInMs: 4_000 }])
  expect(await next()).toBe(0)
  expect(wait()).toBe(4_000)
})

test('a save is sent soon, together with what follows it at once', async () => {
  const { next, wait, schedule } = world([])
  await next()
  schedule.soon()
  schedule.soon()
  expect(wait()).toBe(300)
})

test('waits grow with failures up to a cap, with chance after the cap, and a save does not shorten them', async () => {
  const { next, wait, schedule } = world(Array.from({ length: 12 }, () => down))
  await next()
  const waits: number[] = []
  for (let n = 0; n < 11; n += 1) {
    schedule.soon()
    waits.push(wait())
    await next()
  }
  expect(waits.slice(0, 4)).toEqual([500, 1000, 2000, 4000])
  expect(Math.max(...waits)).toBe(30_000)
})

test('Retry-After is obeyed, and a little more, also when the network seems back', async () => {
  const { next, wait, hint } = world([{ ...down, retryAfterMs: 20_000 }])
  await next()
  expect(wait()).toBe(22_500)
  hint()
  expect(wait()).toBe(22_500)
})

// found by the simulation, seed 81264
test('[P14] a clock that goes back by a month makes nobody wait longer than the server asked', async () => {
  const { next, wait, hint, schedule, setClockBack } = world([{ ...down, retryAfterMs: 20_000 }])
  await next()
  setClockBack(30 * 24 * 60 * 60_000)
  hint()
  expect(wait()).toBe(22_500)
  schedule.soon()
  expect(wait()).toBe(22_500)
})

test('the network coming back is tried at once', async () => {
  const { next, wait, hint } = world([down, down, down, down, down, down])
  for (let n = 0; n < 6; n += 1) await next()
  expect(wait()).toBeGreaterThan(5_000)
  hint()
  expect(wait()).toBeLessThan(300)
})

test('signed out, nothing is sent until there is another token', async () => {
  const { next, runs, setToken } = world([{ kind: 'signed-out', token: 'token' }])
  await next()
  await next()
  expect(runs()).toBe(1)
  setToken('another')
  await next()
  expect(runs()).toBe(2)
})

test('[P14] a refused token is asked about again after some minutes, in case the refusal was a mistake', async () => {
  const { next, runs } = world([{ kind: 'signed-out', token: 'token' }])
  let waited = await next()
  while (runs() < 2) waited += await next()
  expect(waited).toBeGreaterThanOrEqual(5 * 60_000)
  expect(waited).toBeLessThan(6 * 60_000)
})

test('[P14] what is saved while a run is under way is not left for the next poll', async () => {
  const { next, wait, schedule } = world([])
  const first = next()
  schedule.soon()
  await first
  expect(wait()).toBe(300)
})
