// GET /api/offline/history/:table/:id — who changed which field of a record, when, from which device, and why it won.
// A record that is unknown and one that is not the caller's get the same 404.  Keeps P7.
import { HistoryResponse, historyLimitDefault, historyLimitMax } from '@wedsync/protocol'
import * as z from 'zod/mini'
import { ApiError } from '../api-error.ts'
import { route } from '../route.ts'
import type { Steps } from '../steps.ts'

const HistoryQuery = z.object({
  page: z.optional(z.string().check(z.regex(/^\d{1,15}$/))),
  limit: z.optional(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(historyLimitMax))),
})

export const history = route<Steps, never, typeof HistoryQuery>({
  method: 'GET',
  path: '/api/offline/history/{table}/{id}',
  summary: 'Who changed which field of a record, and why it won',
  who: 'person',
  query: HistoryQuery,
  answers: HistoryResponse,
  refuses: ['validation_failed', 'not_found'],
  limitedAs: 'read',
  waitsAs: 'status',

  async handle({ params, query }, { readHistory }, caller) {
    const { table = '', id = '' } = params
    const limit = query.limit ?? historyLimitDefault
    const found = await readHistory(caller, { table, id, before: query.page ?? null, limit })
    if (!found) throw new ApiError('not_found', 'There is no such record.')
    return found
  },
})
