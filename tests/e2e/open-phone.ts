// A person with a phone: a browser context of its own, signed in through the door, with the few things a thumb does.
import { type Browser, type Locator, type Page } from 'playwright-core'

export type Phone = {
  page: Page
  /** What broke the content policy or the page itself; stays empty. */
  complaints: string[]
  losesSignal: () => Promise<void>
  findsSignal: () => Promise<void>
  goesTo: (tab: 'Day' | 'People' | 'Notes' | 'More') => Promise<void>
  /** An item on the run sheet, also one that lies behind, or the card of the one that is now. */
  rowOf: (title: string) => Promise<Locator>
  badge: Locator
}

export const openPhone = async (browser: Browser, address: string, name: string): Promise<Phone> => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, locale: 'en-GB' })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const complaints: string[] = []
  page.on('console', (message) => {
    if (/content security policy|has been blocked/i.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))

  await page.goto(address)
  await page.getByRole('button', { name }).click()
  const day = page.getByRole('heading', { name: /^(Next|Later)$/ }).or(page.locator('.earlier'))
  const choice = page.getByRole('heading', { name: 'Weddings' })
  // who works on several weddings opens the one of today, the first of the list
  const today = page.locator('main li a').first()
  await day.or(today).first().waitFor()
  if (await choice.isVisible()) await today.click()
  await day.first().waitFor()
  // from here on the app opens without a network
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready
  })

  const badge = page.locator('.badge')
  return {
    page,
    complaints,
    badge,
    losesSignal: () => context.setOffline(true),
    findsSignal: () => context.setOffline(false),
    goesTo: (tab) => page.getByRole('link', { name: tab }).click(),
    async rowOf(title) {
      // by what stands in it: a role is only seen once the part of the day it lies in is unfolded
      const row = page.locator('li.row, article.now').filter({ hasText: title })
      await row.waitFor({ state: 'attached' })
      if (!(await row.isVisible())) await page.locator('details.earlier > summary').click()
      return row
    },
  }
}
