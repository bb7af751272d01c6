// Takes the list of routes; hands back the document of the wire (OpenAPI 3.1), made from the same schemas that check it and
// from examples that a test puts to a real server.
import {
  contentDigestHeader,
  ErrorBody,
  protocolVersion,
  requestIdHeader,
  syncErrors,
  type Json,
  type SyncErrorCode,
} from '@wedsync/protocol'
import { cookieName } from '../auth/session-cookie.ts'
import { errorExample, type Example } from './examples/example.ts'
import { examplesOf } from './examples/all-examples.ts'
import { schemaOf } from './json-schema.ts'
import type { Route } from './route.ts'

export const openApiOf = <Steps>(routes: Route<Steps>[], refusesOf: (entry: Route<Steps>) => SyncErrorCode[]) => ({
  openapi: '3.1.0',
  info: {
    title: 'WedSync',
    version: `0.${protocolVersion}.0`,
    summary: 'Offline sync for a wedding day: no edit is ever lost or silently overwritten.',
    description: introduction,
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  servers: [{ url: '/' }],
  tags: Object.values(tags),
  components: {
    securitySchemes: {
      token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      session: { type: 'apiKey', in: 'cookie', name: cookieName },
    },
    schemas: { Error: schemaOf(ErrorBody, 'output') },
  },
  paths: Object.fromEntries(
    [...new Set(routes.map((entry) => entry.path))].map((path) => [
      path,
      Object.fromEntries(
        routes
          .filter((entry) => entry.path === path)
          .map((entry) => [entry.method.toLowerCase(), operationOf(entry, refusesOf(entry))]),
      ),
    ]),
  ),
})

const introduction = `Changes made on a device go up, news comes down, in one round trip. Every change is answered once and for ever; \
an answer that was lost is asked for again with the same bytes. Fields are added to this document, never renamed or removed: \
a client ignores what it does not know. Sign in with \`Authorization: Bearer <token>\`; on the demo, \`POST /api/auth/demo\` gives you one.

Every JSON answer carries \`${contentDigestHeader}: sha-256=<hex>\` over its text before compression, and the \`${requestIdHeader}\` of its \
request: a body in which either is wrong is not from here, or was damaged on its way. A request may carry both: the digest over the text of its body, \
or, where the address takes none, over its query (what stands behind the question mark). Where that is wrong nothing is done, and \`damaged_request\` is answered.`

const tags = {
  offline: { name: 'Offline sync', description: 'What a device says and hears.' },
  auth: { name: 'Signing in', description: 'How somebody becomes somebody.' },
  health: { name: 'Health', description: 'For whoever runs it.' },
} as const

const tagOf = (path: string): string => {
  const [, name = 'offline'] = /^\/api\/(\w+)/.exec(path) ?? []
  return tags[name as keyof typeof tags]?.name ?? tags.offline.name
}

const operationOf = <Steps>(entry: Route<Steps>, refuses: SyncErrorCode[]) => {
  const examples = examplesOf(entry)
  return {
    operationId: operationIdOf(entry),
    tags: [tagOf(entry.path)],
    summary: entry.summary,
    security: entry.who === 'person' ? [{ token: [] }, { session: [] }] : [],
    parameters: [
      ...pathParameters(entry, examples),
      ...queryParameters(entry, examples),
      ...resumesBy(entry),
      ...provesItsPage(entry),
      ...provesItsText,
    ],
    ...(entry.takes && {
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: schemaOf(entry.shows ?? entry.takes, 'input'),
            ...named(examples.flatMap(({ shows, body }) => (body === undefined ? [] : [[shows, body] as const]))),
          },
        },
      },
    }),
    responses: { '200': answerOf(entry, examples), ...errorsOf(refuses) },
  }
}

const operationIdOf = ({ method, path }: { method: string; path: string }): string =>
  `${method.toLowerCase()}${path.replaceAll(/[^a-zA-Z]+(\w)/g, (_, next: string) => next.toUpperCase())}`.replace(
    /\W/g,
    '',
  )

