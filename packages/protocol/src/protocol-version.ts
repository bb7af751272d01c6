// The wire's own version. When a message shape moves, a test sees its fingerprint move: raise this, and write its line.
//   1  2026-11  first shapes: sync, status, health, demo sign-in
export const protocolVersion = 1
/** The version of the tables a device of today knows; a device that sends none is taken to know these. */
export const schemaVersionCurrent = 1
