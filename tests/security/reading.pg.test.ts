// The matrix, first half: every function and every route as every role, on one's own wedding, another one, another company's and
// none, in one world; while every byte that comes back is searched for values planted there.  Shows P7.
import { describe } from 'vitest'
import { aTriedWorld } from './matrix/a-tried-world.ts'
import { tryFunctions } from './matrix/functions.ts'
import { tryReading } from './matrix/reading.ts'

const tried = await aTriedWorld()

// first, for it takes back all it does; what is read leaves changes in people's ledgers
describe('functions', async () => {
  await tryFunctions(tried)
})
describe('reading', () => {
  tryReading(tried)
})
