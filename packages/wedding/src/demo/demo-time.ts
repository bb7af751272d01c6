// Days and wall times of demo data, counted from the day of a wedding. In come a day and a distance, out goes the wire form.

/** The day so many days later; earlier with a minus. */
export const daysAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** `15:30` some minutes later, by the clock on the wall; midnight is passed over. */
export const timeAfter = (time: string, minutes: number): string => {
  const all = (((minutesOf(time) + minutes) % 1440) + 1440) % 1440
  return `${String(Math.floor(all / 60)).padStart(2, '0')}:${String(all % 60).padStart(2, '0')}`
}

/** The wall time of a line of the day, moved by some minutes: what begins before six belongs to the night after. */
export const wallTimeOn = (day: string, time: string, shift: number): string => {
  const all = minutesOf(time) + (time < '06:00' ? 1440 : 0) + shift
  return `${daysAfter(day, Math.floor(all / 1440))}T${timeAfter(time, shift)}`
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