const answerOf = <Steps>({ answers, streams }: Route<Steps>, examples: Example[]) => {
  const shown = named(examples.map(({ shows, answer }) => [shows, answer] as const))
  if (!streams)
    return {
      description: 'As asked.',
      headers: answerHeaders,
      content: { 'application/json': { schema: schemaOf(answers, 'output'), ...shown } },
    }
  return {
    description: `Server-sent events, for as long as the connection lasts: ${Object.keys(streams).join(', ')}. The data of each is JSON.`,
    content: {
      'text/event-stream': {
        schema: { type: 'string' },
        ...shown,
        // OpenAPI 3.1 has no words for what an event carries
        'x-events': Object.fromEntries(Object.entries(streams).map(([name, one]) => [name, schemaOf(one, 'output')])),
      },
    },
  }
}

const errorsOf = (refuses: SyncErrorCode[]) =>
  Object.fromEntries(
    [...Map.groupBy(refuses, (code) => syncErrors[code].status)].map(([status, codes]) => [
      String(status),
      {
        headers: answerHeaders,
        description: codes.map((code) => `${syncErrors[code].error} (\`${code}\`)`).join(' · '),
        content: {
          'application/json': {
            schema: { $ref: '#/components/schemas/Error' },
            examples: Object.fromEntries(codes.map((code) => [code, { value: errorExample(code) }])),
          },
        },
      },
    ]),
  )

const pathParameters = ({ path }: { path: string }, [first]: Example[]) =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    ...{ name, in: 'path', required: true, schema: { type: 'string' } },
    ...exampleIn(first?.params, name!),
  }))

const queryParameters = <Steps>({ query }: Route<Steps>, [first]: Example[]) => {
  if (!query) return []
  const { properties = {}, required = [] } = schemaOf(query, 'input') as {
    properties?: Record<string, object>
    required?: string[]
  }
  return Object.entries(properties).map(([name, schema]) => ({
    ...{ name, in: 'query', required: required.includes(name) },
    // a query is text, whatever is read from it
    schema: Object.keys(schema).length > 0 ? schema : { type: 'string' },
    ...exampleIn(first?.query, name),
  }))
}

const resumesBy = <Steps>({ streams }: Route<Steps>) =>
  streams
    ? [{ name: 'Last-Event-ID', in: 'header', required: false, description: 'Resumes behind that event.', schema: { type: 'string' } }] // prettier-ignore
    : []

const provesItsPage = <Steps>({ who, method }: Route<Steps>) =>
  who === 'person' && method !== 'GET'
    ? [
        {
          ...{ name: 'X-CSRF-Token', in: 'header', required: false, schema: { type: 'string' } },
          description:
            'With a cookie session: what the session handed out; an Origin of this server is needed as well.',
        },
      ]
    : []

const digestText = { schema: { type: 'string', pattern: '^sha-256=[0-9a-f]{64}$' } }
const provesItsText = [
  {
    ...{ name: contentDigestHeader, in: 'header', required: false, ...digestText },
    description: 'SHA-256 over the text of the body before compression, or of the query where there is no body.',
  },
  {
    ...{ name: requestIdHeader, in: 'header', required: false, schema: { type: 'string', pattern: '^[\\w-]{8,64}$' } },
    description: 'Made anew for every request; the answer says it again.',
  },
]

const answerHeaders = {
  [contentDigestHeader]: { ...digestText, description: 'SHA-256 over the text of this body before compression.' },
  [requestIdHeader]: { schema: { type: 'string' }, description: 'Of the request this answers.' },
}

const exampleIn = (values: Record<string, string | number> | undefined, name: string) =>
  values?.[name] === undefined ? {} : { example: values[name] }

// names of examples are keys: letters and digits only, what they show is their summary
const named = (entries: (readonly [shows: string, value: Json])[]) =>
  entries.length === 0
    ? {}
    : {
        examples: Object.fromEntries(entries.map(([summary, value], nth) => [`example${nth + 1}`, { summary, value }])),
      }
