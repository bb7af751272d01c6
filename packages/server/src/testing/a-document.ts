// The document of the wire as a test reads it: its operations, and whether a value is what it says. Stricter than a client
// should be: a field the document does not name is a fault. For tests only.
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

export type Media = {
  schema: object
  examples?: Record<string, { summary?: string; value: unknown }>
  'x-events'?: Record<string, object>
}
export type Operation = {
  operationId: string
  summary: string
  tags: string[]
  parameters: { name: string; in: string; schema: object; required: boolean; example?: unknown }[]
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, { description: string; content: Record<string, Media> }>
}
export type Document = {
  openapi: string
  components: { schemas: Record<string, object> }
  paths: Record<string, Record<string, Operation>>
}

export const operationsOf = ({ paths }: Document) =>
  Object.entries(paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
  )

/** What is wrong with a value; empty when nothing is. */
export const createFaults = ({ components }: Document) => {
  const ajv = new Ajv2020({ allErrors: true, strictTypes: false, strictTuples: false, strictRequired: false })
  formats.default(ajv)
  const compiled = new Map<object, ReturnType<typeof ajv.compile>>()
  return (schema: object, value: unknown): string[] => {
    const ref = (schema as { $ref?: string }).$ref
    const found = ref ? components.schemas[ref.split('/').at(-1)!]! : schema
    const validate = compiled.get(found) ?? ajv.compile(closed(found) as object)
    compiled.set(found, validate)
    return validate(value) ? [] : validate.errors!.map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`) // prettier-ignore
  }
}

const closed = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]))
  const isOpen = 'properties' in inner && !('additionalProperties' in inner)
  return isOpen ? { ...inner, additionalProperties: false } : inner
}
