// [P2] The server, and PostgreSQL with all its processes, are killed without a word while people work. A sample; five hundred kills of
// the database are a long part, `database-kills`, and those of the server another, `server-kills`.
import { expect, test } from 'vitest'
import { problemsIn, reportOf } from '../support/account-of.ts'
import { aKilledWorld, type Victim } from './kills/a-killed-world.ts'

const world = await aKilledWorld()
const kills = 2
/** A machine may have other things to do. */
const patienceMs = 300_000

test.each<Victim>(['server', 'database'])(
  `[P2] [P3] what was acknowledged is there, once, and nothing is stuck: a sample of ${kills} kills of the %s`,
  async (victim) => {
    const { told, inTheMiddle, acknowledged, backMs } = await world.season(victim, kills, 'sample')
    console.log(reportOf(`kills of the ${victim}, a sample`, told))
    console.log(`  ${acknowledged} acknowledged, ${inTheMiddle} in the middle of a request, back after ${backMs} ms`)
    expect(problemsIn(told)).toEqual([])
    expect(acknowledged).toBeGreaterThan(0)
  },
  patienceMs,
)
