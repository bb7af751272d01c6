// A request was refused for something in it. Says what to do next, so that one change holds up no other and is never blamed
// for what is not its fault. Pure.  Keeps P3, P14.
import { type Answer } from './read-answer.ts'

export type Refusal = Answer & { kind: 'refused' }

/**
 * `halve`: send less. `prove`: ask without any change, and then the same once more: a fault may pass, and a request may have
 * been damaged where no digest reaches. `blame`: it is in these changes.
 */
export type Verdict = 'halve' | 'prove' | 'blame'

/** What a run has found out: batches that were refused while the server took a request without them. */
export type Suspicion = { proven: Set<string> }

/** True for an answer that is about what was in the request. */
export const isAboutContent = ({ code, then }: Refusal): boolean =>
  then === 'send-smaller' || then === 'fix-request' || isFault({ code })

/** True where the server stumbled: not a refusal, so nothing is put aside for it. */
export const isFault = ({ code }: Pick<Refusal, 'code'>): boolean => code === 'internal'

/** The verdict on a batch. `isSmallest`: it cannot be halved. */
export const verdictOn = (
  changeIds: readonly string[],
  refusal: Refusal,
  { proven }: Suspicion,
  isSmallest: boolean,
): Verdict => {
  if (isSmallest) return proven.has(nameOf(changeIds)) ? 'blame' : 'prove'
  return isFault(refusal) && proven.size === 0 ? 'prove' : 'halve'
}

/** One name for a batch of these changes. */
export const nameOf = (changeIds: readonly string[]): string => changeIds.join()
