// Chromium on one profile, with somebody who writes without a pause, killed in the middle of it and opened again: what was told as kept
// is there with its outbox entry, and nothing is there by half, even where the browser lost its store. In the end the server is in reach, and the account is taken.
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import { atTheEnd, recordOf } from '../../../packages/server/src/testing/a-wedding.ts'
import { diceFor } from '../../simulation/world/dice.ts'
import { accountOf, type Told } from '../../support/account-of.ts'
import type { Made } from '../../support/a-noted-device.ts'
import { openProfile } from '../../support/chromium.ts'
import { printEvidence } from '../../support/evidence-of.ts'
import { aPage } from './a-page.ts'
import type { Held, Who } from './page.ts'

const { scope: wedding } = recordOf('timeline_items')
const writers = 4
/** How long a run of the phone may take at the end. */
const syncsMax = 50

type Site = Awaited<ReturnType<typeof aPage>>

/** A profile of its own, removed at the end. */
export const aProfile = (): string => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'wedsync-profile-'))
  atTheEnd(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

export const aKilledBrowser = async (site: Site, seed: number | string) => {
  const dice = diceFor('browser', seed)
  const [who, profile] = [await site.somebody(), aProfile()]
  /** Of each note the latest text that was told as kept. */
  const told = new Map<string, number>()
  let saves = 0
  let thrownAway = 0

  // the browser may have taken its own store for damaged, and thrown it away (google/leveldb#1287): then what the app puts back is looked at
  const looks = async (page: Page): Promise<Held> => {
    const look = () => page.evaluate((one) => window.phone.looks(one), who)
    return look().catch(async (error: unknown) => {
      // new, or just found to be damaged
      if (!/AbortError|UnknownError/.test(String(error))) throw error
      await page.evaluate((one) => window.phone.opens(one), who)
      thrownAway += 1
      return look()
    })
  }

  /** A life of the browser, from its start to its death. */
  const livesAndDies = async (): Promise<void> => {
    const { context, kill } = await openProfile(profile)
    const page = context.pages()[0] ?? (await context.newPage())
    await context.exposeFunction('tell', ({ id, nth }: { id: string; nth: number }) => {
      told.set(id, nth)
      saves += 1
    })
    await page.goto(site.address)
    if (told.size > 0) expectWhole(await looks(page), told)
    const before = saves
    await page.evaluate((one) => window.phone.opens(one), who)
    await page.evaluate(([id, count]) => window.phone.writes(id, count), [wedding, writers] as const)
    await expect.poll(() => saves, { timeout: 30_000, interval: 5 }).toBeGreaterThan(before + writers)
    await sleep(dice.between(0, 250))
    await kill()
  }

  /** The last time: nothing is missing, the server is there again, all of it arrives, once. */
  const arrives = async (): Promise<Told> => {
    const { context, kill } = await openProfile(profile)
    const page = context.pages()[0] ?? (await context.newPage())
    await page.goto(site.address)
    const held = await looks(page)
    expectWhole(held, told)
    await page.evaluate((one) => window.phone.opens(one), who)
    site.isAway(false)
    await untilShared(page)
    const after = await page.evaluate((one) => window.phone.looks(one), who)
    await kill()
    site.isAway(true)
    const account = await accountOf(site.wedding.sql, [accounted(held, after, who)])
    await printEvidence(site.wedding.sql, account)
    return account
  }
  return { livesAndDies, arrives, saves: () => saves, thrownAway: () => thrownAway }
}

export const untilShared = async (page: Page): Promise<void> => {
  for (let tries = 0; tries < syncsMax; tries += 1)
    if ((await page.evaluate(() => window.phone.syncs())).waiting === 0) return
  throw new Error(`not shared after ${syncsMax} runs`)
}

/** Whatever was told is there as far as it was told, or further: the last words may have been lost on the way out. */
export const expectWhole = ({ entries, notes }: Held, told: ReadonlyMap<string, number>): void => {
  expect([...entries, ...notes].filter(({ isWhole }) => !isWhole)).toEqual([])
  const shown = new Map(notes.map(({ id, nth }) => [id, nth]))
  const sent = new Map(entries.map(({ id, nth }) => [id, nth]))
  // the latest entry of a note holds what the note shows; neither is there alone
  expect([...sent].sort()).toEqual([...shown].sort())
  const missing = [...told].filter(([id, nth]) => (shown.get(id) ?? -1) < nth)
  expect(missing, 'told as kept, and not there').toEqual([])
}

/** What the person made, as the account knows it: each entry is a change, and holds the saves since the one before. */
export const accounted = (held: Held, after: Held, { name }: Who) => {
  const last = new Map<string, number>()
  const made = held.entries.map(({ changeId, table, id, action, base, nth }): Made => {
    const folded = nth - (last.get(id) ?? -1) - 1
    last.set(id, nth)
    return { changeId, table, id, action, folded, bases: [base], by: name }
  })
  return { made: () => made, outbox: () => after.entries, acknowledged: new Set(after.kept) }
}
