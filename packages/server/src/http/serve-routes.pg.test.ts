import { gunzipSync } from 'node:zlib'
import { contentDigestOf, ErrorBody } from '@wedsync/protocol'
import { describe, expect, test } from 'vitest'
import { accountOf, agency, aToken, aWedding, recordOf } from '../testing/a-wedding.ts'
import { allRoutes } from './routes/all-routes.ts'

const wedding = await aWedding({ demoPeople: agency.accounts })
const planner = wedding.phoneOf('planner')
const { scope } = recordOf('timeline_items')
const aNote = (phone = planner) => phone.creates('notes', { client_id: scope, body: 'Counted' })

describe('how often somebody may ask', () => {
  test('batches with changes: the limit and a burst of as many, then 429 that says when', async () => {
    const strict = await aWedding({ rateLimitPerMinute: 2, database: wedding.database })
    const phone = strict.phoneOf('planner')
    for (let sent = 0; sent < 4; sent += 1) {
      const { status, headers } = await phone.sends([aNote(phone)])
      expect(status).toBe(200)
      expect(headers.get('ratelimit')).toMatch(/^limit=2, remaining=\d+, reset=\d+$/)
    }
    const before = await strict.traces()
    const refused = await phone.sends([aNote(phone)])
    expect(refused.status).toBe(429)
    expect(refused.body).toMatchObject({ success: false, error: 'Rate limit exceeded', code: 'rate_limited' })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(refused.headers.get('ratelimit')).toMatch(/^limit=2, remaining=0, reset=\d+$/)
    expect(await strict.traces()).toEqual(before)

    // others, and whoever only listens, are not held up
    expect((await strict.phoneOf('assistant').sends([aNote()])).status).toBe(200)
    expect((await phone.hears()).status).toBe(200)
  })

  test('deciding many conflicts at once counts as a batch with changes', async () => {
    const strict = await aWedding({ rateLimitPerMinute: 2, database: wedding.database })
    const phone = strict.phoneOf('planner')
    const conflicts = [{ conflictId: '5f0c4a1e-7d53-4c1e-9b7a-2f6d1c0e8a11', version: 1 }]
    const init = { method: 'POST', body: JSON.stringify({ conflicts, choice: 'server' }) }
    for (const status of [200, 200, 200, 200, 429])
      expect((await phone.asks('/api/offline/conflicts/resolve', init)).status).toBe(status)
  })

  test('reads have their own', async () => {
    const strict = await aWedding({ rateLimitPerMinute: 2, database: wedding.database })
    const phone = strict.phoneOf('assistant')
    const answers = await Promise.all(Array.from({ length: 125 }, () => phone.asks('/api/offline/status/me')))
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(5)
  })

  test('nought switches every limit off', async () => {
    const answers = await Promise.all(Array.from({ length: 150 }, () => planner.asks('/api/offline/status/me')))
    expect(answers.filter(({ status }) => status === 429)).toEqual([])
    for (let sent = 0; sent < 25; sent += 1) expect((await planner.sends([aNote()])).status).toBe(200)
  })
})

describe('an address', () => {
  test.for([
    '/api',
    '/api/nothing',
    '/api/offline',
    '/api/offline/sync/more',
    '/api/offline/status',
    '/docs/../secret',
    '/docs/swagger-ui.js',
  ])('that leads nowhere is 404: %s', async (path) => {
    const { status, headers, text } = await planner.asks(path)
    expect(status).toBe(404)
    expect(headers.get('x-request-id')).toMatch(/^[\w-]{8,64}$/)
    expect(text).not.toMatch(/\bat .*\.ts:\d/)
  })

  test('under /api that leads nowhere answers the error of the wire', async () => {
    const { body } = await planner.asks('/api/nothing')
    expect(ErrorBody.parse(body)).toMatchObject({ error: 'Not found', code: 'not_found' })
  })

  test('called with another method is 405, and says which it understands', async () => {
    for (const path of new Set(allRoutes.map((route) => route.path))) {
      const methods = allRoutes.filter((route) => route.path === path).map(({ method }) => method)
      for (const method of ['PUT', 'PATCH', 'DELETE', 'POST', 'GET'].filter(
        (one) => !(methods as string[]).includes(one),
      )) {
        const { status, headers, body } = await planner.asks(path.replace('{userId}', planner.userId), { method })
        expect([status, headers.get('allow')]).toEqual([405, methods.join(', ')])
        expect(body).toMatchObject({ error: 'Method not allowed', code: 'method_not_allowed' })
      }
    }
  })
})

