// The wire's own version. When a message shape moves, a test sees its fingerprint move: raise this, and write its line.
//   1  2026-11  first shapes: sync, status, health, demo sign-in
//   2  2026-11  added beside them, nothing renamed: history, verify, stream, conflicts, retry, what a dry run answers. Older phones do not ask for these
//   3  2026-11  `kept` on a failure: the server keeps the change and tries it again. A phone that does not know it sends the change again and gets the same answer
//   4  2026-11  digests: of bodies, both ways (`X-Content-Digest`), and of each page of a stream (event `digest`). A device of 4 takes nothing
//      for an answer that has none, so it wants a server of 4; a server checks them where they are, so older phones ask as ever
//   5  2026-11  `schemaVersion` on a change, and on whatever else is asked: an app of older tables is answered in its own words, and one of tables
//      that are too old, or not known yet, gets 426 everywhere. A phone that sends none is taken to know the tables its cursor was told in, else today's
//   6  2026-11  `weighed` and `keyedBy` on a contested field: what a rule was told beside the values, and what tells the entries of its list apart.
//      Older phones pass over both
//   7  2026-11  added beside the rest: `trusted` and `keepsPlan` in `weighed` (whose word counted most, with which side the plan held), `explanation`
//      beside a conflict and its history, several harmless conflicts decided in one request. Older phones pass over what they do not know
export const protocolVersion = 7
/** The version of the tables of today; a device that sends none is taken to know these. The steps back are declared beside the tables. */
export const schemaVersionCurrent = 3
/** The version of the tables of everything that does not say one: cursors and stores of devices from before they did. */
export const schemaVersionUnsaid = 3
/** As far as anybody can count. */
export const schemaVersionMax = 1_000_000
