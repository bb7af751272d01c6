// While a world lives, there is no other time and no other chance than its own: whoever asks the platform for them has broken the
// one promise the simulation makes, that a seed decides everything.
import type { VirtualTime } from './virtual-time.ts'

/** Runs something in a world's time. Timers and durations are the world's; asking for real time or chance throws. */
export const onlyVirtual = async <Answer>(time: VirtualTime, run: () => Promise<Answer>): Promise<Answer> => {
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
  const undo = [
    put(globalThis, 'setTimeout', (step: () => void, ms: number) => time.set(step, ms)),
    put(globalThis, 'clearTimeout', (handle: object | undefined) => handle && time.clear(handle)),
    put(globalThis, 'Date', DateOfTheWorld),
    put(Math, 'random', noChance),
    // durations are told in answers, and an answer's length decides what a bad network makes of it
    put(globalThis.performance, 'now', () => time.now() - begun),
    put(globalThis.crypto, 'randomUUID', noChance),
    put(globalThis.crypto, 'getRandomValues', noChance),
  ]
  try {
    return await run()
  } finally {
    for (const back of undo) back()
  }
}

/** Puts something else in a property's place, and hands back how to undo it. */
const put = (owner: object, name: string, value: unknown): (() => void) => {
  const before = Object.getOwnPropertyDescriptor(owner, name)
  Object.defineProperty(owner, name, { value, configurable: true, writable: true })
  return () => {
    if (before) Object.defineProperty(owner, name, before)
    else Reflect.deleteProperty(owner, name)
  }
}
