// GET /api/offline/status/:userId — how it stands with one person's devices: for themselves, or an owner of theirs.
// Anyone else gets 403, whether the id exists or not.  Keeps P10.
import { isId, StatusResponse, statusSections, timeRanges } from '@wedsync/protocol'
import * as z from 'zod/mini'
import { ApiError } from '../api-error.ts'
import { route } from '../route.ts'
import type { Steps } from '../steps.ts'

const StatusQuery = z.object({
  timeRange: z.optional(z.enum(Object.keys(timeRanges) as (keyof typeof timeRanges)[])),
  sections: z.optional(
    z.pipe(
      z.string(),
      z.pipe(
        z.transform((text: string) => text.split(',').filter((one) => one !== '')),
        z.array(z.enum(statusSections)),
      ),
    ),
  ),
})

export const status = route<Steps, never, typeof StatusQuery>({
  method: 'GET',
  path: '/api/offline/status/{userId}',
  summary: 'How it stands with one person’s devices',
  who: 'person',
  query: StatusQuery,
  answers: StatusResponse,
  refuses: ['invalid_user_id', 'validation_failed', 'other_user_status'],
  limitedAs: 'read',
  waitsAs: 'status',

  async handle({ params, query, requestId }, steps, caller) {
    const given = params['userId']
    if (!isId(given)) throw new ApiError('invalid_user_id', 'A user id is a UUID.')
    const userId = given.toLowerCase()
    const found = await steps.readStatus(caller, userId, timeRanges[query.timeRange ?? '24h'])
    if (!found)
      throw new ApiError('other_user_status', 'Only that person, or an owner of their organization, may see this.')
    if (userId !== caller.userId) steps.seen.statusOfOtherRead(requestId, caller, userId)
    const { success, timestamp, ...sections } = found
    const wanted = query.sections
    const kept = wanted
      ? Object.fromEntries(Object.entries(sections).filter(([name]) => (wanted as string[]).includes(name)))
      : sections
    return { success, userId, timestamp, ...kept }
  },
})
