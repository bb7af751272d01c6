// Identifiers on the wire: UUIDs, in one spelling. What comes in may be upper case; what goes on is lower case.
import * as z from 'zod/mini'

/** A UUID of any version, turned to lower case, the only spelling inside. */
export const Id = z.pipe(
  z.guid(),
  z.transform((id: string) => id.toLowerCase()),
)

/** True for a text that is a UUID of any version, in either case. */
export const isId = (value: unknown): value is string => typeof value === 'string' && uuid.test(value)

// both cases spelled out: a server looks at hundreds of ids a batch, and the flag for it makes each look twice as long
const uuid = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/
