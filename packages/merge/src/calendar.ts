// Days, times and zones as text. In comes what a device wrote; out goes the one spelling we keep, or null.
// The calendar is the real one: there is no 31 February. Nothing here asks what time it is.  Keeps P13.

/** `2026-06-20`. */
export const readDay = {
  says: 'This must be a day such as 2026-06-20.',
  parse: (text: string): string | null => {
    const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
    return parts && isDay(Number(parts[1]), Number(parts[2]), Number(parts[3])) ? text : null
  },
}

/** `15:30`; seconds are allowed where they are zero, as PostgreSQL writes them, and dropped. */
export const readTimeOfDay = {
  says: 'This must be a time such as 15:30.',
  parse: (text: string): string | null => {
    const parts = /^(([01]\d|2[0-3]):[0-5]\d)(:00(\.0+)?)?$/.exec(text)
    return parts?.[1] ?? null
  },
}

/** `2026-06-20T15:30`; a space for the T and zero seconds are allowed, as PostgreSQL writes them. */
export const readWallTime = {
  says: 'This must be a day and a time such as 2026-06-20T15:30.',
  parse: (text: string): string | null => {
    const date = readDay.parse(text.slice(0, 10))
    const time = readTimeOfDay.parse(text.slice(11))
    return date !== null && time !== null && /^[T ]$/.test(text.charAt(10)) ? `${date}T${time}` : null
  },
}

/** Any offset in; UTC with exactly three decimals out. Decimals beyond the third are cut off, never rounded up. */
export const readInstant = {
  says: 'This must be a moment such as 2026-06-20T15:30:00Z.',
  parse: (text: string): string | null => {
    const parts =
      /^(\d{4}-\d{2}-\d{2})[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}(?::?\d{2})?)$/i.exec(
        text,
      )
    if (!parts || readDay.parse(parts[1]!) === null) return null
    const offset = offsetMinutesOf(parts[6]!)
    if (offset === null) return null
    const millis = (parts[5] ?? '').padEnd(3, '0').slice(0, 3)
    const asRead = `${parts[1]}T${parts[2]}:${parts[3]}:${parts[4] ?? '00'}.${millis}Z`
    if (offset === 0) return asRead
    const moment = new Date(asRead)
    moment.setUTCMinutes(moment.getUTCMinutes() - offset)
    const utc = moment.toISOString()
    return /^\d{4}-/.test(utc) && !utc.startsWith('0000') ? utc : null
  },
}

/** A zone this runtime knows by exactly this name. */
export const readZone = {
  says: 'This must be a time zone such as Europe/London.',
  parse: (text: string): string | null => {
    if (!/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/.test(text)) return null
    try {
      new Intl.DateTimeFormat('en', { timeZone: text })
      return text
    } catch {
      return null
    }
  },
}

const isDay = (year: number, month: number, date: number): boolean => {
  if (year < 1 || month < 1 || month > 12 || date < 1) return false
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
  return date <= lengths[month - 1]!
}

// `Z`, `+01`, `+0100` or `+01:00`, at most fifteen hours away, as PostgreSQL has it
const offsetMinutesOf = (text: string): number | null => {
  if (/^z$/i.test(text)) return 0
  const hours = Number(text.slice(1, 3))
  const minutes = Number(text.slice(3).replace(':', '') || 0)
  if (hours > 15 || minutes > 59) return null
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}
