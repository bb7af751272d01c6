// The document held against the server: every question it shows is asked, every answer is what it says; and a client that a
// generator makes of it works.
import ts from 'typescript'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import openapiTS, { astToString } from 'openapi-typescript'
import { afterAll, describe, expect, test } from 'vitest'
import { createFaults, operationsOf, type Document } from '../testing/a-document.ts'
import { agency, aWedding } from '../testing/a-wedding.ts'
import { aListener } from '../testing/a-listener.ts'
import { theExampleWorld } from '../testing/the-example-world.ts'
import { allExamples } from './examples/all-examples.ts'
import { ids } from './examples/example.ts'

const wedding = await aWedding({ demoPeople: agency.accounts })
const { token, phone } = await theExampleWorld(wedding)
const document = (await phone.asks('/openapi.json')).body as unknown as Document
const faults = createFaults(document)

/** Asks as the document says, and holds the answer against it: 200 or an error it names. */
const asks = async (method: string, address: string, init: RequestInit = {}) => {
  const given = (init.headers ?? {}) as Record<string, string>
  const asWho: Record<string, string> = 'cookie' in given ? {} : { authorization: `Bearer ${token}` }
  return await wedding.fetch(address, {
    ...init,
    method,
    headers: { 'content-type': 'application/json', ...asWho, ...given },
  })
}

/** What a page of a browser sends instead of a token. */
const aSession = async () => {
  const opened = await asks('POST', '/api/auth/session')
  const { csrfToken } = (await opened.json()) as { csrfToken: string }
  const cookie = opened.headers.get('set-cookie')!.split(';')[0]!
  return { cookie, host: 'wedsync.test', origin: 'http://wedsync.test', 'x-csrf-token': csrfToken }
}

describe.each(operationsOf(document).map((one) => [`${one.method} ${one.path}`, one] as const))(
  '%s',
  (name, operation) => {
    test.each(allExamples[name]!.map((one) => [one.shows, one] as const))(
      '%s: the real answer is what the document says',
      async (_, example) => {
        const { params = {}, query = {}, body, withSession } = example
        const address = operation.path.replaceAll(/\{(\w+)\}/g, (__, param: string) =>
          encodeURIComponent(params[param]!),
        )
        const search = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)])).toString()
        const response = await asks(operation.method, `${address}?${search}`, {
          ...(body !== undefined && { body: JSON.stringify(body) }),
          ...(withSession && { headers: await aSession() }),
        })
        expect([response.status, response.status === 200 ? '' : await response.clone().text()]).toEqual([200, ''])

        const [type, media] = Object.entries(operation.responses['200']!.content)[0]!
        expect(response.headers.get('content-type')).toContain(type)
        if (type === 'text/event-stream') {
          const pages = await aListener(response).untilCaughtUp()
          for (const { changes, ping } of pages) {
            expect(faults(media['x-events']!['change']!, changes)).toEqual([])
            expect(faults(media['x-events']!['ping']!, ping)).toEqual([])
          }
        } else expect(faults(media.schema, await response.json())).toEqual([])
      },
    )
  },
)

test('what the examples of a push show is what comes of them', async () => {
  const [ledger] = await wedding.ledger(ids.otherChange)
  expect(ledger).toMatchObject({ status: 'completed' })
  expect(await wedding.stored('notes', ids.note)).toMatchObject({ body: 'The DJ needs power' })
})

