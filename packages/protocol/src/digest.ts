// The fingerprint of what stands in a table of a scope: the same on both sides, if both hold the same. Whole readable rows
// in their one canonical spelling, in the order of their ids; versions are left out, for they move with fields a person
// may not read. Pure.  Keeps P5.
import * as z from 'zod/mini'
import { hashOfText } from './checksum.ts'
import { Id } from './ids.ts'
import { canonicalJson, type JsonObject } from './json.ts'

/** One record as somebody may read it, the way news carries it. */
export type HeldRecord = { id: string; data: JsonObject }

/** SHA-256 over the rows, in lower case hex. */
export const digestOf = (records: readonly HeldRecord[]): string => hashOfText(digestText(records))

/** The text a digest is made over: a line per record. */
export const digestText = (records: readonly HeldRecord[]): string =>
  [...records]
    .sort((one, other) => (one.id < other.id ? -1 : one.id > other.id ? 1 : 0))
    .map(({ id, data }) => canonicalJson([id, data]))
    .join('\n')

const TableDigest = z.object({ digest: z.string().check(z.regex(/^[0-9a-f]{64}$/)), records: z.int() })

/** GET /api/offline/verify?scope=…: what a device must hold in a scope, once it has read as far as `position`. */
export const VerifyResponse = z.object({
  success: z.boolean(),
  scope: Id,
  position: z.int(),
  /** Nothing in the scope has moved since: the digests hold for every position from here to `position`. */
  since: z.int(),
  /** Tables in which the person sees no record are left out, and `conflicts`, which are worded for whoever reads them. */
  tables: z.record(z.string(), TableDigest),
})
export type VerifyResponse = z.output<typeof VerifyResponse>
