// [P3] The browser is killed in the middle of a save, and its storage is full. A sample; a hundred and fifty kills are a long part,
// `browser-kills`.
import { expect, test } from 'vitest'
import { accountOf, problemsIn, reportOf } from '../support/account-of.ts'
import { openProfile } from '../support/chromium.ts'
import { aKilledBrowser, accounted, aProfile, expectWhole, untilShared } from './browser/a-killed-browser.ts'
import { aPage } from './browser/a-page.ts'
import { recordOf } from '../../packages/server/src/testing/a-wedding.ts'

const site = await aPage()
const kills = 3
const quotaBytes = 1_500_000
/** A machine may have other things to do. */
const patienceMs = 300_000

test(
  `[P3] what was told as kept is there with its entry, nothing by half, and all of it arrives: a sample of ${kills} kills`,
  async () => {
    const browser = await aKilledBrowser(site, 'sample')
    for (let kill = 0; kill < kills; kill += 1) await browser.livesAndDies()
    const told = await browser.arrives()
    console.log(reportOf('kills of the browser, a sample', { ...told, runs: kills }))
    expect(problemsIn(told)).toEqual([])
    expect(told.account.made).toBeGreaterThanOrEqual(browser.saves())
  },
  patienceMs,
)

test(
  '[P3] a phone without space says so, keeps what it had, and shares it when there is room',
  async () => {
    const { scope } = recordOf('timeline_items')
    const who = await site.somebody()
    const { context, kill } = await openProfile(aProfile())
    const page = context.pages()[0] ?? (await context.newPage())
    // from the start: what the browser has once granted it does not take back for a while
    const devtools = await context.newCDPSession(page)
    await devtools.send('Storage.overrideQuotaForOrigin', { origin: site.address, quotaSize: quotaBytes })
    await page.goto(site.address)
    await page.evaluate((one) => window.phone.opens(one), who)
    const writes = (writer: number, letters: number) =>
      page.evaluate(([id, nth, long]) => window.phone.writesLong(id, nth, long), [scope, writer, letters] as const)

    const kept: string[] = []
    const first = await writes(0, 100)
    if ('id' in first) kept.push(first.id)
    let refused: { refused: string; name: string } | undefined
    for (let writer = 1; writer <= 150 && !refused; writer += 1) {
      const answer = await writes(writer, 15_000)
      if ('id' in answer) kept.push(answer.id)
      else refused = answer
    }
    expect(refused).toEqual({
      name: 'OutOfSpace',
      refused:
        'This phone has no space left, so nothing was saved. Free some space and try again: what you saved before is safe.',
    })
    const full = await page.evaluate((one) => window.phone.looks(one), who)
    expectWhole(full, new Map(kept.map((id) => [id, 0])))
    expect(full.notes.map(({ id }) => id).sort()).toEqual([...kept].sort())

    // the server is there, and still nothing is lost of what cannot be marked as sent
    site.isAway(false)
    await page.evaluate(() => window.phone.syncs())
    const tried = await page.evaluate((one) => window.phone.looks(one), who)
    expect([...new Set([...tried.entries.map(({ id }) => id)])].sort()).toEqual([...kept].sort())

    await devtools.send('Storage.overrideQuotaForOrigin', { origin: site.address })
    expect(await writes(99, 100)).toHaveProperty('id')
    const before = await page.evaluate((one) => window.phone.looks(one), who)
    await untilShared(page)
    const after = await page.evaluate((one) => window.phone.looks(one), who)
    const told = await accountOf(site.wedding.sql, [accounted(before, after, who)])
    expect(problemsIn(told)).toEqual([])
    expect(told.account).toMatchObject({ made: kept.length + 1, applied: kept.length + 1 })
    await kill()
    site.isAway(true)
  },
  patienceMs,
)
