// Takes an attempt to write group by group; makes it until no group takes the time of all others: such a one is left out, and kept for
// another try. Where many do, it is not they who are slow, and the error goes on.  Keeps P3, P14.
import { tooSlowUnit } from '../db/database-errors.ts'

/** Each of them costs a statement's whole time, and a phone waits half a minute. */
const tooSlowMax = 2

export const withoutTheSlow = async <Answer>(
  attempt: (tooSlow: ReadonlySet<string>) => Promise<Answer>,
): Promise<Answer> => {
  const tooSlow = new Set<string>()
  for (;;)
    try {
      return await attempt(tooSlow)
    } catch (error) {
      const unit = tooSlowUnit(error)
      if (unit === null || tooSlow.has(unit) || tooSlow.size === tooSlowMax) throw error
      tooSlow.add(unit)
    }
}
