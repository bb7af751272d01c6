// Takes what a device says of itself; hands on what the database can keep of it. None of it decides anything, so what
// does not fit is left out: a strange clock or a broken name must not keep a day's work from going up.
import { isStorableText, type DeviceInfo } from '@wedsync/protocol'

/** The largest number a column of PostgreSQL's `integer` holds. */
const integerMax = 2 ** 31 - 1

export const deviceFacts = ({ waiting, oldestWaiting, clock, ...rest }: DeviceInfo): DeviceInfo => ({
  ...Object.fromEntries(Object.entries(rest).filter(([, value]) => typeof value !== 'string' || isStorableText(value))),
  ...(waiting !== undefined && { waiting: Math.min(waiting, integerMax) }),
  ...(oldestWaiting !== undefined && { oldestWaiting: instantOrNull(oldestWaiting) }),
  ...(clock !== undefined && instantOrNull(clock) !== null && { clock: instantOrNull(clock)! }),
})

/** A year that PostgreSQL and JavaScript both know, in the one spelling both read; else null. */
export const instantOrNull = (text: string | null): string | null => {
  const at = text === null ? NaN : Date.parse(text)
  return at >= Date.UTC(1970, 0) && at < Date.UTC(9999, 0) ? new Date(at).toISOString() : null
}