describe('every answer', () => {
  test('carries a request id: the one that was given if it is a sane one, else a new one', async () => {
    for (const [path, init] of [
      ['/api/health', {}],
      ['/api/offline/sync', { method: 'POST', body: '{' }],
      ['/openapi.json', {}],
      ['/docs', {}],
    ] as const) {
      const given = await planner.asks(path, { ...init, headers: { 'x-request-id': 'phone-12345678' } })
      expect(given.headers.get('x-request-id')).toBe('phone-12345678')
      for (const id of ['short', 'x'.repeat(65), 'a b c d e f', '<script>alert(1)</script>']) {
        const answer = await planner.asks(path, { ...init, headers: { 'x-request-id': id } })
        expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
      }
    }
  })

  test('of the API is never kept by anybody on the way, nor sniffed', async () => {
    for (const answer of [
      await planner.hears(),
      await planner.asks('/api/health'),
      await planner.asks('/api/nothing'),
    ]) {
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    }
  })
})

describe('the demo', () => {
  test('shows its people and gives each a token that works', async () => {
    const people = (await planner.asks('/api/auth/demo')).body as unknown as { email: string }[]
    expect(people).toEqual(agency.accounts)
    const { email, userId, organizationId, role, name } = accountOf('owner')
    const signedIn = await planner.asks('/api/auth/demo', {
      method: 'POST',
      body: JSON.stringify({ email: ` ${email.toUpperCase()} ` }),
    })
    const { token, user } = signedIn.body as unknown as { token: string; user: object }
    expect(user).toEqual({ id: userId, organizationId, role, name })
    const response = await wedding.fetch(`/api/offline/status/${userId}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(response.status).toBe(200)
  })

  test('knows nobody else, and is not there where there is no demo', async () => {
    const body = JSON.stringify({ email: 'nobody@example.com' })
    expect((await planner.asks('/api/auth/demo', { method: 'POST', body })).status).toBe(404)
    const real = await aWedding({ database: wedding.database })
    for (const init of [{}, { method: 'POST', body: JSON.stringify({ email: accountOf('owner').email }) }])
      expect((await real.phoneOf('planner').asks('/api/auth/demo', init)).status).toBe(404)
  })
})

describe('the document of the wire', () => {
  test('is OpenAPI 3.1, holds every route with all its answers, and every reference leads somewhere', async () => {
    const document = (await planner.asks('/openapi.json')).body as unknown as {
      openapi: string
      info: { title: string; version: string }
      components: { schemas: Record<string, object>; securitySchemes: Record<string, object> }
      paths: Record<
        string,
        Record<
          string,
          {
            operationId: string
            responses: Record<string, object>
            parameters: { name: string; in: string }[]
            security: object[]
            requestBody?: object
          }
        >
      >
    }
    expect(document.openapi).toMatch(/^3\.1\.\d+$/)
    expect([document.info.title, document.info.version].every(Boolean)).toBe(true)
    const found = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(found.sort()).toEqual(allRoutes.map(({ method, path }) => `${method} ${path}`).sort())

    const operations = Object.entries(document.paths).flatMap(([path, byMethod]) =>
      Object.entries(byMethod).map(([method, operation]) => ({ path, method, ...operation })),
    )
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
    for (const { path, method, operationId, parameters, responses, requestBody } of operations) {
      expect(operationId).toMatch(/^[a-zA-Z]\w+$/)
      expect(parameters.filter((one) => one.in === 'path').map(({ name }) => `{${name}}`)).toEqual(
        path.match(/\{\w+\}/g) ?? [],
      )
      const { takes } = allRoutes.find((one) => one.path === path && one.method.toLowerCase() === method)!
      expect(requestBody !== undefined).toBe(takes !== undefined)
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['200', '405', '500', '503']))
      for (const response of Object.values(responses)) expect(response).toHaveProperty('description')
    }
    const text = JSON.stringify(document)
    const references = [...text.matchAll(/"\$ref":"#([^"]*)"/g)].map(([, pointer]) => pointer!)
    for (const pointer of new Set(references.filter((one) => one.startsWith('/components')))) {
      const at = pointer
        .split('/')
        .slice(1)
        .reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], document)
      expect(at, pointer).toBeDefined()
    }
    expect(text).toContain('"conflictResolution"')
  })

  test('can be read with the network gone: everything the page needs comes from here', async () => {
    const { text, headers } = await planner.asks('/docs')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(text).not.toMatch(/https?:\/\//)
    const needed = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!)
    expect(needed.length).toBeGreaterThan(3)
    for (const path of needed) {
      expect(path).toMatch(/^\/docs\//)
      expect((await planner.asks(path)).status).toBe(200)
    }
    expect((await planner.asks('/docs/start.js')).text).not.toMatch(/https?:/)
  })
})

test('an answer that is large is compressed for who understands it', async () => {
  const { userId, organizationId } = accountOf('planner')
  const token = await aToken({ sub: userId, role: 'authenticated', app_metadata: { organization_id: organizationId } })
  const headers = { 'accept-encoding': 'gzip', authorization: `Bearer ${token}` }
  const large = await wedding.fetch('/api/offline/sync', { headers })
  expect(large.headers.get('content-encoding')).toBe('gzip')
  const text = gunzipSync(Buffer.from(await large.arrayBuffer())).toString()
  expect(JSON.parse(text)).toMatchObject({ success: true, hasMore: true })
  expect(large.headers.get('x-content-digest')).toBe(contentDigestOf(text))
})
