// While a world lives, there is no other time and no other chance than its own: whoever asks the platform for them has broken the
// one promise the simulation makes, that a seed decides everything.
import type { VirtualTime } from './virtual-time.ts'

/** Runs something in a world's time. Timers and durations are the world's; asking for real time or chance throws. */
export const onlyVirtual = async <Answer>(time: VirtualTime, run: () => Promise<Answer>): Promise<Answer> => {
  const before = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    Date: globalThis.Date,
    random: Math.random,
    randomUUID: globalThis.crypto.randomUUID,
    getRandomValues: globalThis.crypto.getRandomValues,
  }
  const RealDate = globalThis.Date
  class DateOfTheWorld extends RealDate {
    constructor(...given: unknown[]) {
      if (given.length === 0) throw new Error('somebody asked for the real time')
      super(...(given as [number]))
    }
    static override now(): number {
      throw new Error('somebody asked for the real time')
    }
  }
  const noChance = () => {
    throw new Error('somebody asked for real chance')
  }
  const begun = time.now()
  globalThis.setTimeout = ((step: () => void, ms: number) => time.set(step, ms)) as never
  globalThis.clearTimeout = ((handle: object | undefined) => handle && time.clear(handle)) as never
  globalThis.Date = DateOfTheWorld as never
  Math.random = noChance
  // durations are told in answers, and an answer's length decides what a bad network makes of it
  const durations = { value: () => time.now() - begun, configurable: true, writable: true }
  Object.defineProperty(globalThis.performance, 'now', durations)
  Object.assign(globalThis.crypto, { randomUUID: noChance, getRandomValues: noChance })
  try {
    return await run()
  } finally {
    Object.assign(globalThis, {
      setTimeout: before.setTimeout,
      clearTimeout: before.clearTimeout,
      Date: before.Date,
    })
    Math.random = before.random
    delete (globalThis.performance as { now?: unknown }).now
    Object.assign(globalThis.crypto, { randomUUID: before.randomUUID, getRandomValues: before.getRandomValues })
  }
}
