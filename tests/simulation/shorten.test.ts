// What is left of a run that fails is the smallest that still does.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { smallest } from './shorten.ts'

test('nothing of what is left can be left out, and what it fails by is in it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 40 }),
      fc.array(fc.nat(39), { minLength: 1, maxLength: 5 }),
      async (size, picked) => {
        const whole = Array.from({ length: size }, (_, nth) => nth)
        const needed = [...new Set(picked.map((one) => one % size))]
        const fails = (parts: readonly number[]) => Promise.resolve(needed.every((one) => parts.includes(one)))
        expect([...(await smallest(whole, fails))]).toEqual(needed.sort((one, other) => one - other))
      },
    ),
  )
})
