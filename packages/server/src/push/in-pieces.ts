// Takes changes that are written together; what takes too long in one piece is taken in two, each in a transaction of its own, as if it
// had come in two requests.  Keeps P11, P14.
import { isTimedOut } from '../db/database-errors.ts'
import type { Decision } from './decision.ts'
import type { ReadChange } from './read-changes.ts'

/** Milliseconds after which nothing is halved any more: a phone waits half a minute, and then it is the database that is slow. */
const halvingMsMax = 12_000

/** `isSlow`: it took too long already, as a whole. `write` hears so of every piece. */
export const inPieces = async (
  changes: ReadChange[],
  isSlow: boolean,
  write: (piece: ReadChange[], isSlow: boolean) => Promise<Decision[]>,
  clock: () => Date,
  until = clock().getTime() + halvingMsMax,
): Promise<Decision[]> => {
  try {
    return await write(changes, isSlow)
  } catch (error) {
    const halves = inHalves(changes)
    if (!isTimedOut(error) || halves.length < 2 || clock().getTime() > until) throw error
    const decisions: Decision[] = []
    for (const half of halves) decisions.push(...(await inPieces(half, true, write, clock, until)))
    return decisions
  }
}

// in their order; a group goes in together or not at all
const inHalves = (changes: readonly ReadChange[]): ReadChange[][] => {
  const units = [...Map.groupBy(changes, ({ groupId, changeId }) => groupId ?? changeId).values()]
  const middle = Math.ceil(units.length / 2)
  return [units.slice(0, middle).flat(), units.slice(middle).flat()].filter((half) => half.length > 0)
}
