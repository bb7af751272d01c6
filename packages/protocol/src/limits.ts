// Every bound of the wire, with its reason. Keeps: no queue, page or text without a named end (H30).

/** Changes in one batch: what one transaction writes in a few milliseconds on a small machine. */
export const changesPerBatchMax = 50
/** Changes of one action: a group goes in one batch, so it can be no longer. */
export const changesPerGroupMax = changesPerBatchMax
/** Bytes of a request body after inflating: fifty changes with long notes fit, a bomb does not. */
export const bodyBytesMax = 2 * 1024 * 1024
/** Bytes (UTF-8) of one string: a very long note, far below what a body may hold. */
export const stringBytesMax = 128 * 1024
/** Levels of arrays and objects in a body: our own messages need eight; deeper ones break loggers. */
export const depthMax = 32
/** Records in one page of news when the device does not say. */
export const pullLimitDefault = 500
/** Records in one page of news at most (none: receipts only, for a device with more to send), whatever the device says: about a megabyte. */
export const pullLimitMax = 1000
/** Scopes one device may name: far above the three to five weddings a phone holds. */
export const scopesMax = 500
/** Tries of a change that fails for a reason that may pass. */
export const attemptsMax = 3
/** Entries of a record's history on one page when nobody says: about a screen or two. */
export const historyLimitDefault = 50
/** And at most: a busy record's whole day. */
export const historyLimitMax = 200
/** Conflicts decided alike in one request: more than a planner leaves lying, and each is a transaction of its own. */
export const decisionsTogetherMax = 100
