// Takes harmless conflicts and one choice for all of them; decides each by itself, in the order they were named and each in its own
// transaction, and hands back what became of each. What is not harmless, has moved on or is over stays as it is, and is told so.
// Keeps P3, P4, P7.
import { whyNotHarmless } from '@wedsync/merge'
import type { DecisionsAnswer, DecisionsRequest } from '@wedsync/protocol'
import type { Caller } from '../auth/caller.ts'
import { createTryToDecide, noSuchConflict, type Attempt, type Fence, type Refused } from './decide.ts'
import type { ReviewParts } from './open-without-device.ts'

export type DecidedTogether = Omit<DecisionsAnswer, 'success'>

/** A place in the line to the database, for one of them. */
type InLine = <Answer>(step: () => Promise<Answer>) => Promise<Answer>

export const createDecideTogether = (parts: ReviewParts) => {
  const tryToDecide = createTryToDecide(parts, onlyHarmless)
  return async (
    caller: Caller,
    requestId: string,
    { conflicts, choice, note }: DecisionsRequest,
    inLine: InLine,
  ): Promise<DecidedTogether> => {
    const answer: DecidedTogether = { decided: [], failures: [] }
    let isBroken = false
    const decideOne = (conflictId: string, version: number): Promise<Attempt> =>
      inLine(() => tryToDecide(caller, requestId, conflictId, { choice, note, version })).catch((thrown: unknown) => {
        // where nothing went in yet, nothing was written, and that is the answer to all of it
        if (answer.decided.length === 0) throw thrown
        isBroken = true
        parts.events.requestFailed(requestId, 'unavailable', thrown)
        return leftUndone
      })
    for (const [index, { conflictId, version }] of conflicts.entries()) {
      const attempt = isBroken ? leftUndone : await decideOne(conflictId, version)
      if ('decided' in attempt)
        answer.decided.push({ conflictId, version: attempt.decided.conflict['version'] as number })
      else answer.failures.push({ conflictId, index, ...inWords(attempt.refused) })
    }
    return answer
  }
}

// of one that has moved on since they looked, only that is told
const onlyHarmless: Fence = (conflict, { version }) =>
  conflict.status === 'pending' && conflict.version !== version ? null : whyNotHarmless(conflict)

const leftUndone: Attempt = { refused: { code: 'not_written', message: '' } }

// other words than on a phone: nothing is kept of a decision that came so, and nobody tries it again
const inWords = ({ code, message, field }: Refused): Refused => {
  if (code === 'record_missing') return { code: 'not_found', message: noSuchConflict }
  if (code === 'not_written')
    return { code, message: 'It could not be decided just now, and stays as it is. Send the same again.' }
  return { code, message, ...(field !== undefined && { field }) }
}
