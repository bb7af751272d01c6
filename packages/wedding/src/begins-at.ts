// When a wedding begins: its ceremony, or its day where that is not set, by the clock on the venue's wall. In comes the wedding; out goes
// the moment, in milliseconds of the epoch. Null where this runtime cannot tell: its zones are Temporal's.
/// <reference lib="esnext.temporal" />
import type { JsonObject } from '@wedsync/protocol'

export const beginsAt = ({ wedding_date, ceremony_start, time_zone }: JsonObject): number | null => {
  const wall = typeof ceremony_start === 'string' ? ceremony_start : wedding_date
  if (typeof wall !== 'string' || typeof time_zone !== 'string' || !('Temporal' in globalThis)) return null
  try {
    return Temporal.PlainDateTime.from(wall).toZonedDateTime(time_zone).epochMilliseconds
  } catch {
    return null
  }
}
