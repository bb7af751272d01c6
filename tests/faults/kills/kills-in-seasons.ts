// A part of many kills, no signal before, under people who work, fifty a season: after each kill what was acknowledged is looked for,
// after each season the account is taken, and the part's is kept with those of the others.
import { expect, test } from 'vitest'
import { addTold, nothingTold, problemsIn, reportOf } from '../../support/account-of.ts'
import { keepTold } from '../../support/keep-account.ts'
import { aKilledWorld, type Season, type Victim } from './a-killed-world.ts'

type Part = { part: number; of: number; kills: number }

/** Defines the tests of a part; `WEDSYNC_LONG_RUNS` is how many kills all parts come to, if not `kills`. */
export const killsInSeasons = async (victim: Victim, { part, of, kills }: Part): Promise<void> => {
  const here = Math.ceil(Number(process.env['WEDSYNC_LONG_RUNS'] ?? kills) / of)
  const ofASeason = Math.min(50, here)
  const count = Math.ceil(here / ofASeason)
  const world = await aKilledWorld()
  const seasons: Season[] = []

  test.for(Array.from({ length: count }, (_, nth) => (part - 1) * count + nth + 1))(
    'what was acknowledged is there, once, and nothing is stuck: season %i',
    async (seed) => {
      const season = await world.season(victim, ofASeason, seed)
      seasons.push(season)
      console.log(reportOf(`season ${seed}`, season.told))
      expect(problemsIn(season.told)).toEqual([])
    },
  )

  if (victim === 'database')
    test('and no index or page of the database is damaged', async () => {
      expect(await world.damages()).toEqual([])
    })

  test('and the account of all of them is whole', () => {
    const told = seasons.map((season) => season.told).reduce(addTold, nothingTold())
    const sum = (key: 'inTheMiddle' | 'acknowledged') => seasons.reduce((total, season) => total + season[key], 0)
    keepTold(`kills of the ${victim}`, part, of, told)
    console.log(reportOf(`kills of the ${victim}`, told))
    console.log(
      `  ${sum('acknowledged')} changes acknowledged between them, ${sum('inTheMiddle')} kills in the middle of a request, ` +
        `back after ${seasons.map(({ backMs }) => backMs).join(', ')} ms`,
    )
    expect(problemsIn(told)).toEqual([])
    expect(told.runs).toBe(ofASeason * count)
  })
}
