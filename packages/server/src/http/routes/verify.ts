// GET /api/offline/verify?scope=… — a digest per table of what the caller's device should hold in a scope, and the position
// it holds for. A scope that is unknown and one that is not theirs get the same 404.  Keeps P5, P7.
import { Id, VerifyResponse } from '@wedsync/protocol'
import * as z from 'zod/mini'
import { ApiError } from '../api-error.ts'
import { route } from '../route.ts'
import type { Steps } from '../steps.ts'

const VerifyQuery = z.object({ scope: Id })

export const verify = route<Steps, never, typeof VerifyQuery>({
  method: 'GET',
  path: '/api/offline/verify',
  summary: 'What a device should hold: a digest per table, and the position it holds for',
  who: 'person',
  query: VerifyQuery,
  answers: VerifyResponse,
  refuses: ['validation_failed', 'not_found'],
  limitedAs: 'read',
  waitsAs: 'status',

  async handle({ query }, { verifyScope }, caller) {
    const found = await verifyScope(caller, query.scope)
    if (!found) throw new ApiError('not_found', 'There is no such wedding.')
    return found
  },
})
