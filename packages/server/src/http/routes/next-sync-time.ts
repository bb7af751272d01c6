// When a device that hears of nothing in between should ask again.

/** Milliseconds between two questions of a quiet device. */
const pauseMs = 10_000

export const nextSyncTime = (now: Date): string => new Date(now.getTime() + pauseMs).toISOString()
