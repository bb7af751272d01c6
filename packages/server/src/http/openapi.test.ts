import { createConfig, lintFromString } from '@redocly/openapi-core'
import { syncErrors } from '@wedsync/protocol'
import { createParser } from 'eventsource-parser'
import { describe, expect, test } from 'vitest'
import { createFaults, operationsOf, type Document, type Media } from '../testing/a-document.ts'
import { allExamples } from './examples/all-examples.ts'
import { openApiOf } from './openapi.ts'
import { refusalsOf } from './refusals-of.ts'
import { allRoutes } from './routes/all-routes.ts'

const document = openApiOf(allRoutes, refusalsOf) as unknown as Document
const operations = operationsOf(document)
const faults = createFaults(document)
const valuesOf = ({ examples = {} }: Media) => Object.values(examples).map(({ value }) => value)

test('the document is one that others can work with: a linter of OpenAPI finds nothing', async () => {
  const config = await createConfig({
    extends: ['recommended'],
    rules: {
      // served by whoever is asked: its own address
      'no-server-example.com': 'off',
      'operation-4xx-response': 'error',
      'no-invalid-media-type-examples': { severity: 'error', allowAdditionalProperties: true },
      'no-invalid-parameter-examples': 'error',
    },
  })
  const problems = await lintFromString({ source: JSON.stringify(document), config })
  expect(problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`)).toEqual([])
})

test('every route is in it, with what it is called, and with examples; and there are no examples of what is not', () => {
  const known = allRoutes.map(({ method, path }) => `${method} ${path}`)
  expect(operations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([...known].sort())
  expect(Object.keys(allExamples).sort()).toEqual([...known].sort())
  for (const { summary, tags, operationId } of operations) {
    expect([summary.length > 5, tags.length]).toEqual([true, 1])
    expect(operationId).toMatch(/^(get|post|delete)[A-Z]\w+$/)
  }
})

describe.each(operations.map((one) => [`${one.method} ${one.path}`, one] as const))('%s', (_, operation) => {
  test('its questions and answers are what their schemas say', () => {
    for (const { content } of [operation.requestBody, operation.responses['200']].flatMap((one) => one ?? []))
      for (const media of Object.values(content)) {
        expect(valuesOf(media).length).toBeGreaterThan(0)
        for (const value of valuesOf(media)) expect(faults(media.schema, value)).toEqual([])
      }
  })

  test('every error it may answer with is shown, as it comes', () => {
    const shown = Object.entries(operation.responses).flatMap(([status, { content, description }]) =>
      status === '200'
        ? []
        : Object.entries(content['application/json']!.examples!).map(([code, { value }]) => {
            expect(faults(content['application/json']!.schema, value)).toEqual([])
            expect([value, description]).toMatchObject([{ code }, expect.stringContaining(code)])
            expect(syncErrors[code as keyof typeof syncErrors].status).toBe(Number(status))
            return code
          }),
    )
    const route = allRoutes.find(({ method, path }) => method === operation.method && path === operation.path)!
    expect(shown.sort()).toEqual(refusalsOf(route).sort())
  })
})

test('an example of a stream is one that a parser of events reads, each event as its schema says', () => {
  const media = document.paths['/api/offline/stream']!['get']!.responses['200']!.content['text/event-stream']!
  const heard: string[] = []
  const parser = createParser({
    onEvent: ({ event, data }) => {
      heard.push(event!)
      expect(faults(media['x-events']![event!]!, JSON.parse(data))).toEqual([])
    },
  })
  for (const text of valuesOf(media)) parser.feed(text as string)
  expect(heard).toEqual(['change', 'ping', 'digest'])
  expect(Object.keys(media['x-events']!)).toEqual(['change', 'settled', 'revoked', 'ping', 'digest'])
})

test('the eye that looks at answers is not blind', () => {
  const { schema } = document.paths['/api/offline/verify']!['get']!.responses['200']!.content['application/json']!
  const good = allExamples['GET /api/offline/verify']![0]!.answer as Record<string, unknown>
  expect(faults(schema, good)).toEqual([])
  for (const bad of [
    { ...good, more: 1 },
    { ...good, position: 'x' },
    { ...good, scope: undefined },
    { ...good, scope: 'x' },
  ])
    expect(faults(schema, JSON.parse(JSON.stringify(bad)))).not.toEqual([])
})
