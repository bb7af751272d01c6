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
    protocolVersion: 2,
    fingerprint: '77c8e34e788b39e88f5e51f6a88712b103dbd2e18339394ae6f2ad8d2c5fdef0',
  })
})

test('the codes that older phones know stay what they are', () => {
  const { failureCodes, syncErrors } = wire
  expect(
    hashOf([
      Object.entries(failureCodes).map(([code, { retryable }]) => [code, retryable]),
      Object.entries(syncErrors).map(([code, { status, error }]) => [code, status, error]),
    ]),
  ).toBe('7bb2428de72faa4ce90f6b74034e711e757cddb962689d308ea13b2e087b2d01')
})
