// GET /api/offline/conflicts, GET …/:id, POST …/:id/resolve, POST …/resolve — what waits for a person, and what a person says about
// it: about one, or alike about several that are harmless.
import {
  ConflictDetail,
  ConflictList,
  DecidedRecord,
  DecisionRequest,
  DecisionsAnswer,
  DecisionsRequest,
  Id,
  isId,
  severities,
} from '@wedsync/protocol'
import * as z from 'zod/mini'
import { listed } from '../../review/read-conflicts.ts'
import { toldDecided } from '../../words/tell-decided.ts'
import { wordsFor } from '../../words/words-for.ts'
import { ApiError } from '../api-error.ts'
import { route } from '../route.ts'
import type { Steps } from '../steps.ts'
import { spoken, SpokenQuery } from './spoken.ts'

/** Conflicts on one page when nobody says, and at most. */
const [limitDefault, limitMax] = [50, 200]

const ConflictsQuery = z.object({
  status: z.optional(z.enum(['pending', 'resolved'])),
  severity: z.optional(z.enum(severities)),
  scope: z.optional(Id),
  page: z.optional(z.string().check(z.maxLength(300))),
  ...spoken,
  limit: z.optional(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(limitMax))),
})

export const conflicts = route<Steps, never, typeof ConflictsQuery>({
  method: 'GET',
  path: '/api/offline/conflicts',
  summary: 'What waits for a person, the gravest first',
  who: 'person',
  query: ConflictsQuery,
  answers: ConflictList,
  refuses: ['validation_failed', 'upgrade_required'],
  limitedAs: 'read',
  waitsAs: 'status',

  async handle({ query }, { readConflicts, schemas }, caller) {
    const { status = null, severity = null, scope = null, page = null, limit = limitDefault } = query
    const words = wordsFor(schemas, query.schemaVersion)
    return { success: true, ...(await readConflicts(caller, { status, severity, scope, page, limit }, words)) }
  },
})

export const conflict = route<Steps, never, typeof SpokenQuery>({
  method: 'GET',
  path: '/api/offline/conflicts/{id}',
  summary: 'One conflict, with what happened to its record around it',
  who: 'person',
  query: SpokenQuery,
  answers: ConflictDetail,
  refuses: ['not_found', 'upgrade_required'],
  limitedAs: 'read',
  waitsAs: 'status',

  async handle({ params, query }, { readConflict, schemas }, caller) {
    const words = wordsFor(schemas, query.schemaVersion)
    return { success: true, ...(await readConflict(caller, conflictIdIn(params), words)) }
  },
})

export const resolveConflict = route<Steps, typeof DecisionRequest>({
  method: 'POST',
  path: '/api/offline/conflicts/{id}/resolve',
  summary: 'Decide a conflict, or withdraw one’s own side of it',
  who: 'person',
  takes: DecisionRequest,
  answers: DecidedRecord,
  refuses: ['forbidden', 'not_found', 'already_resolved', 'conflict_moved', 'upgrade_required'],
  limitedAs: 'read',
  waitsAs: 'push',

  async handle({ body, params, requestId, patience }, { decideConflict, schemas }, caller) {
    const conflictId = conflictIdIn(params)
    const words = wordsFor(schemas, body.schemaVersion)
    const decided = toldDecided(await decideConflict(caller, requestId, conflictId, body, patience), words)
    return { success: true, ...decided.record, conflict: listed(decided.conflict) }
  },
})

export const resolveTogether = route<Steps, typeof DecisionsRequest>({
  method: 'POST',
  path: '/api/offline/conflicts/resolve',
  summary: 'Decide harmless conflicts alike, each by itself',
  who: 'person',
  takes: DecisionsRequest,
  answers: DecisionsAnswer,
  refuses: ['not_found'],
  // as much work as a batch of changes
  limitedAs: 'push',
  waitsAs: 'push',

  async handle({ body, requestId, patience }, { decideTogether }, caller) {
    return { success: true, ...(await decideTogether(caller, requestId, body, patience)) }
  },
})

const conflictIdIn = ({ id }: Record<string, string>): string => {
  if (!isId(id)) throw new ApiError('not_found', 'There is no such conflict.')
  return id.toLowerCase()
}
