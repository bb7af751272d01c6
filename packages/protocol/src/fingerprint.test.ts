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
    protocolVersion: 7,
    fingerprint: '9c22659593a88d9daf69e639f785f248bdcda2be87410d989eecdd80f44437da',
  })
})

test('the codes that older phones know stay what they are', () => {
  const { failureCodes, syncErrors } = wire
  expect(
    hashOf([
      Object.entries(failureCodes).map(([code, { retryable }]) => [code, retryable]),
      Object.entries(syncErrors).map(([code, { status, error }]) => [code, status, error]),
    ]),
  ).toBe('d3398c11bcf16c04907e65efc8e30e666997007d5477e0aa00e23f3c06aba684')
})
