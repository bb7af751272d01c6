// The only SQL text of the server: one call for each function of the database, prepared by name.
// JSON comes back as text, so that what only passes through is never parsed.
import type { Database, Session } from './pool.ts'

type Db = Database | Session
const textOf = async (db: Db, name: string, text: string, values: unknown[]): Promise<string> => {
  const { rows } = await db.query<{ answer: string }>({ name, text, values })
  return rows[0]!.answer
}

/** Becomes the caller and processes their batch; see sync.receive_batch. */
export const callReceiveBatch = (db: Db, claims: string, batch: string) =>
  textOf(db, 'receive_batch', 'select sync.receive_batch($1, $2::jsonb) as answer', [claims, batch])

/** Writes what was decided, in the transaction that locked it; see write_sync_decisions. */
export const callWriteDecisions = (tx: Session, decided: string) =>
  textOf(tx, 'write_decisions', 'select public.write_sync_decisions($1::jsonb)::text as answer', [decided])

/** Becomes the caller and reads their next page; see sync.pull_page. */
export const callPullPage = (db: Db, claims: string, asked: string) =>
  textOf(db, 'pull_page', 'select sync.pull_page($1, $2::jsonb) as answer', [claims, asked])

/** The status of one person, as the caller may know it; `null` when they may not. See sync.status_for. */
export const callStatusFor = (db: Db, claims: string, userId: string, hours: number) =>
  textOf(db, 'status_for', 'select coalesce(sync.status_for($1, $2, $3)::text, $4) as answer', [
    claims,
    userId,
    hours,
    'null',
  ])

/** The caller's role in their organization, or `nobody`; see sync.assume_caller. */
export const callAssumeCaller = (db: Db, claims: string) =>
  textOf(db, 'assume_caller', 'select sync.assume_caller($1) as answer', [claims])

/** A cookie session for the person of these claims; `null` for no member. See sync.open_session. */
export const callOpenSession = (db: Db, claims: string, sessionHash: Buffer, csrfHash: Buffer, expiresAt: string) =>
  textOf(db, 'open_session', 'select coalesce(sync.open_session($1, $2, $3, $4)::text, $5) as answer', [
    ...[claims, sessionHash, csrfHash, expiresAt],
    'null',
  ])

/** Whose session this is just now, or `null`; see sync.find_session. */
export const callFindSession = (db: Db, sessionHash: Buffer) =>
  textOf(db, 'find_session', 'select coalesce(sync.find_session($1)::text, $2) as answer', [sessionHash, 'null'])

/** Ends a session, and says whether there was one; see sync.end_session. */
export const callEndSession = (db: Db, sessionHash: Buffer) =>
  textOf(db, 'end_session', 'select sync.end_session($1)::text as answer', [sessionHash])

/** Appends to the security log; see sync.record_security. */
export const callRecordSecurity = (db: Db, entries: string) =>
  textOf(db, 'record_security', 'select sync.record_security($1::jsonb)::text as answer', [entries])

/** The key that signs cursors, in hex; see sync.read_cursor_key. */
export const callReadCursorKey = (db: Db) => textOf(db, 'cursor_key', 'select sync.read_cursor_key() as answer', [])

/** The last migration this database has seen; see sync.last_migration. */
export const callLastMigration = (db: Db) =>
  textOf(db, 'last_migration', 'select coalesce(sync.last_migration(), $1) as answer', [''])
