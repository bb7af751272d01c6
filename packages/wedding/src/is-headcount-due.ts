// Whether the day has passed on which the caterer wanted the headcount, by the calendar on the venue's wall: from then on a guest more or
// less is no small matter. In comes the wedding and a moment in milliseconds of the epoch. False where nobody can tell.
import type { JsonObject } from '@wedsync/protocol'
import { wallTimeAt } from './wall-clock.ts'

export const isHeadcountDue = ({ headcount_due_at, time_zone }: JsonObject, at: number | null): boolean => {
  if (typeof headcount_due_at !== 'string' || typeof time_zone !== 'string' || at === null) return false
  try {
    return wallTimeAt(at, time_zone).slice(0, 10) > headcount_due_at
  } catch {
    return false
  }
}
