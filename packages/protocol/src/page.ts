// A slice of the log coming down: records as they stand, in the order of their positions.
import * as z from 'zod/mini'
import { Fields } from './change.ts'
import { Id } from './ids.ts'

/** `delete`: the record is gone. `remove`: it is no longer this person's to see. Else the whole record, as they may read it. */
export const ServerChange = z.object({
  table: z.string(),
  id: Id,
  scope: Id,
  action: z.enum(['create', 'update', 'delete', 'remove']),
  version: z.int(),
  data: z.optional(z.nullable(Fields)),
  timestamp: z.optional(z.string()),
})
export type ServerChange = z.output<typeof ServerChange>

export type Page = {
  serverChanges: ServerChange[]
  cursor: string
  position: number
  hasMore: boolean
  remaining: number
  revokedScopes: string[]
}
