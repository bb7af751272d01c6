// Takes a step that needs a transaction; hands back what it answers, committed. A transaction the database aborts
// (serialization, deadlock, a race for one change id) is tried again whole, a few times, with jitter.  Keeps P1, P14.
import { isAborted, isAnswerOwed } from './database-errors.ts'
import type { Database, Session } from './pool.ts'

/** Tries of one transaction: what is aborted more often than that is told to come back. */
const triesMax = 4
/** Milliseconds of the first pause at most; it doubles. */
const pauseMs = 8

export type Retried = (tries: number, code: string) => void

/** Milliseconds after which a transaction of several steps is ended with its connection. With the time-out of the statement
 * that runs then, below the half minute by which sync.seen_until takes a device's memory back. */
const transactionMsMax = 20_000

/** Runs `attempt` until the database does not abort it; after the last try its error goes on. */
export const untilNotAborted = async <Answer>(
  attempt: () => Promise<Answer>,
  chance: () => number,
  retried: Retried,
  isWorthAnother: (error: unknown) => boolean = isAborted,
): Promise<Answer> => {
  for (let tries = 1; ; tries++)
    try {
      return await attempt()
    } catch (error) {
      if (!isWorthAnother(error) || tries === triesMax) throw error
      retried(tries, String((error as { code?: unknown }).code))
      await pause(chance() * pauseMs * 2 ** tries)
    }
}

// the platform's timer, so that whoever lives in other time can put theirs in its place
const pause = (ms: number) => new Promise<void>((over) => setTimeout(over, ms))

/** Thrown by a step that wants nothing of its transaction written; carries what it answers. */
export class RolledBack<Answer> extends Error {
  readonly answer: Answer
  constructor(answer: Answer) {
    super('rolled back on purpose')
    this.answer = answer
  }
}

/** A step that only reads, from one snapshot: whatever commits meanwhile, it sees none of it. */
export const inSnapshot = <Answer>(database: Database, step: (tx: Session) => Promise<Answer>): Promise<Answer> =>
  inTransaction(database, step, 'begin isolation level repeatable read read only')

/** begin, the step, commit. An answer counts only once the commit is through. */
export const inTransaction = async <Answer>(
  database: Database,
  step: (tx: Session) => Promise<Answer>,
  begin = 'begin',
  msMax = transactionMsMax,
): Promise<Answer> => {
  const tx = await database.connect()
  let broken: Error | undefined
  const late = setTimeout(() => void tx.end().catch(() => undefined), msMax)
  try {
    await tx.query(begin)
    const answer = await step(tx)
    const { command } = await tx.query('commit')
    if (command !== 'COMMIT') throw new Error(`the transaction ended with ${command}`)
    return answer
  } catch (error) {
    if (isAnswerOwed(error)) broken = error as Error
    else
      await tx.query('rollback').catch((lost: unknown) => {
        broken = lost instanceof Error ? lost : new Error('rollback failed')
      })
    if (error instanceof RolledBack) return error.answer as Answer
    throw error
  } finally {
    clearTimeout(late)
    tx.release(broken)
  }
}
