// The wire's own version. When a message shape moves, a test sees its fingerprint move: raise this, and write its line.
//   1  2026-11  first shapes: sync, status, health, demo sign-in
//   2  2026-11  added beside them, nothing renamed: history, verify, stream, conflicts, retry, what a dry run answers. Older phones do not ask for these
//   3  2026-11  `kept` on a failure: the server keeps the change and tries it again. A phone that does not know it sends the change again and gets the same answer
//   4  2026-11  digests: of bodies, both ways (`X-Content-Digest`), and of each page of a stream (event `digest`). A device of 4 takes nothing
//      for an answer that has none, so it wants a server of 4; a server checks them where they are, so older phones ask as ever
export const protocolVersion = 4
/** The version of the tables a device of today knows; a device that sends none is taken to know these. */
export const schemaVersionCurrent = 1
/** The oldest one whose changes can still be translated; a newer one than ours is taken: fields it added are told as unknown. */
export const schemaVersionOldest = 1
