// Who somebody is to the database just now: their role, and what they may see.
import { describeCaller, type Caller } from '../model/sight.ts'
import type { Reads } from '../model/state.ts'
import type { Person } from '../world/people.ts'

/** Null for somebody who does not belong to their organization any more. */
export const callerOf = (
  reads: Reads,
  { organizationId, userId }: Pick<Person, 'organizationId' | 'userId'>,
): Caller | null =>
  describeCaller(reads, JSON.stringify({ sub: userId, app_metadata: { organization_id: organizationId } }))
