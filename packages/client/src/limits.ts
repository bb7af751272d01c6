// Every bound of the device, with its reason (H30).

/** Bytes of changes in one batch: half of what a body may hold, so that the envelope and an accent always fit. */
export const batchBytesMax = 1024 * 1024
/** A whole request: long enough for a barn, short enough that a hanging one is noticed while the person still looks. */
export const requestTimeoutMs = 30_000
/** Pulling when nothing happens; the server's `nextSyncTime` may say later, never sooner than a second. */
export const pollEveryMs = 10_000
/** With the app out of sight: once in a while is enough. */
export const pollHiddenEveryMs = 60_000
/** After a save: what is typed in one breath goes in one request. */
export const saveDebounceMs = 300
/** The first wait after a failed try, and the longest. */
export const backoffBaseMs = 1_000
export const backoffCapMs = 60_000
/** The network seems back: tried at once, give or take, so that a room of phones does not try in the same instant. */
export const hintSpreadMs = 250
/** An outage that lasts this long has met many devices: when it ends they must not all come in the same moment. */
export const longOutageMs = 60_000
/** How far they spread then: half a minute in a pocket, two seconds in the hand of somebody who waits. */
export const spreadMs = 30_000
export const spreadWatchedMs = 2_000
/** The longest a server may ask us to wait. */
export const retryAfterMaxMs = 15 * 60_000
/** A change the server answered but did not keep is sent again at most this often. */
export const sendAgainEveryMs = 30_000
/** A change the server stumbles over is tried again at most this often, once it did so a few times. */
export const faultWaitCapMs = 5 * 60_000
/** Changes in a row that the server stumbles over in one run: more look like a server that stumbles over everything. */
export const faultsPerRunMax = 5
/** Changes whose next try is remembered; of the others, a try too early is all that is lost. */
export const delaysMax = 1_000
/** Signed out or too old: whether that still holds is asked this often, in case nobody tells us. */
export const slowLaneMs = 5 * 60_000
/** Acknowledged changes are kept this long, to be put back if the server is restored from an older backup. */
export const keptForMs = 35 * 24 * 60 * 60_000
/** And at most this many: a year of one coordinator's edits in a few megabytes. */
export const keptMax = 20_000
/** Cursor resets in one run before taking a breath: two servers behind one address must not make a loop. */
export const resetsPerRunMax = 2
/** Requests of one run before taking a breath: far above any first load, and still an end. */
export const requestsPerRunMax = 2_000
/** The store opens without its second copy when that takes longer. */
export const secondCopyOpensWithinMs = 2_000
/** A save is told without the second copy when writing that takes longer; it is then not written any more until the app opens again. */
export const secondCopyWritesWithinMs = 3_000
/** Bodies above this are sent compressed where the platform can. */
export const gzipAboveBytes = 16 * 1024
/** Records in one page: what a phone lays over without a stutter. */
export const pullLimit = 500
/** Times a device that verifies catches up with a server that moves meanwhile. */
export const verifyTriesMax = 5
/** A stream says something at least every fifteen seconds; after three times that it is dead, whatever the platform says. */
export const streamSilenceMs = 45_000
/** A stream that lived this long was a good one: when it ends, asking at once is worth it. */
export const streamLivedMs = 10_000
/** A stream that ended is made up for within this long: a server that restarts has lost all its listeners at once. */
export const streamAgainWithinMs = 5_000
/** While a stream is open, news comes by itself; asking now and then shows the server how this device stands. */
export const pollWhileFollowingMs = 60_000
/** Characters of an address that every server and proxy takes; a device of very many weddings polls instead. */
export const streamAddressMax = 8_000
