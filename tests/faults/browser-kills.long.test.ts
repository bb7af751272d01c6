// [P3] A hundred and fifty kills of Chromium in the middle of a save, in lives of ten on one profile: each time what was told as kept is
// there with its outbox entry, nothing by half; at the end of each ten the server is in reach, and the account is taken.
import { expect, test } from 'vitest'
import { addTold, nothingTold, problemsIn, reportOf, type Told } from '../support/account-of.ts'
import { keepTold } from '../support/keep-account.ts'
import { aKilledBrowser } from './browser/a-killed-browser.ts'
import { aPage } from './browser/a-page.ts'

const kills = Number(process.env['WEDSYNC_LONG_RUNS'] ?? 150)
const ofAProfile = Math.min(10, kills)
const site = await aPage()
const all: Told[] = []
let [saves, thrownAway] = [0, 0]

test.for(Array.from({ length: Math.ceil(kills / ofAProfile) }, (_, nth) => nth + 1))(
  'what was told as kept is there with its entry, and all of it arrives: profile %i',
  async (seed) => {
    const browser = await aKilledBrowser(site, seed)
    for (let kill = 0; kill < ofAProfile; kill += 1) await browser.livesAndDies()
    const told = { ...(await browser.arrives()), runs: ofAProfile }
    all.push(told)
    saves += browser.saves()
    thrownAway += browser.thrownAway()
    expect(problemsIn(told)).toEqual([])
  },
)

test('and the account of all of them is whole', () => {
  const told = all.reduce(addTold, nothingTold())
  keepTold('kills of the browser', 1, 1, told)
  console.log(reportOf('kills of the browser', told))
  console.log(
    `  ${saves} saves were told as kept; the browser threw a store away ${thrownAway} times, and it was put back`,
  )
  expect(problemsIn(told)).toEqual([])
  expect(told.account.made).toBeGreaterThanOrEqual(saves)
})
