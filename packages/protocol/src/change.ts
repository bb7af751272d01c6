// One edit, by one person, to one record. Declared here and nowhere else; no room renames or reshapes it.
import * as z from 'zod/mini'
import { Id } from './ids.ts'
import { isJsonObject, type JsonObject } from './json.ts'

export const actions = ['create', 'update', 'delete', 'restore'] as const
export type Action = (typeof actions)[number]

/** A bag of fields. Read whole and never copied key by key, so that `__proto__` stays an (unknown) key. */
export const Fields = z.custom<JsonObject>(isJsonObject, 'expected an object')

/** "15 minutes later" beside "at 16:45": what the person meant, where the value alone does not say it. */
export const Intent = z.union([
  z.object({ op: z.literal('shift_by'), minutes: z.int(), cause: z.optional(Id) }),
  z.object({ op: z.literal('set_to') }),
])
export type Intent = z.output<typeof Intent>

const version = z.int().check(z.nonnegative())

export const Change = z.object({
  changeId: z.optional(Id),
  after: z.optional(Id),
  groupId: z.optional(Id),
  action: z.enum(actions),
  table: z.string().check(z.minLength(1), z.maxLength(100)),
  id: Id,
  baseVersion: z.optional(z.nullable(version)),
  data: Fields,
  base: z.optional(Fields),
  intents: z.optional(z.record(z.string(), Intent)),
  // made before a cursor reset: judged by `base` alone, because positions repeat after a restore
  fromBefore: z.optional(z.boolean()),
  // the version of the tables in whose words it was made; the request's where it is missing
  schemaVersion: z.optional(z.int().check(z.nonnegative())),
  timestamp: z.optional(z.string().check(z.maxLength(64))),
  checksum: z.optional(z.string().check(z.regex(/^[0-9a-f]{64}$/i))),
})

/** As it travels; `changeId` may still be missing on an old device. */
export type WireChange = z.output<typeof Change>
/** With its idempotency key: made on the device, or by the server for a device that sent none. */
export type Change = WireChange & { changeId: string }
