// What a question without a body says of the tables it knows: their version, in the address.
import { schemaVersionMax } from '@wedsync/protocol'
import * as z from 'zod/mini'

/** Part of a query. */
export const spoken = {
  schemaVersion: z.optional(z.coerce.number().check(z.int(), z.nonnegative(), z.maximum(schemaVersionMax))),
}

export const SpokenQuery = z.object(spoken)
