// Takes plain batches of one organization; hands back what the database answered each. They are one transaction, which takes the clock
// once and is flushed once; where that fails for what may be one of them, each has to go by itself, as if the others had not been there.
// Keeps P1, P14.
import { callReceiveBatch, callReceiveBatches } from '../db/call-sql.ts'
import { isAborted, isRefusedByDatabase, isTimedOut } from '../db/database-errors.ts'
import { untilNotAborted, type Retried } from '../db/in-transaction.ts'
import type { Asks } from '../db/pool.ts'
import type { FirstAnswer } from './opened-batch.ts'

export type AskedPlain = { claims: string; text: string; retried: Retried }

export const writePlain = async (
  database: Asks,
  batches: readonly AskedPlain[],
  chance: () => number,
): Promise<PromiseSettledResult<FirstAnswer>[] | 'apart'> => {
  const [one, ...others] = batches
  if (!one) return []
  if (others.length === 0) return await Promise.allSettled([alone(database, one, chance)])
  try {
    const answers = JSON.parse(await callReceiveBatches(database, batches)) as FirstAnswer[]
    return answers.map((value) => ({ status: 'fulfilled', value }))
  } catch (error) {
    if (isOfOneOfThem(error)) return 'apart'
    throw error
  }
}

const alone = (database: Asks, { claims, text, retried }: AskedPlain, chance: () => number): Promise<FirstAnswer> =>
  untilNotAborted(
    async () => JSON.parse(await callReceiveBatch(database, claims, text)) as FirstAnswer,
    chance,
    retried,
  )

// a row, a lock or a length of time: what is wrong with one of them, or with their being together
const isOfOneOfThem = (error: unknown): boolean => isRefusedByDatabase(error) || isAborted(error) || isTimedOut(error)
