// POST and DELETE /api/offline/retry/:changeId — try a failed change once more, or give it up. Both are audited.
import { Discarded, isId, TriedAgain } from '@wedsync/protocol'
import { ApiError } from '../api-error.ts'
import { route } from '../route.ts'
import type { Steps } from '../steps.ts'
import { receiptsOf } from './answer-sync.ts'

export const tryAgain = route<Steps>({
  method: 'POST',
  path: '/api/offline/retry/{changeId}',
  summary: 'Try a failed change, with its group, once more',
  who: 'person',
  answers: TriedAgain,
  refuses: ['not_found', 'already_resolved'],
  limitedAs: 'read',
  waitsAs: 'push',

  async handle({ params, requestId, patience }, steps, caller) {
    const decisions = await steps.tryAgain(caller, requestId, changeIdIn(params), patience)
    const { processed, conflicts, failures } = receiptsOf('', decisions, false, 0)
    return { success: failures.length === 0, processed, conflicts, failures }
  },
})

export const discard = route<Steps>({
  method: 'DELETE',
  path: '/api/offline/retry/{changeId}',
  summary: 'Give up a failed change, with its group, or withdraw one that waits for a person',
  who: 'person',
  answers: Discarded,
  refuses: ['forbidden', 'not_found', 'already_resolved', 'conflict_moved'],
  limitedAs: 'read',
  waitsAs: 'push',

  async handle({ params, requestId, patience }, { discardChange }, caller) {
    const changeId = changeIdIn(params)
    return { success: true, changeId, discarded: await discardChange(caller, requestId, changeId, patience) }
  },
})

const changeIdIn = ({ changeId }: Record<string, string>): string => {
  if (!isId(changeId)) throw new ApiError('not_found', 'There is nothing of yours under this id.')
  return changeId.toLowerCase()
}
