import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { isForApi } from './is-for-api.ts'
import { readWebApp } from './read-web-app.ts'
import { serveWebApp, type WebAppState } from './serve-web-app.ts'

const dist = mkdtempSync(path.join(os.tmpdir(), 'wedsync-dist-'))
afterAll(() => rmSync(dist, { recursive: true }))
mkdirSync(path.join(dist, 'assets'))
writeFileSync(path.join(dist, 'index.html'), '<main>the app</main>')
writeFileSync(path.join(dist, 'sw.js'), 'self')
writeFileSync(path.join(dist, 'assets/main-C0FFEE.js'), 'app()')
writeFileSync(path.join(dist, '.fingerprint'), 'not for everybody')

const built: WebAppState = { step: 'built', files: readWebApp(dist) }
const ask = (at: string, state: WebAppState = built, init?: RequestInit) =>
  serveWebApp(new Request(`http://barn${at}`, init), state)

test('every address of a screen is the app', async () => {
  for (const at of ['/', '/index.html', '/weddings/42', '/weddings/v1.2/timeline']) {
    const answer = ask(at)
    expect([answer.status, await answer.text()]).toEqual([200, '<main>the app</main>'])
  }
})

test('what is named after its contents may be kept for ever, all else is asked about again', () => {
  const kept = (at: string) => ask(at).headers.get('cache-control')
  expect(kept('/assets/main-C0FFEE.js')).toBe('public, max-age=31536000, immutable')
  expect(kept('/')).toBe('no-cache')
  expect(kept('/sw.js')).toBe('no-cache')
  const etag = ask('/sw.js').headers.get('etag')!
  expect(ask('/sw.js', built, { headers: { 'if-none-match': `W/${etag}` } }).status).toBe(304)
})

test('only what was built can be asked for', () => {
  for (const at of [
    '/missing.js',
    '/assets/missing.js',
    '/.fingerprint',
    '/%2e%2e/%2e%2e/package.json',
    '/..%2f..%2f.env',
    '/a%00.js',
  ])
    expect(ask(at).status).toBe(404)
})

test('every page runs its own code only, and is framed by nobody', () => {
  for (const state of [built, { step: 'building' }, { step: 'failed', why: '' }] satisfies WebAppState[]) {
    const { headers } = ask('/', state)
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';.*frame-ancestors 'none'/)
    expect(headers.get('content-security-policy')).not.toContain('unsafe')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('same-origin')
  }
})

test('until the app is built a page says so and reloads itself, and no phone loses the app it has', async () => {
  const answer = ask('/weddings/42', { step: 'building' })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(await answer.text()).toMatch(/http-equiv="refresh" content="2".*The app is being built/)
  expect(ask('/sw.js', { step: 'building' }).status).toBe(503)
})

test('an app that could not be built is told with its reason, as text', async () => {
  const page = await ask('/', { step: 'failed', why: 'no such file <script>alert(1)</script>' }).text()
  expect(page).toContain('no such file &#60;script&#62;')
})

test('a phone with a weak signal gets what can be squeezed squeezed', async () => {
  const squeezed = ask('/assets/main-C0FFEE.js', built, { headers: { 'accept-encoding': 'gzip, br' } })
  expect(squeezed.headers.get('content-encoding')).toBe('gzip')
  const plain = new Response(squeezed.body!.pipeThrough(new DecompressionStream('gzip')))
  expect(await plain.text()).toBe('app()')
})

test('asking for the head of a page brings no body', async () => {
  const answer = ask('/', built, { method: 'HEAD' })
  expect([answer.headers.get('content-length'), await answer.text()]).toEqual(['20', ''])
})

test('the API answers its own addresses and everything that is not reading', () => {
  const asked = (at: string, method = 'GET') => isForApi(new Request(`http://barn${at}`, { method }))
  for (const at of ['/api', '/api/health', '/docs', '/docs/swagger-ui.css', '/openapi.json', '/metrics'])
    expect(asked(at)).toBe(true)
  for (const at of ['/', '/apiary', '/documents', '/assets/api/x.js', '/metrics.html']) expect(asked(at)).toBe(false)
  expect(asked('/', 'POST')).toBe(true)
})
