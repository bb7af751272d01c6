// The story everything else hangs on, in a real browser: an assistant in a barn without a signal and a planner in town work
// on the same day; when the signal is back, both phones and the database agree, and nothing is lost.
import { gunzipSync } from 'node:zlib'
import { AxeBuilder } from '@axe-core/playwright'
import { contentDigestHeader, contentDigestOf } from '@wedsync/protocol'
import { type Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openChromium } from '../support/chromium.ts'
import { leaveQuarrels } from './leave-quarrels.ts'
import { openPhone, type Phone } from './open-phone.ts'
import { readAsOwner } from './read-as-owner.ts'
import { startApi, type RunningApi } from './start-api.ts'

let api: RunningApi
let browser: Browser

beforeAll(async () => {
  ;[api, browser] = await Promise.all([startApi(), openChromium()])
})
afterAll(async () => {
  await browser?.close()
  await api?.stop()
})

const florist = 'Bellamy Flowers'
const floristItem = 'Flowers arrive'
const toast = 'Speech: best man'
const registrar = 'Registrar meets the couple'
const speeches = 'Speech: father of the bride'
const nextSpeech = 'Speech: the couple'
// a phone that has nothing to send asks for news every ten seconds or so
const patience = { timeout: 25_000 }
const note = 'The arch leans to the left, Rosa straightens it.'

test('what an assistant does without a signal and a planner with one, both see in the end', async () => {
  const assistant = await phoneOf('Tom Ashworth')
  const planner = await phoneOf('Priya Hazel')
  await says(assistant, 'Shared')

  await assistant.losesSignal()
  const flowers = await assistant.rowOf(floristItem)
  await flowers
    .getByRole('checkbox')
    .or(flowers.getByRole('button', { name: 'Done' }))
    .click()
  await assistant.goesTo('People')
  await arrivalOf(assistant).getByRole('button', { name: 'Arrived' }).click()
  await assistant.goesTo('Notes')
  await assistant.page.getByLabel('A note for the team').fill(note)
  await assistant.page.getByRole('button', { name: 'Save note' }).click()
  await says(assistant, 'Saved on this phone · 3')

  const lets = await holdsBack(planner)
  await moves(planner, speeches, '15 minutes later')
  await says(planner, 'Sending · 1')
  await lets.through()
  await says(planner, 'Shared')
  await seesSpeechesAt(planner, '17:15')

  // still no signal: the page opens, and shows what was done on this phone and nothing else
  await assistant.page.reload()
  await says(assistant, 'Saved on this phone · 3')
  await seesNote(assistant)
  await seesFloristHere(assistant)
  await seesSpeechesAt(assistant, '17:00')

  await assistant.findsSignal()
  await says(assistant, 'Shared')
  await planner.goesTo('More')
  await planner.page.getByRole('button', { name: 'Share now' }).click()
  for (const phone of [assistant, planner]) {
    await seesSpeechesAt(phone, '17:15')
    // the next speech waits for this one, and nobody had to move it
    await (await phone.rowOf(nextSpeech)).getByText('was 17:10').waitFor(patience)
    await seesFloristHere(phone)
    await seesNote(phone)
    await says(phone, 'Shared')
  }

  const stored = await readAsOwner(api.address)
  expect(stored.find('timeline_items', 'title', speeches)?.['planned_start']).toMatch(/T17:15$/)
  expect(stored.find('timeline_items', 'title', nextSpeech)?.['planned_start']).toMatch(/T17:10$/)
  expect(stored.find('timeline_items', 'title', floristItem)?.['status']).toBe('done')
  expect(stored.find('vendor_contacts', 'company', florist)?.['arrival_status']).toBe('arrived')
  expect(stored.find('notes', 'body', note)?.['visibility']).toBe('team')
  expect([...assistant.complaints, ...planner.complaints]).toEqual([])
})