test('errors are what the document says, wherever they come from', async () => {
  const asked: [number, string, string, RequestInit?][] = [
    [400, 'POST', '/api/offline/sync', { body: '{' }],
    [400, 'POST', '/api/offline/sync', { body: '{"changes": [{}]}' }],
    [400, 'GET', '/api/offline/status/me'],
    [401, 'GET', '/api/offline/verify', { headers: { authorization: 'Bearer no' } }],
    [403, 'GET', `/api/offline/status/${ids.device}`],
    [404, 'GET', `/api/offline/history/notes/${ids.device}`],
    [409, 'GET', '/api/offline/stream?cursor=broken'],
    [415, 'POST', '/api/offline/sync', { headers: { 'content-type': 'text/plain' }, body: 'x' }],
    [
      426,
      'POST',
      '/api/offline/sync',
      { body: JSON.stringify({ batchId: ids.batch, deviceId: ids.device, schemaVersion: 0, changes: [] }) },
    ],
  ]
  for (const [status, method, address, init] of asked) {
    const response = await asks(method, address, init)
    expect([address, response.status]).toEqual([address, status])
    const operation = operationsOf(document).find(
      (one) => one.method === method && new RegExp(`^${one.path.replaceAll(/\{\w+\}/g, '[^/]+')}(\\?|$)`).test(address),
    )!
    expect(
      faults(operation.responses[String(status)]!.content['application/json']!.schema, await response.json()),
    ).toEqual([])
  }
})

describe('a client made of the document', () => {
  const folder = path.resolve(import.meta.dirname, '../../../../.test/made-client')
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const story = `
import createClient from 'openapi-fetch'
import type { paths } from './wire.ts'

export const story = async (fetch: (request: Request) => Promise<Response>, token: string) => {
  const client = createClient<paths>({ baseUrl: 'http://wedsync.test', fetch, headers: { authorization: 'Bearer ' + token } })
  const pushed = await client.POST('/api/offline/sync', {
    body: {
      batchId: crypto.randomUUID(),
      deviceId: '${ids.device}',
      changes: [{ action: 'create', table: 'notes', id: crypto.randomUUID(), data: { client_id: '${ids.wedding}', body: 'From a made client' } }],
    },
  })
  if (!pushed.data || 'dryRun' in pushed.data) throw new Error('no answer: ' + JSON.stringify(pushed.error))
  const id: string = pushed.data.processed[0]!.serverId
  const told = await client.GET('/api/offline/history/{table}/{id}', { params: { path: { table: 'notes', id } } })
  const refused = await client.GET('/api/offline/verify', { params: { query: { scope: id } } })
  const code: string | undefined = refused.error?.code
  return { actions: told.data?.entries.map((entry) => entry.action), code }
}
`
  const wrong = {
    'an action': story.replace("action: 'create'", "action: 'invent'"),
    'an address': story.replace('/api/offline/verify', '/api/offline/verified'),
    'a field': story.replace('serverId', 'serversId'),
  }

  test('compiles, and works; and does not compile with what the wire does not know', { timeout: 60_000 }, async () => {
    mkdirSync(folder, { recursive: true })
    const write = (name: string, text: string) => {
      writeFileSync(path.join(folder, name), text)
      return path.join(folder, name)
    }
    const right = [write('wire.ts', astToString(await openapiTS(document as never))), write('story.ts', story)]
    const others = Object.values(wrong).map((text, nth) => write(`wrong-${nth}.ts`, text))
    const program = ts.createProgram([...right, ...others], {
      ...{ strict: true, noEmit: true, skipLibCheck: true, noUncheckedIndexedAccess: true, types: [] },
      ...{ allowImportingTsExtensions: true, target: ts.ScriptTarget.ES2024, lib: ['lib.es2024.d.ts', 'lib.dom.d.ts'] },
      ...{ module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
    })
    const faultsIn = (file: string) =>
      ts
        .getPreEmitDiagnostics(program, program.getSourceFile(file))
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
    expect(right.flatMap(faultsIn)).toEqual([])
    for (const [nth, what] of Object.keys(wrong).entries()) expect(faultsIn(others[nth]!), what).not.toEqual([])

    const { story: lived } = (await import(right[1]!)) as { story: (fetch: unknown, token: string) => Promise<unknown> }
    const fetch = (request: Request) => wedding.server.api.fetch(request)
    expect(await lived(fetch, token)).toEqual({ actions: ['create'], code: 'not_found' })
  })
})
