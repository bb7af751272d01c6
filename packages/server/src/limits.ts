// Every bound of the server that keeps it on its feet, with its reason (H30): connections, time-outs, the breaker, the lines
// in front of the database, and what a connection of the web may take. Bounds of the wire are in packages/protocol.

/**
 * Connections to the database: together about four a core, beyond that two cores only lose (measured). Reads have their own, so
 * that pulls do not starve behind pushes that wait for the clock; so has what is neither, so that a slow page of figures
 * keeps nobody from the plan.
 */
export const connections = { writes: 6, reads: 3, rest: 2 } as const
/** Milliseconds for a connection to open, or to come free: with the lines below it, longer means that something is wrong. */
export const connectMsMax = 2000
/** What the longest transaction may take, in milliseconds: a batch needs a few, a stuck one must not hold the clock. */
export const transactionTimeouts = {
  statement_timeout: 5000,
  lock_timeout: 2000,
  idle_in_transaction_session_timeout: 10_000,
} as const
/** Milliseconds this side waits for an answer: the database gets to give up first; one that is stopped never would. */
export const answerMsMax = 6000
/** Milliseconds of silence after which the platform asks whether the other end is still there. */
export const keepAliveAfterMs = 10_000

/** Milliseconds between two looks at the database, and for one: a database that hangs is noticed within two seconds. */
export const lookEveryMs = 500
export const lookMsMax = 1500
/** Milliseconds for every other look while it is away: a greeting over a long line, and no more. */
export const quickLookMsMax = 600
/** Milliseconds within which somebody else's answer shows that the database is only slow to the watcher. */
export const othersHeardMs = 1000
/** The pause before a breaker that is open tries again grows up to the second within which a database that is back is used. */
export const pauseMs = { first: 250, longest: 1000 } as const
/** Calls that fail in a row, with no answer in between, before nobody is sent there: one connection may be unlucky, five are not. */
export const failuresInARowMax = 5

/** One line: how many are at it, how many may wait, and how many milliseconds. */
export type LineLimits = { atOnce: number; waitingMax: number; waitMsMax: number }

/**
 * Whoever asks the database waits in one of these, least important first: that is the order in which they are sent home. The
 * numbers belong together: as many may wait as are served in the time they may wait, at 30 ms a page on two cores.
 */
export const kinds = {
  /** First loads, and what a stream begins with: nobody's work is in them, and they are the dearest. One connection stays. */
  load: { atOnce: 2, waitingMax: 80, waitMsMax: 2000 },
  /** Figures, history, the queue of conflicts, signing in: somebody looks, and can look again. */
  status: { atOnce: 1, waitingMax: 40, waitMsMax: 2000 },
  /** News for a device that has a cursor: short pages, and the screen is waiting. */
  pull: { atOnce: 2, waitingMax: 150, waitMsMax: 3000 },
  /** What people wrote: all that are let in at all; they wait in the lines below, whose wait together is this long. A phone gives
   * up after thirty seconds, and needs time for the way. */
  push: { atOnce: 500, waitingMax: 0, waitMsMax: 10_000 },
} as const satisfies Record<string, LineLimits>

/** Lines inside: behind them are the connections. All that are let in may wait in them. */
export const innerLines = {
  /** Transactions that write: as many as there are connections for them. */
  writes: { atOnce: connections.writes, waitingMax: 500, waitMsMax: 10_000 },
  /** The page of news that goes home with receipts. */
  pagesOfPushes: { atOnce: 2, waitingMax: 500, waitMsMax: 5000 },
  /** Pages of streams that are open: one connection of the reading pool stays for pulls; a wedding's listeners wake together. */
  pagesOfStreams: { atOnce: 2, waitingMax: 1000, waitMsMax: 10_000 },
  /** Whose cookie this is: one lookup by key. */
  sessions: { atOnce: 1, waitingMax: 200, waitMsMax: 2000 },
} as const satisfies Record<string, LineLimits>

/** Changes of one device go in one after the other. A phone sends one batch at a time: a hundred that wait are a loop gone wild. */
export const turnsOfDevice = { atOnce: 1, waitingMax: 100, waitMsMax: 10_000 } as const satisfies LineLimits
/**
 * All of an organization wait for its clock in the end: with three at once two prepare while one writes, and more only get in
 * each other's way (measured: six at once cost the database a tenth more). It also leaves connections to the others. Those who wait
 * for the same turn go together; see admission/gather.
 */
export const turnsOfOrganization = { atOnce: 3, waitingMax: 500, waitMsMax: 10_000 } as const satisfies LineLimits

/** So many of those who wait for the same turn of an organization are one transaction at most (measured: two turns of eight did more than
 * three of five, and those more than two of five; beyond eight nothing was tried). */
export const batchesTogetherMax = 8

/** A line that is more than this full sends the less important home at once, whether or not there is a place for them. */
export const pressureFrom = 0.5
/** Seconds somebody is told to stay away: long enough to help, short enough that a coordinator does not notice. */
export const retryAfterSeconds = { least: 2, most: 30 } as const
/** Seconds of an outage after which whoever asks is told to stay away for as long as anybody is. */
export const longOutageSeconds = 60
/** Seconds for which reads that were sent home count as "just now" in how it stands. */
export const shedRecentlySeconds = 60
/** Lines of the log a minute about requests that were sent home, for each kind: beyond, they are counted. */
export const shedLinesPerMinute = 6

/** What the HTTP server grants to whoever opens a connection. */
export const httpLimits = {
  /** Milliseconds for the head of a request: one packet, over the worst line there is. */
  headersTimeout: 10_000,
  /** Milliseconds for all of it: a phone gives up after as long itself. Nobody's slow body keeps a place in a line. */
  requestTimeout: 30_000,
  /** Milliseconds a quiet connection is kept: a phone asks every ten seconds, and need not greet anew each time. */
  keepAliveTimeout: 20_000,
  /** Milliseconds between two looks for connections that are too slow. */
  connectionsCheckingInterval: 5000,
  /** Requests on one connection: after an hour or two everybody is spread anew over the servers there are. */
  maxRequestsPerSocket: 1000,
  /** Connections: a thousand streams, as many that ask, and some air. One more is closed before it can say anything. */
  maxConnections: 2500,
} as const
