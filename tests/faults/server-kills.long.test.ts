// [P2] [P3] Two hundred kills of the server, no signal before, under people who work, in 4 seasons;
// after each kill what was acknowledged is looked for, after each season the account is taken.
import { expect, test } from 'vitest'
import { addTold, nothingTold, problemsIn, reportOf } from '../support/account-of.ts'
import { aKilledWorld, type Season } from './kills/a-killed-world.ts'

const kills = Number(process.env['WEDSYNC_LONG_RUNS'] ?? 200)
const ofASeason = Math.min(50, kills)
const world = await aKilledWorld()
const seasons: Season[] = []

test.for(Array.from({ length: Math.ceil(kills / ofASeason) }, (_, nth) => nth + 1))(
  'what was acknowledged is there, once, and nothing is stuck: season %i',
  async (seed) => {
    const season = await world.season('server', ofASeason, seed)
    seasons.push(season)
    console.log(reportOf(`season ${seed}`, season.told))
    expect(problemsIn(season.told)).toEqual([])
  },
)

test('and the account of all of them is whole', () => {
  const told = seasons.map((season) => season.told).reduce(addTold, nothingTold())
  const sum = (key: 'inTheMiddle' | 'acknowledged') => seasons.reduce((total, season) => total + season[key], 0)
  console.log(reportOf('kills of the server', told))
  console.log(
    `  ${sum('acknowledged')} changes acknowledged between them, ${sum('inTheMiddle')} kills in the middle of a request, ` +
      `back after ${seasons.map(({ backMs }) => backMs).join(', ')} ms`,
  )
  expect(problemsIn(told)).toEqual([])
})
