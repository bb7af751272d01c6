// Between instants and what the clock on the venue's wall shows. A wall time (`2026-06-20T15:30`) means the wedding's zone, wherever
// whoever reads it believes they are. Nothing here asks what time it is. Throws RangeError for a zone this runtime does not know.
/// <reference lib="esnext.temporal" />

const minuteMs = 60_000

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

// older phones, and servers on an older Node, have no Temporal; what they know of zones is in their date format
const offsetMsAt = (epochMs: number, zone: string): number => {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(new Date(epochMs))
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)!.value
  const wall = Date.parse(`${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}Z`)
  return wall - Math.floor(epochMs / minuteMs) * minuteMs
}

const hasTemporal = (): boolean => 'Temporal' in globalThis
