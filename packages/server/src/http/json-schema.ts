// Takes a schema that checks; hands back the same as JSON Schema 2020-12, for the document of the wire.
import { Id } from '@wedsync/protocol'
import * as z from 'zod/mini'

export type JsonSchema = Record<string, unknown>

/** Answers stay open: a client of today must not stumble over a field of tomorrow. */
export const schemaOf = (schema: z.ZodMiniType, io: 'input' | 'output'): JsonSchema => {
  const made = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const isObject = zodSchema._zod.def.type === 'custom' && !zodSchema._zod.run({ value: [], issues: [] }, {})
      // what an id is turned into is an id
      if (zodSchema === Id) Object.assign(jsonSchema, { type: 'string', format: 'uuid' })
      if (isObject) jsonSchema.type = 'object'
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
    },
  }) as JsonSchema
  delete made['$schema']
  return made
}
