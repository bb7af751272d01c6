// [P1] [P2] [P3] The connection between server and database ends in the middle of everything, at one message after the other, in
// both directions. All of the cuts are a long part, `every-cut`; here is a sample of them.
import { expect, test } from 'vitest'
import { problemsIn, reportOf } from '../support/account-of.ts'
import { aCutWorld } from './cuts/a-cut-world.ts'
import { allShapes } from './cuts/all-shapes.ts'
import { cutThrough } from './cuts/cut-through.ts'

const every = 29
const world = await aCutWorld(200)
let [cuts, messages] = [0, 0]

test.for(Object.values(allShapes).map((shapeOf, first) => [shapeOf.name, shapeOf, first] as const))(
  `cut at a sample of its messages (each ${every}th of all cuts), asked again: once, whole, nothing left open: %s`,
  async ([, shapeOf, first]) => {
    // each shape begins at another of its messages
    const through = await cutThrough(world, await shapeOf(world), { every, first })
    cuts += through.cuts
    messages += through.messages.length
    expect(through.cuts).toBeGreaterThan(0)
  },
)

test('and after all of them the account is whole: nothing lost, doubled, overwritten unseen or stuck', async () => {
  const told = { ...(await world.account()), runs: cuts }
  console.log(reportOf(`a sample, ${cuts} of ${2 * messages} cuts`, told))
  expect(problemsIn(told)).toEqual([])
})
