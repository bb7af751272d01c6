// A thousand devices that lost their server together, in virtual time: how many of them come back in the worst single second.
import { describe, expect, test } from 'vitest'
import { platformAdapters } from '../adapters.ts'
import { streamAgainWithinMs } from '../limits.ts'
import { type RunEnd } from '../push/push-loop.ts'
import { within } from '../retry/backoff.ts'
import { type Device } from '../settings.ts'
import { createSchedule } from './create-schedule.ts'

const devices = 1000
const blinkMs = 25
const blinkOf = (at: number) => Math.floor(at / blinkMs)
const done: RunEnd = { kind: 'done', pollInMs: null, sendAgainInMs: null }
const unreachable: RunEnd = { kind: 'failed', network: 'offline', retryAfterMs: null, message: null }

type Timer = { at: number; run: () => void; isSet: boolean }
type Weather = { answer: () => RunEnd; isVisible: boolean }

const aFleet = async (seed: number) => {
  let now = 0
  const random = seeded(seed)
  const timers = new Map<number, Timer[]>()
  const weather: Weather = { answer: () => done, isVisible: false }
  const tries: { device: number; at: number }[] = []
  const hints: (() => void)[] = []
  const device = {
    ...platformAdapters(),
    ...{ clock: () => now, random, token: () => 'token', pollEveryMs: 10_000 },
    timers: {
      set: (run: () => void, delayMs: number) => {
        const timer = { at: now + delayMs, run, isSet: true }
        const blink = blinkOf(timer.at)
        timers.set(blink, [...(timers.get(blink) ?? []), timer])
        return timer
      },
      clear: (timer: Timer) => (timer.isSet = false),
    },
    surroundings: {
      isOnline: () => true,
      isVisible: () => weather.isVisible,
      listen: (onHint: () => void) => {
        hints.push(onHint)
        return () => undefined
      },
    },
  } as unknown as Device
  const schedules = Array.from({ length: devices }, (_, nth) =>
    createSchedule({
      device,
      run: () => {
        tries.push({ device: nth, at: now })
        return Promise.resolve(weather.answer())
      },
      onEnd: () => undefined,
      hasWaiting: () => false,
    }),
  )
  // all that is due within the blink of an eye runs before what came of it is looked at: a thousand devices in moderate time
  const until = async (time: number) => {
    for (let blink = blinkOf(now); blink <= blinkOf(time); blink += 1) {
      const due = (timers.get(blink) ?? []).filter(({ at, isSet }) => isSet && at <= time)
      for (const timer of due.sort((one, other) => one.at - other.at)) {
        now = Math.max(now, timer.at)
        if (timer.isSet) timer.run()
        timer.isSet = false
      }
      if (due.length === 0) continue
      await new Promise((later) => setImmediate(later))
      // what was set in between may be due in this blink as well
      blink -= 1
    }
    now = time
  }
  // well before anything happens all are there, and have drifted apart
  await until(60_000)
  return {
    ...{ weather, schedules, until, random },
    now: () => now,
    hint: () => hints.forEach((one) => one()),
    /** Tries from now on. */
    heed: () => void tries.splice(0),
    tries: () => tries.length,
    /** The share of devices whose first try falls into it. */
    worstSecond: () => {
      const firstTries = new Map<number, number>()
      for (const { device: nth, at } of tries) if (!firstTries.has(nth)) firstTries.set(nth, at)
      const times = [...firstTries.values()]
      return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length)) / devices
    },
    devicesThatTried: () => new Set(tries.map(({ device: nth }) => nth)).size,
  }
}

const said = (what: string, share: number) => console.log(`${what}: ${(share * 100).toFixed(1)} % in the worst second`)

describe('a server that restarts under a thousand devices that listen', () => {
  test('their first tries are spread over five seconds: no more than three in ten in one', async () => {
    const fleet = await aFleet(1)
    fleet.weather.answer = () => unreachable
    fleet.heed()
    for (const { within: asksWithin } of fleet.schedules) asksWithin(within(streamAgainWithinMs, fleet.random))
    await fleet.until(fleet.now() + streamAgainWithinMs)
    const share = fleet.worstSecond()
    said('first tries after a restart', share)
    expect(fleet.devicesThatTried()).toBe(devices)
    expect(share).toBeLessThan(0.3)
  })
})

describe('an outage of three minutes', () => {
  const anOutage = async (seed: number) => {
    const fleet = await aFleet(seed)
    fleet.weather.answer = () => unreachable
    await fleet.until(fleet.now() + 180_000)
    fleet.weather.answer = () => done
    fleet.heed()
    return fleet
  }

  test('nobody knows when it ends: they come over a minute, no more than one in fifteen in one second', async () => {
    const fleet = await anOutage(2)
    await fleet.until(fleet.now() + 90_000)
    const share = fleet.worstSecond()
    said('first tries after an outage nobody saw the end of', share)
    expect(fleet.devicesThatTried()).toBe(devices)
    expect(share).toBeLessThan(1 / 15)
  })

  test('all hear in the same instant that the network is back: in their pockets they take half a minute', async () => {
    const fleet = await anOutage(3)
    // the platform says so more than once
    for (let nth = 0; nth < 3; nth += 1) fleet.hint()
    await fleet.until(fleet.now() + 1000)
    fleet.hint()
    await fleet.until(fleet.now() + 60_000)
    const share = fleet.worstSecond()
    said('first tries after all heard of it at once', share)
    expect(fleet.devicesThatTried()).toBe(devices)
    expect(share).toBeLessThan(0.1)
  })

  test('where somebody is looking it takes two seconds, not longer', async () => {
    const fleet = await anOutage(4)
    fleet.hint()
    fleet.weather.isVisible = true
    fleet.hint()
    await fleet.until(fleet.now() + 2250)
    const share = fleet.worstSecond()
    said('first tries of those who are looking', share)
    expect(fleet.devicesThatTried()).toBe(devices)
    expect(share).toBeLessThan(0.7)
  })

  test('a person who asks goes at once, whatever was drawn', async () => {
    const fleet = await anOutage(5)
    fleet.hint()
    const before = fleet.tries()
    await fleet.schedules[7]!.now()
    expect(fleet.tries()).toBe(before + 1)
  })

  test('after a short one the network coming back is tried at once', async () => {
    const fleet = await aFleet(6)
    fleet.weather.answer = () => unreachable
    await fleet.until(fleet.now() + 20_000)
    fleet.weather.answer = () => done
    fleet.heed()
    fleet.hint()
    await fleet.until(fleet.now() + 250)
    expect(fleet.devicesThatTried()).toBe(devices)
  })
})

test('all were told the same Retry-After: nobody comes earlier, and they come over a quarter more', async () => {
  const fleet = await aFleet(7)
  const from = fleet.now()
  fleet.weather.answer = () => ({ ...unreachable, network: 'degraded', retryAfterMs: 20_000 })
  await Promise.all(fleet.schedules.map((one) => one.now()))
  fleet.weather.answer = () => done
  fleet.heed()
  fleet.hint()
  await fleet.until(from + 19_999)
  expect(fleet.devicesThatTried()).toBe(0)
  await fleet.until(from + 25_000)
  const share = fleet.worstSecond()
  said('first tries after the same Retry-After', share)
  expect(fleet.devicesThatTried()).toBe(devices)
  expect(share).toBeLessThan(0.3)
})

// mulberry32
const seeded = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}
