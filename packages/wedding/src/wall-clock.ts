// Between instants and what the clock on the venue's wall shows. A wall time (`2026-06-20T15:30`) means the wedding's zone, wherever
// whoever reads it believes they are. Nothing here asks what time it is. Throws RangeError for a zone this runtime does not know.
/// <reference lib="esnext.temporal" />

const minuteMs = 60_000
const dayMin = 24 * 60

/** What the clock on the venue's wall shows at this instant, to the minute. */
export const wallTimeAt = (epochMs: number, zone: string): string => {
  if (hasTemporal())
    return Temporal.Instant.fromEpochMilliseconds(epochMs)
      .toZonedDateTimeISO(zone)
      .toPlainDateTime()
      .toString({ smallestUnit: 'minute' })
  return new Date(epochMs + offsetMsAt(epochMs, zone)).toISOString().slice(0, 16)
}

/** The instant at which it shows this, in milliseconds of the epoch. */
export const instantOf = (wall: string, zone: string): number => {
  if (hasTemporal()) return Temporal.PlainDateTime.from(wall).toZonedDateTime(zone).epochMilliseconds
  const asIfUtc = Date.parse(`${wall}Z`)
  return asIfUtc - offsetMsAt(asIfUtc - offsetMsAt(asIfUtc, zone), zone)
}

/** The wall time so many minutes later, as one would write it on a plan: minutes on the wall, whatever the clocks do in between. */
export const addMinutes = (wall: string, minutes: number): string => wallOf(minutesOf(wall) + minutes)

/** A wall time as a number to reckon with, in minutes; `wallOf` is the way back. */
export const minutesOf = (wall: string): number => Date.parse(`${wall}Z`) / minuteMs

export const wallOf = (minutes: number): string => new Date(minutes * minuteMs).toISOString().slice(0, 16)

/** The stretch of wall times that the clock leaves out when it is put forward, or shows twice when it is put back: from, up to, but not with. */
export type ClockChange = { from: string; to: string; shown: 'never' | 'twice' }

/** The change of the clock on this day, or close to it, if there is one. */
export const clockChangeNear = (day: string, zone: string): ClockChange | null => {
  const midnight = minutesOf(`${day}T00:00`)
  let [before, after] = [midnight - dayMin, midnight + 2 * dayMin]
  const [first, last] = [aheadMinAt(before, zone), aheadMinAt(after, zone)]
  if (first === last) return null
  // halved until both sides of the change are one minute apart
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (aheadMinAt(middle, zone) === first) before = middle
    else after = middle
  }
  const [from, to] = [after + Math.min(first, last), after + Math.max(first, last)]
  return { from: wallOf(from), to: wallOf(to), shown: first < last ? 'never' : 'twice' }
}

/** Whether this runtime can tell the time there; an old phone has not heard of a zone that is new. */
export const isKnownZone = (zone: string): boolean => {
  try {
    wallTimeAt(0, zone)
    return true
  } catch {
    return false
  }
}

// how far the wall is ahead of UTC, this many minutes into the epoch
const aheadMinAt = (epochMin: number, zone: string): number =>
  minutesOf(wallTimeAt(epochMin * minuteMs, zone)) - epochMin

// older phones, and servers on an older Node, have no Temporal; what they know of zones is in their date format
const offsetMsAt = (epochMs: number, zone: string): number => {
  const parts = formatFor(zone).formatToParts(new Date(epochMs))
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)!.value
  const wall = Date.parse(`${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}Z`)
  return wall - Math.floor(epochMs / minuteMs) * minuteMs
}

const formatFor = (zone: string): Intl.DateTimeFormat => {
  const known = formats.get(zone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
  formats.set(zone, format)
  return format
}

// making one takes longer than using it a hundred times, and a phone meets a handful of zones
const formats = new Map<string, Intl.DateTimeFormat>()

const hasTemporal = (): boolean => 'Temporal' in globalThis
