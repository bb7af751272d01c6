// The story everything else hangs on, in a real browser: an assistant in a barn without a signal and a planner in town work
// on the same day; when the signal is back, both phones and the database agree, and nothing is lost.
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openChromium } from '../support/chromium.ts'
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
const speeches = 'Speech: father of the bride'
// a phone that has nothing to send asks for news every ten seconds or so
const patience = { timeout: 25_000 }
const note = 'The arch leans to the left, Rosa straightens it.'

test('what an assistant does without a signal and a planner with one, both see in the end', async () => {
  const assistant = await phoneOf('Tom Ashworth')
  const planner = await phoneOf('Priya Hazel')
  await says(assistant, 'Shared')

  await assistant.losesSignal()
  await (await assistant.rowOf(floristItem)).getByRole('checkbox').check()
  await assistant.goesTo('People')
  await arrivalOf(assistant).getByRole('button', { name: 'Arrived' }).click()
  await assistant.goesTo('Notes')
  await assistant.page.getByLabel('A note for the team').fill(note)
  await assistant.page.getByRole('button', { name: 'Save note' }).click()
  await says(assistant, 'Saved on this phone · 3')

  await (await planner.rowOf(speeches)).getByRole('button').click()
  await planner.page.getByRole('button', { name: '15 minutes later' }).click()
  await planner.page.getByRole('button', { name: 'Save', exact: true }).click()
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
  for (const phone of [assistant, planner]) {
    await seesSpeechesAt(phone, '17:15')
    await seesFloristHere(phone)
    await seesNote(phone)
    await says(phone, 'Shared')
  }

  const stored = await readAsOwner(api.address)
  expect(stored.find('timeline_items', 'title', speeches)?.['planned_start']).toMatch(/T17:15$/)
  expect(stored.find('timeline_items', 'title', floristItem)?.['status']).toBe('done')
  expect(stored.find('vendor_contacts', 'company', florist)?.['arrival_status']).toBe('arrived')
  expect(stored.find('notes', 'body', note)?.['visibility']).toBe('team')
  expect([...assistant.complaints, ...planner.complaints]).toEqual([])
})

test('every screen can be used by whoever does not see it, in the sun and in the barn', async () => {
  const { page, goesTo, badge } = await phoneOf('Tom Ashworth')
  const found: string[] = []
  const look = async (where: string) => {
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
    found.push(...violations.map(({ id, nodes }) => `${where}: ${id} ${nodes[0]?.target.join(' ') ?? ''}`))
  }
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const tab of ['Day', 'People', 'Notes', 'More'] as const) {
      await goesTo(tab)
      await look(`${tab}, ${colorScheme}`)
    }
    await badge.click()
    await look(`behind the badge, ${colorScheme}`)
    await page.keyboard.press('Escape')
  }
  expect(found).toEqual([])
})

const phoneOf = async (name: string): Promise<Phone> => {
  const phone = await openPhone(browser, api.address, name)
  onTestFinished(() => phone.page.context().close())
  return phone
}

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
