// [P1] [P2] [P3] Every cut there is: for each shape of a transaction, before and after each message of PostgreSQL's protocol, in both
// directions, and then the account of everything that was made meanwhile.
import { expect, test } from 'vitest'
import { problemsIn, reportOf } from '../support/account-of.ts'
import { aCutWorld } from './cuts/a-cut-world.ts'
import { allShapes } from './cuts/all-shapes.ts'
import { cutThrough } from './cuts/cut-through.ts'

const world = await aCutWorld(2500)
let cuts = 0

test.for(Object.values(allShapes).map((shapeOf) => [shapeOf.name, shapeOf] as const))(
  'cut at every message, asked again: once, whole, nothing left open: %s',
  async ([name, shapeOf]) => {
    const through = await cutThrough(world, await shapeOf(world))
    cuts += through.cuts
    console.log(`${name}: ${through.messages.length} messages, ${through.cuts} cuts, ${through.tries} times asked`)
  },
)

test('and after all of them the account is whole: nothing lost, doubled, overwritten unseen or stuck', async () => {
  const told = { ...(await world.account()), runs: cuts }
  console.log(reportOf('every cut between server and database', told))
  expect(problemsIn(told)).toEqual([])
})
