// GET /api/offline/conflicts, GET …/:id, POST …/:id/resolve — what waits for a person, and what a person says about it.
import { ConflictDecision, ConflictDetail, ConflictList, DecidedRecord, Id, isId, severities } from '@wedsync/protocol'
import * as z from 'zod/mini'
import { listed } from '../../review/read-conflicts.ts'
import { ApiError } from '../api-error.ts'
import { route } from '../route.ts'
import type { Steps } from '../steps.ts'

/** Conflicts on one page when nobody says, and at most. */
const [limitDefault, limitMax] = [50, 200]

const ConflictsQuery = z.object({
  status: z.optional(z.enum(['pending', 'resolved'])),
  severity: z.optional(z.enum(severities)),
  scope: z.optional(Id),
  page: z.optional(z.string().check(z.maxLength(300))),
  limit: z.optional(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(limitMax))),
})

export const conflicts = route<Steps, never, typeof ConflictsQuery>({
  method: 'GET',
  path: '/api/offline/conflicts',
  summary: 'What waits for a person, the gravest first',
  who: 'person',
  query: ConflictsQuery,
  answers: ConflictList,
  refuses: ['validation_failed'],
  limitedAs: 'read',
  waitsAs: 'status',

  async handle({ query }, { readConflicts }, caller) {
    const { status = null, severity = null, scope = null, page = null, limit = limitDefault } = query
    return { success: true, ...(await readConflicts(caller, { status, severity, scope, page, limit })) }
  },
})

export const conflict = route<Steps>({
  method: 'GET',
  path: '/api/offline/conflicts/{id}',
  summary: 'One conflict, with what happened to its record around it',
  who: 'person',
  answers: ConflictDetail,
  refuses: ['not_found'],
  limitedAs: 'read',
  waitsAs: 'status',

  async handle({ params }, { readConflict }, caller) {
    return { success: true, ...(await readConflict(caller, conflictIdIn(params))) }
  },
})

export const resolveConflict = route<Steps, typeof ConflictDecision>({
  method: 'POST',
  path: '/api/offline/conflicts/{id}/resolve',
  summary: 'Decide a conflict, or withdraw one’s own side of it',
  who: 'person',
  takes: ConflictDecision,
  answers: DecidedRecord,
  refuses: ['forbidden', 'not_found', 'already_resolved', 'conflict_moved'],
  limitedAs: 'read',
  waitsAs: 'push',

  async handle({ body, params, requestId, patience }, { decideConflict }, caller) {
    const conflictId = conflictIdIn(params)
    const { record, conflict: decided } = await decideConflict(caller, requestId, conflictId, body, patience)
    return { success: true, ...record, conflict: listed(decided) }
  },
})

const conflictIdIn = ({ id }: Record<string, string>): string => {
  if (!isId(id)) throw new ApiError('not_found', 'There is no such conflict.')
  return id.toLowerCase()
}
