// The venue's own time. A run sheet's times are plain wall times (`2026-06-20T15:30`) and mean the wedding's zone, wherever
// the phone believes it is. In comes an instant or a wall time and a zone; nothing here asks what time it is.
import { addMinutes, instantOf } from '@wedsync/wedding'

export { addMinutes, wallTimeAt } from '@wedsync/wedding'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/** The minutes that really pass between two wall times, also in the night the clocks change. */
export const minutesBetween = (from: string, to: string, zone: string): number =>
  Math.round((instantOf(to, zone) - instantOf(from, zone)) / minuteMs)

/** Whole days from one day to another; negative when the other is past. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${dayOf(to)}T00:00Z`) - Date.parse(`${dayOf(from)}T00:00Z`)) / dayMs)

/** `15:30` typed over `2026-06-20T23:45`: the nearest day on which it makes sense. */
export const retimed = (wall: string, time: string): string =>
  [-1, 0, 1]
    .map((days) => addMinutes(`${dayOf(wall)}T${time}`, days * 24 * 60))
    .sort((one, other) => distance(wall, one) - distance(wall, other))[0]!

export const dayOf = (wall: string): string => wall.slice(0, 10)
export const timeOf = (wall: string): string => wall.slice(11, 16)

/** "Saturday 20 June". */
export const dayInWords = (day: string): string =>
  new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' })
    .format(new Date(`${dayOf(day)}T12:00Z`))
    .replace(',', '')

/** "38 min", "1 h 5 min", "2 h". */
export const minutesInWords = (minutes: number): string => {
  if (minutes < 60) return `${minutes} min`
  const rest = minutes % 60
  return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`
}

const distance = (one: string, other: string): number => Math.abs(Date.parse(`${one}Z`) - Date.parse(`${other}Z`))
