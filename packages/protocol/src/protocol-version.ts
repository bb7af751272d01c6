// The wire's own version. When a message shape moves, a test sees its fingerprint move: raise this, and write its line.
//   1  2026-11  first shapes: sync, status, health, demo sign-in
//   2  2026-11  added beside them, nothing renamed: history, verify, stream, conflicts, retry, what a dry run answers. Older phones do not ask for these
//   3  2026-11  `kept` on a failure: the server keeps the change and tries it again. A phone that does not know it sends the change again and gets the same answer
export const protocolVersion = 3
/** The version of the tables a device of today knows; a device that sends none is taken to know these. */
export const schemaVersionCurrent = 1
/** The oldest one whose changes can still be translated; a newer one than ours is taken: fields it added are told as unknown. */
export const schemaVersionOldest = 1
