// The matrix, second half: every write as every role, on one's own wedding, another one, another company's and none, in a world
// of its own; while every byte that comes back is searched for values planted there.  Shows P7.
import { describe } from 'vitest'
import { aTriedWorld } from './matrix/a-tried-world.ts'
import { tryWriting } from './matrix/writing.ts'

const tried = await aTriedWorld()

describe('writing', () => {
  tryWriting(tried)
})
