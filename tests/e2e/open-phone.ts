// A person with a phone: a browser context of its own, signed in through the door, with the few things a thumb does.
import { type Browser, type Locator, type Page } from 'playwright-core'

export type Phone = {
  page: Page
  /** What broke the content policy or the page itself; stays empty. */
  complaints: string[]
  losesSignal: () => Promise<void>
  findsSignal: () => Promise<void>
  goesTo: (tab: 'Day' | 'People' | 'Notes' | 'More') => Promise<void>
  /** The row of an item, also of one that lies behind. */
  rowOf: (title: string) => Promise<Locator>
  badge: Locator
}

export const openPhone = async (browser: Browser, address: string, name: string): Promise<Phone> => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, locale: 'en-GB' })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))

  await page.goto(address)
  await page.getByRole('button', { name }).click()
  await page
    .getByRole('heading', { name: /^(Next|Later)$/ })
    .or(page.locator('.earlier'))
    .first()
    .waitFor()
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
      const behind = page.locator('details.earlier:not([open]) > summary')
      if ((await behind.count()) > 0) await behind.click()
      return page.getByRole('listitem').filter({ has: page.getByText(title, { exact: true }) })
    },
  }
}
