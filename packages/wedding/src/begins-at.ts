// When a wedding begins: its ceremony, or its day where that is not set, by the clock on the venue's wall. In comes the wedding; out goes
// the moment, in milliseconds of the epoch. Null where nobody can tell.
import type { JsonObject } from '@wedsync/protocol'
import { instantOf } from './wall-clock.ts'

export const beginsAt = ({ wedding_date, ceremony_start, time_zone }: JsonObject): number | null => {
  const wall =
    typeof ceremony_start === 'string'
      ? ceremony_start
      : typeof wedding_date === 'string'
        ? `${wedding_date}T00:00`
        : null
  if (wall === null || typeof time_zone !== 'string') return null
  try {
    return instantOf(wall, time_zone)
  } catch {
    return null
  }
}