test('two who move the same item are both told what the other wants, and nothing is overwritten', async () => {
  const assistant = await phoneOf('Tom Ashworth')
  const planner = await phoneOf('Priya Hazel')
  await assistant.losesSignal()
  await moves(assistant, toast, '10 minutes later')
  await moves(planner, toast, '30 minutes later')
  await says(assistant, 'Saved on this phone · 1')
  // neither the badge nor the row: both may show what is not sent yet for a moment, and then the assistant would be first
  const start = async () => (await readAsOwner(api.address)).find('timeline_items', 'title', toast)?.['planned_start']
  await expect.poll(start, { timeout: patience.timeout, interval: 1000 }).toMatch(/T17:50$/)

  await assistant.findsSignal()
  await says(assistant, 'Needs you · 1')
  await assistant.badge.click()
  const both = assistant.page.getByRole('dialog').getByRole('article', { name: toast })
  await both.getByText('17:20', { exact: true }).waitFor()
  expect(await both.locator('dl').innerText()).toMatch(/was\s+17:20\s+yours\s+17:30\s+theirs\s+17:50/)
  expect(await axe(assistant)).toEqual([])

  const stored = await readAsOwner(api.address)
  expect(stored.find('timeline_items', 'title', toast)?.['planned_start']).toMatch(/T17:50$/)
})

test('an assistant who moves a fixed time while the plan is frozen is told that the lead decides', async () => {
  const assistant = await phoneOf('Tom Ashworth')
  await moves(assistant, registrar, '10 minutes later')
  await says(assistant, 'Needs you · 1')
  await assistant.badge.click()
  const proposal = assistant.page.getByRole('dialog').getByRole('article', { name: registrar })
  await proposal.getByText('Waits for the lead. Yours is kept.').waitFor()
  expect(await proposal.locator('dl').innerText()).toMatch(/wanted\s+13:10\s+instead of\s+13:00/)
  expect(await proposal.innerText()).toMatch(
    /The plan is frozen until 12:00 on .*, so the lead decides about the start\./,
  )
  expect(await axe(assistant)).toEqual([])

  const stored = await readAsOwner(api.address)
  expect(stored.find('timeline_items', 'title', registrar)?.['planned_start']).toMatch(/T13:00$/)
})

test('a planner decides what is small in one go, with no signal; what weighs more stays to be looked at', async () => {
  const quarrels = await leaveQuarrels(api.address, 3)
  const planner = await phoneOf('Priya Hazel')
  const { page } = planner
  await page.goto(`${api.address}/#/${quarrels.weddingId}/more`)
  await page.getByRole('link', { name: '4 things wait for you to decide' }).click(patience)
  const bar = page.getByRole('region', { name: '3 small ones can be decided at once' })
  const open = () => bar.getByRole('button', { name: 'Keep what stands' }).click()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    expect(await axe(planner)).toEqual([])
    await open()
    await page.getByRole('dialog', { name: 'Keep what stands?' }).getByText('All 3 stay as everybody').waitFor()
    expect(await axe(planner)).toEqual([])
    await page.getByRole('button', { name: 'Not now' }).click()
  }
  // whoever goes by keyboard is where they were
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Keep what stands')

  await planner.losesSignal()
  await open()
  await page.getByRole('button', { name: 'Keep all 3' }).click()
  await page.getByRole('status').getByText('3 decided.').waitFor()
  await says(planner, 'Saved on this phone · 3')
  await bar.waitFor({ state: 'detached' })
  expect(await quarrels.waiting()).toHaveLength(4)

  await planner.findsSignal()
  await says(planner, 'Shared')
  await page.getByText('One thing waits for you').waitFor()
  expect(await quarrels.waiting()).toEqual(['high'])
  expect(await quarrels.notes()).toEqual(Array(3).fill('Priya says: bring an umbrella'))
  expect(planner.complaints).toEqual([])
})

