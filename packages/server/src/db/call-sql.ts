// The only SQL text of the server: one call for each function of the database, prepared by name.
// JSON comes back as text, so that what only passes through is never parsed.
import { batchesTogetherMax } from '../limits.ts'
import type { Asks, Session } from './pool.ts'

type Db = Asks
const textOf = async (db: Db, name: string, text: string, values: unknown[]): Promise<string> => {
  const { rows } = await db.query<{ answer: string }>({ name, text, values })
  return rows[0]!.answer
}

/** Becomes the caller and processes their batch; see sync.receive_batch. */
export const callReceiveBatch = (db: Db, claims: string, batch: string) =>
  textOf(db, 'receive_batch', 'select sync.receive_batch($1, $2::jsonb) as answer', [claims, batch])

const places = Array.from({ length: batchesTogetherMax }, (_, nth) => nth + 1)
const batchesSql = `select sync.receive_batches(array[${places.map((nth) => `$${nth}`).join()}],
  array[${places.map((nth) => `$${nth + batchesTogetherMax}`).join()}])::text as answer`

/** Several batches in one transaction, each as whoever sends it; the answers as a JSON list. See sync.receive_batches. */
export const callReceiveBatches = (db: Db, batches: readonly { claims: string; text: string }[]) =>
  textOf(db, 'receive_batches', batchesSql, [
    ...places.map((nth) => batches[nth - 1]?.claims ?? null),
    ...places.map((nth) => batches[nth - 1]?.text ?? null),
  ])

/** Takes what somebody hands over who belongs here no more; `null` where nothing is taken. See sync.take_into_escrow. */
export const callTakeIntoEscrow = (db: Db, claims: string, batch: string) =>
  textOf(db, 'take_into_escrow', 'select coalesce(sync.take_into_escrow($1, $2::jsonb)::text, $3) as answer', [
    ...[claims, batch],
    'null',
  ])

/** The versions a device had seen of some records when it last heard; `null` where that tells nothing. See sync.base_positions. */
export const callBasePositions = (tx: Session, since: string, records: string) =>
  textOf(tx, 'base_positions', 'select coalesce(sync.base_positions($1, $2::jsonb)::text, $3) as answer', [
    ...[since, records],
    'null',
  ])

/** Who holds what only one may hold, or is alike, as the caller who was assumed before may read it; see sync.find_holders. */
export const callFindHolders = (tx: Session, claims: string) =>
  textOf(tx, 'find_holders', 'select sync.find_holders($1::jsonb)::text as answer', [claims])

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

/** What happened to one record, as the caller may know it; `null` for one they may not see. See sync.history_for. */
export const callHistoryFor = (
  db: Db,
  claims: string,
  of: { table: string; id: string; before: string | null; limit: number },
) =>
  textOf(db, 'history_for', 'select coalesce(sync.history_for($1, $2, $3, $4, $5)::text, $6) as answer', [
    ...[claims, of.table, of.id, of.before, of.limit],
    'null',
  ])

/** Every record of a scope as the caller, who was assumed before, may read it; `null` for one not theirs. See sync.read_scope. */
export const callReadScope = (tx: Session, scope: string) =>
  textOf(tx, 'read_scope', 'select coalesce(sync.read_scope($1), $2) as answer', [scope, 'null'])
/** Becomes the caller for this transaction and opens what they decide; see sync.open_decision. */
export const callOpenDecision = (tx: Session, claims: string, batch: string) =>
  textOf(tx, 'open_decision', 'select sync.open_decision($1, $2::jsonb) as answer', [claims, batch])

/** A record and a conflict as the caller of this transaction now reads them; see sync.read_record, sync.read_conflict. */
export const callReadDecided = (tx: Session, table: string, id: string, conflictId: string) =>
  textOf(
    tx,
    'read_decided',
    'select json_build_array(sync.read_record($1, $2), sync.read_conflict($3))::text as answer',
    [table, id, conflictId],
  )

/** A page of the review queue, as the caller may read it; see sync.conflicts_for. */
export const callConflictsFor = (db: Db, claims: string, asked: string) =>
  textOf(db, 'conflicts_for', 'select sync.conflicts_for($1, $2::jsonb)::text as answer', [claims, asked])

/** One conflict with its record's history; `null` for none of the caller's. See sync.conflict_detail. */
export const callConflictDetail = (db: Db, claims: string, conflictId: string) =>
  textOf(db, 'conflict_detail', 'select coalesce(sync.conflict_detail($1, $2)::text, $3) as answer', [
    claims,
    conflictId,
    'null',
  ])

/** A change that the caller may try again or discard, with its group; `null` for none. See sync.handled_for. */
export const callHandledFor = (db: Db, claims: string, changeId: string) =>
  textOf(db, 'handled_for', 'select coalesce(sync.handled_for($1, $2)::text, $3) as answer', [claims, changeId, 'null'])

/** Discards a failed change with its group; answers how many. See sync.discard_for. */
export const callDiscardFor = (db: Db, claims: string, changeId: string, message: string) =>
  textOf(db, 'discard_for', 'select sync.discard_for($1, $2, $3)::text as answer', [claims, changeId, message])

/** Takes kept changes that are due under a lease; see claim_sync_retries. */
export const callClaimRetries = (db: Db, lease: string, seconds: number, devices: number) =>
  textOf(db, 'claim_retries', 'select public.claim_sync_retries($1, $2, $3)::text as answer', [lease, seconds, devices])

/** Gives kept changes back, due again in so many seconds; see sync.release_retries. */
export const callReleaseRetries = (db: Db, lease: string, changeIds: readonly string[], seconds: number) =>
  textOf(db, 'release_retries', 'select sync.release_retries($1, $2, $3)::text as answer', [lease, changeIds, seconds])

/** Brings kept changes to their end without another try; see sync.close_retries. */
export const callCloseRetries = (
  db: Db,
  of: { organizationId: string; lease: string; changeIds: readonly string[]; code: string; message: string },
) =>
  textOf(db, 'close_retries', 'select sync.close_retries($1, $2, $3, $4, $5)::text as answer', [
    ...[of.organizationId, of.lease, of.changeIds, of.code, of.message],
  ])

/** Forgets what is old, a stretch of it; see cleanup_old_sync_records. */
export const callCleanup = (db: Db, days: number, historyDays: number, limit: number) =>
  textOf(db, 'cleanup', 'select public.cleanup_old_sync_records($1, $2, $3)::text as answer', [
    days,
    historyDays,
    limit,
  ])

/** How far the order of some organizations has come, by id; see sync.read_heads. */
export const callReadHeads = (db: Db, organizations: readonly string[]) =>
  textOf(db, 'read_heads', 'select sync.read_heads($1)::text as answer', [organizations])

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
