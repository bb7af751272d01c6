// Takes batches of one organization that wait at this moment; reads them, and has the database write those that are plain, together. Hands
// back for each what it led to: everything, or that there is something left to decide. What is wrong with one is that one's answer.
import { isRefusedByDatabase, isTimedOut } from '../db/database-errors.ts'
import type { Caller } from '../auth/caller.ts'
import { envelopeOf, notReset, readBatch, retried, type Batch, type Parts, type Received } from './batch.ts'
import { plainBatch, type PlainBatch } from './first-look.ts'
import type { FirstAnswer } from './opened-batch.ts'
import { plainDecisions } from './plain-decisions.ts'
import type { ReadChange } from './read-changes.ts'
import { writePlain } from './write-plain.ts'

export type Asked = { caller: Caller; batch: Batch }
/** Written: that is all. Else there is something to decide, or it took too long, or nobody knows who asks. */
export type Look = { changes: ReadChange[]; received: Received | null; isSlow: boolean; isStranger: boolean }

export const lookTogether = async (
  parts: Parts,
  asked: readonly Asked[],
): Promise<PromiseSettledResult<Look>[] | 'apart'> => {
  // read when their turn has come: whoever is sent home before has cost nothing
  const read = asked.map(({ batch }) => settledOf(() => readBatch(parts, batch)))
  const at = parts.clock().toISOString()
  const plain = read.map((one, nth) =>
    one.status === 'fulfilled' ? plainBatch(envelopeOf(asked[nth]!.batch), one.value, parts.ranks, at) : null,
  )
  const sent = asked.flatMap(({ caller, batch }, nth) =>
    plain[nth] ? [{ claims: caller.claims, text: plain[nth].text, retried: retried(parts, batch) }] : [],
  )
  const written = await writePlain(parts.database, sent, parts.chance)
  if (written === 'apart') return written
  const answers = written.values()
  return asked.map(({ batch }, nth) => {
    const one = read[nth]!
    if (one.status === 'rejected') return one
    const answer = plain[nth] ? (answers.next().value ?? null) : null
    return settledOf(() => lookOf(parts, batch, one.value, plain[nth]!, answer))
  })
}

const lookOf = (
  parts: Parts,
  batch: Batch,
  changes: ReadChange[],
  plain: PlainBatch | null,
  answer: PromiseSettledResult<FirstAnswer> | null,
): Look => {
  const open: Look = { changes, received: null, isSlow: false, isStranger: false }
  if (!answer || !plain) return open
  if (answer.status === 'rejected') {
    if (isTimedOut(answer.reason)) return { ...open, isSlow: true }
    // a row is refused, or a change is known already: looked at again, with the ledger in hand
    if (isRefusedByDatabase(answer.reason)) return open
    throw answer.reason
  }
  if ('stranger' in answer.value) return { ...open, isStranger: true }
  const written = notReset(answer.value, parts, batch)
  if ('open' in written) return open
  return { ...open, received: { decisions: plainDecisions(changes, plain.groups, written), order: written.order } }
}

const settledOf = <Value>(make: () => Value): PromiseSettledResult<Value> => {
  try {
    return { status: 'fulfilled', value: make() }
  } catch (reason) {
    return { status: 'rejected', reason }
  }
}
