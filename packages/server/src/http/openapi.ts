// Takes the list of routes; hands back the document of the wire (OpenAPI 3.1), made from the same schemas that check it.
import { ErrorBody, syncErrors, type SyncErrorCode } from '@wedsync/protocol'
import * as z from 'zod/mini'
import { cookieName } from '../auth/session-cookie.ts'
import type { Route } from './route.ts'

type JsonSchema = Record<string, unknown>

export const openApiOf = <Steps>(routes: Route<Steps>[], refusesOf: (entry: Route<Steps>) => SyncErrorCode[]) => ({
  openapi: '3.1.0',
  info: {
    title: 'WedSync',
    version: '0.1.0',
    summary: 'Offline sync for a wedding day: no edit is ever lost or silently overwritten.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  servers: [{ url: '/' }],
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

const operationOf = <Steps>(entry: Route<Steps>, refuses: SyncErrorCode[]) => ({
  operationId:
    `${entry.method.toLowerCase()}${entry.path.replaceAll(/[^a-zA-Z]+(\w)/g, (_, next: string) => next.toUpperCase())}`.replace(
      /\W/g,
      '',
    ),
  summary: entry.summary,
  security: entry.who === 'person' ? [{ token: [] }, { session: [] }] : [],
  parameters: [...pathParameters(entry.path), ...queryParameters(entry.query), ...headerParameters(entry)],
  ...(entry.takes && {
    requestBody: { required: true, content: { 'application/json': { schema: schemaOf(entry.takes, 'input') } } },
  }),
  responses: {
    '200': { description: 'As asked.', content: { 'application/json': { schema: schemaOf(entry.answers, 'output') } } },
    ...Object.fromEntries(
      [...Map.groupBy(refuses, (code) => syncErrors[code].status)].map(([status, codes]) => [
        String(status),
        {
          description: codes.map((code) => `${syncErrors[code].error} (\`${code}\`)`).join(' · '),
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
        },
      ]),
    ),
  },
})

const pathParameters = (path: string) =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }))

const headerParameters = <Steps>({ who, method }: Route<Steps>) =>
  who === 'person' && method !== 'GET'
    ? [
        {
          ...{ name: 'X-CSRF-Token', in: 'header', required: false, schema: { type: 'string' } },
          description:
            'With a cookie session: what the session handed out; an Origin of this server is needed as well.',
        },
      ]
    : []

const queryParameters = (query: z.ZodMiniType | undefined) => {
  if (!query) return []
  const { properties = {}, required = [] } = schemaOf(query, 'input') as {
    properties?: Record<string, JsonSchema>
    required?: string[]
  }
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }))
}

const schemaOf = (schema: z.ZodMiniType, io: 'input' | 'output'): JsonSchema => {
  const made = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const isObject = zodSchema._zod.def.type === 'custom' && !zodSchema._zod.run({ value: [], issues: [] }, {})
      if (isObject) jsonSchema.type = 'object'
    },
  }) as JsonSchema
  delete made['$schema']
  return made
}
