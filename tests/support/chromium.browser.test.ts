import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { openChromium } from './chromium.ts'

test('there is a browser: it keeps a service worker and a store, and asks nobody but this machine', async () => {
  const pages: Record<string, [type: string, body: string]> = {
    '/': ['text/html', '<!doctype html><html lang="en"><title>A barn</title><h1>No signal</h1></html>'],
    '/sw.js': [
      'text/javascript',
      'self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()))',
    ],
  }
  const server = createServer((asked, answer) => {
    const [type, body] = pages[asked.url!] ?? ['text/plain', '']
    answer.writeHead(200, { 'Content-Type': type }).end(body)
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')

  const browser = await openChromium()
  onTestFinished(() => browser.close())
  const page = await (await browser.newContext()).newPage()
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  const seen = await page.evaluate(async () => {
    await navigator.serviceWorker.register('/sw.js')
    await navigator.serviceWorker.ready
    const opened = await new Promise<string>((resolve) => {
      const request = indexedDB.open('barn')
      request.onsuccess = () => resolve(request.result.name)
    })
    const away = await fetch('https://example.com/', { mode: 'no-cors' }).then(
      () => 'answered',
      () => 'not asked',
    )
    const { width } = document.querySelector('h1')!.getBoundingClientRect()
    return { opened, away, hasWidth: width > 0 }
  })
  expect(seen).toEqual({ opened: 'barn', away: 'not asked', hasWidth: true })
})