test('an app that is too old says so, keeps what is made in it, and shares it once it is a newer one', async () => {
  const phone = await phoneOf('Priya Hazel')
  await says(phone, 'Shared')
  const isNewAgain = await speaksAsAnOldApp(phone)
  await moves(phone, toast, '10 minutes later')
  await says(phone, 'Saved on this phone · 1')
  const notice = phone.page.getByRole('status').filter({ has: phone.page.getByRole('button', { name: 'Reload' }) })
  await notice.getByText('Update the app to share it.').waitFor(patience)
  expect(await axe(phone)).toEqual([])

  // nothing newer is there yet: it opens again as it was, and what was made is still on it
  // it looks for a newer one first: until then the old page stands there, with the same words
  const opensAgain = phone.page.waitForEvent('load', patience)
  await notice.getByRole('button', { name: 'Reload' }).click()
  await opensAgain
  await says(phone, 'Saved on this phone · 1')
  // it has asked, and was told so again
  await notice.getByText('Update the app to share it.').waitFor(patience)

  await isNewAgain()
  await notice.getByRole('button', { name: 'Reload' }).click()
  await says(phone, 'Shared')
  await notice.waitFor({ state: 'detached' })
})

test('every screen can be used by whoever does not see it, in the sun and in the barn', async () => {
  const phone = await phoneOf('Tom Ashworth')
  const found: string[] = []
  const look = async (tab: 'Day' | 'People' | 'Notes' | 'More', colorScheme: 'light' | 'dark') => {
    await phone.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await phone.goesTo(tab)
    found.push(...(await axe(phone)).map((one) => `${tab}, ${colorScheme}: ${one}`))
  }
  for (const tab of ['Day', 'People', 'Notes', 'More'] as const) await look(tab, 'light')
  for (const tab of ['Day', 'People'] as const) await look(tab, 'dark')
  expect(found).toEqual([])
})

const axe = async ({ page }: Phone): Promise<string[]> => {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  return violations.map(({ id, nodes }) => `${id} ${nodes[0]?.target.join(' ') ?? ''}`)
}

const phoneOf = async (name: string): Promise<Phone> => {
  const phone = await openPhone(browser, api.address, name)
  onTestFinished(() => phone.page.context().close())
  return phone
}

const moves = async (phone: Phone, title: string, by: string) => {
  await (await phone.rowOf(title)).getByRole('button').last().click()
  await phone.page.getByRole('button', { name: by }).click()
  await phone.page.getByRole('button', { name: 'Save', exact: true }).click()
}

/** A slow network: what this phone sends stays on its way until it is let through. */
const holdsBack = async ({ page }: Phone) => {
  const way = '**/api/offline/sync*'
  let open = () => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  await page.route(way, async (route) => {
    await opened
    await route.continue()
  })
  return {
    through: async () => {
      open()
      await page.unroute(way)
    },
  }
}

/** From here on this phone asks in the words of an app from before anybody is answered any more, until it is a newer one. */
const speaksAsAnOldApp = async ({ page }: Phone) => {
  const way = '**/api/offline/sync*'
  await page.route(way, async (route) => {
    const request = route.request()
    const { 'content-encoding': encoding, ...headers } = request.headers()
    const bytes = request.postDataBuffer()
    if (!bytes) return route.continue()
    const body = JSON.parse((encoding === 'gzip' ? gunzipSync(bytes) : bytes).toString()) as object
    const postData = JSON.stringify({ ...body, schemaVersion: 0 })
    await route.continue({ postData, headers: { ...headers, [digestHeader]: contentDigestOf(postData) } })
  })
  return () => page.unroute(way)
}
const digestHeader = contentDigestHeader.toLowerCase()

const says = ({ badge }: Phone, words: string) => badge.getByText(words, { exact: true }).waitFor(patience)

const arrivalOf = ({ page }: Phone) => page.getByRole('group', { name: `Arrival of ${florist}` })

const seesFloristHere = async (phone: Phone) => {
  await phone.goesTo('People')
  await arrivalOf(phone).getByRole('button', { name: 'Arrived', pressed: true }).waitFor(patience)
  await phone.goesTo('Day')
  expect(await (await phone.rowOf(floristItem)).getByRole('checkbox').isChecked()).toBe(true)
}

const seesNote = async (phone: Phone) => {
  await phone.goesTo('Notes')
  await phone.page.getByText(note, { exact: true }).waitFor(patience)
}

const seesSpeechesAt = async (phone: Phone, time: string) => {
  await phone.goesTo('Day')
  await (await phone.rowOf(speeches)).getByText(time, { exact: true }).waitFor(patience)
}
