// [P2] [P3] Five hundred kills of PostgreSQL with all its processes, no signal before, under people who work, in 10 seasons;
// after each kill what was acknowledged is looked for, after each season the account is taken.
import { expect, test } from 'vitest'
import { addTold, nothingTold, problemsIn, reportOf } from '../support/account-of.ts'
import { aKilledWorld, type Season } from './kills/a-killed-world.ts'

const kills = Number(process.env['WEDSYNC_LONG_RUNS'] ?? 500)
const ofASeason = Math.min(50, kills)
const world = await aKilledWorld()
const seasons: Season[] = []

test.for(Array.from({ length: Math.ceil(kills / ofASeason) }, (_, nth) => nth + 1))(
  'what was acknowledged is there, once, and nothing is stuck: season %i',
  async (seed) => {
    const season = await world.season('database', ofASeason, seed)
    seasons.push(season)
    console.log(reportOf(`season ${seed}`, season.told))
    expect(problemsIn(season.told)).toEqual([])
  },
)

test('and no index or page of the database is damaged', async () => {
  expect(await world.damages()).toEqual([])
})

test('and the account of all of them is whole', () => {
  const told = seasons.map((season) => season.told).reduce(addTold, nothingTold())
  const sum = (key: 'inTheMiddle' | 'acknowledged') => seasons.reduce((total, season) => total + season[key], 0)
  console.log(reportOf('kills of the database', told))
  console.log(
    `  ${sum('acknowledged')} changes acknowledged between them, ${sum('inTheMiddle')} kills in the middle of a request, ` +
      `back after ${seasons.map(({ backMs }) => backMs).join(', ')} ms`,
  )
  expect(problemsIn(told)).toEqual([])
})
