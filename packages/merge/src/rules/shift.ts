// For planned times: "fifteen minutes later" travels beside "at 16:45", and so two people who push the same time back for the same
// reason are not added up. Two shifts for different reasons are proposed as the larger of the two; whoever names a time, and has the
// say, is followed.  Keeps P4, P12: no time that neither of them wrote.
import { type Intent, type Json } from '@wedsync/protocol'
import { inWords } from '../in-words.ts'
import { byAuthority } from './scalar.ts'
import { asked, rule, type Side } from './rule.ts'

export const shift = rule({
  name: 'shift',
  version: 1,
  isSymmetric: true,
  worksOn: ['wall_time', 'time_of_day'],
  decide: (base, one, other, context) => {
    const { called } = context
    const [first, second] = [shiftOf(base, one), shiftOf(base, other)]
    if (first && second) {
      const minutes = [first.minutes, second.minutes].sort((left, right) => left - right)
      const both = minutes.map(inMinutes).join(' and ')
      if (first.cause !== undefined && first.cause === second.cause)
        return asked(
          `Two people moved ${called} for the same reason, by ${both}. They are not added up, so a person decides.`,
        )
      if (Math.sign(first.minutes) !== Math.sign(second.minutes))
        return asked(`One moved ${called} earlier and one later, so a person decides.`)
      const isFirst = Math.abs(first.minutes) > Math.abs(second.minutes)
      return asked(
        `Two people moved ${called}, by ${both}, for different reasons. The larger is proposed, never both together.`,
        (isFirst ? one : other).value,
      )
    }
    const [oneWords, otherWords] = inWords(one.value, other.value)
    return (
      byAuthority(one, other, context) ??
      asked(`One says ${[oneWords, otherWords].sort().join(' and one says ')} for ${called}, so a person decides.`)
    )
  },
})

type Shift = { minutes: number; cause: string | undefined }

// a shift only where the value is what it says it is: from what both started from, by those minutes
const shiftOf = (base: Json | undefined, { value, intent }: Side): Shift | null => {
  if (!isShift(intent)) return null
  const moved = minutesBetween(base, value)
  return moved === intent.minutes && moved !== 0 ? { minutes: moved, cause: intent.cause } : null
}

const isShift = (intent: Intent | null | undefined): intent is Intent & { op: 'shift_by' } => intent?.op === 'shift_by'

const dayMinutes = 24 * 60

// on the wall, and a time of day the shorter way round
const minutesBetween = (from: Json | undefined, to: Json): number | null => {
  if (typeof from !== 'string' || typeof to !== 'string') return null
  if (from.length !== to.length) return null
  if (from.length > 5) return (Date.parse(`${to}Z`) - Date.parse(`${from}Z`)) / 60_000
  const apart = (minuteOf(to) - minuteOf(from) + dayMinutes) % dayMinutes
  return apart > dayMinutes / 2 ? apart - dayMinutes : apart
}

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

const inMinutes = (minutes: number): string =>
  `${Math.abs(minutes)} ${Math.abs(minutes) === 1 ? 'minute' : 'minutes'} ${minutes < 0 ? 'earlier' : 'later'}`
