// When the plan of a wedding is frozen, by the clock on the venue's wall. In comes the wedding; out go the two moments, in milliseconds of the
// epoch, and its end as a sentence says it. Null where nobody froze it, or nobody can tell.
import type { Freeze } from '@wedsync/merge'
import type { JsonObject } from '@wedsync/protocol'
import { instantOf } from './wall-clock.ts'

export const freezeOf = ({ freeze_from, freeze_to, time_zone }: JsonObject): Freeze | null => {
  if (typeof freeze_from !== 'string' || typeof freeze_to !== 'string' || typeof time_zone !== 'string') return null
  try {
    return { from: instantOf(freeze_from, time_zone), to: instantOf(freeze_to, time_zone), until: inWords(freeze_to) }
  } catch {
    return null
  }
}

// "12:00 on 21 June": the year is nobody's question
const inWords = (wall: string): string => {
  const [day, time] = wall.split('T') as [string, string]
  return `${time.slice(0, 5)} on ${dayAndMonth.format(new Date(`${day}T00:00Z`))}`
}

const dayAndMonth = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' })
