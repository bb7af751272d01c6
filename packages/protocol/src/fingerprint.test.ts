// The wire has a fingerprint (H36): when a message shape moves, raise protocol-version.ts, write its line of history
// there, choose what older phones are told, and only then put the new hash here.
import { expect, test } from 'vitest'
import * as z from 'zod/mini'
import * as wire from './index.ts'
import { hashOf, protocolVersion, type Json } from './index.ts'

const isSchema = (one: unknown): one is z.ZodMiniType => one instanceof z.ZodMiniType
const shapeOf = (schema: z.ZodMiniType, io: 'input' | 'output') =>
  JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: 'any' }))) as Json
const fingerprint = hashOf(
  Object.fromEntries(
    Object.entries<unknown>(wire).flatMap(([name, one]) =>
      isSchema(one) ? [[name, [shapeOf(one, 'input'), shapeOf(one, 'output')]]] : [],
    ),
  ),
)

test('no message shape moves without a new version of the wire', () => {
  expect({ protocolVersion, fingerprint }).toEqual({
    protocolVersion: 4,
    fingerprint: '56320a9ab6bf55678cebe95064d43eae10c0806408271cbc667de6e2eabd7ff0',
  })
})

test('the codes that older phones know stay what they are', () => {
  const { failureCodes, syncErrors } = wire
  expect(
    hashOf([
      Object.entries(failureCodes).map(([code, { retryable }]) => [code, retryable]),
      Object.entries(syncErrors).map(([code, { status, error }]) => [code, status, error]),
    ]),
  ).toBe('939581a4628a54ed3405442f50c636007fc4241a31ced1a9f79b8c8d95586b81')
})
