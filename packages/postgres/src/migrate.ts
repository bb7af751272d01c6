// Takes an admin's address and a folder of migrations; applies those that are missing, each in one transaction, and hands
// back their names. Keeps its record where the Supabase CLI keeps it, so that `supabase db push` and this agree.
// Any number of runs at once are safe: one works, the others wait and find it done.
import type pg from 'pg'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from './connect.ts'
import { lineOfFailure } from './line-of-failure.ts'
import { PostgresProblem, reasonOf } from './postgres-problem.ts'
import { readMigrations, type Migration } from './read-migrations.ts'

export const migrate = async (adminUrl: string, folder: string): Promise<string[]> => {
  const migrations = readMigrations(folder)
  const session = await connect(adminUrl)
  try {
    await checkVersion(session)
    const done = await findDone(session)
    const applied: string[] = []
    for (const migration of migrations.filter(({ version }) => !done.has(version)))
      if (await applyPatiently(session, migration)) applied.push(migration.file)
    return applied
  } finally {
    await session.end()
  }
}

const checkVersion = async (session: pg.Client): Promise<void> => {
  const { rows } = await session.query<{ version: string }>(`select current_setting('server_version') as version`)
  const version = rows[0]?.version ?? ''
  if (Number.parseInt(version) < 15)
    throw new PostgresProblem(
      `The database is PostgreSQL ${version}, and 15 or later is needed: choose another with DATABASE_URL.`,
    )
}

const record = 'supabase_migrations.schema_migrations'

const findDone = async (session: pg.Client): Promise<Set<string>> => {
  // not to_regclass(): after waiting for another run it would go on answering from what it saw before
  const { rowCount } = await session.query(
    `select from pg_catalog.pg_tables where schemaname || '.' || tablename = '${record}'`,
  )
  if (rowCount === 0) return new Set()
  return new Set(
    (await session.query<{ version: string }>(`select version from ${record}`)).rows.map((row) => row.version),
  )
}

/** Roles belong to the whole cluster: somebody migrating another database of it can be in the way for an instant. */
const triesMax = 5

const applyPatiently = async (session: pg.Client, migration: Migration): Promise<boolean> => {
  for (let tries = 1; ; tries += 1)
    try {
      return await apply(session, migration)
    } catch (error) {
      if (error instanceof PostgresProblem || !passes(error as pg.DatabaseError) || tries === triesMax)
        throw migrationProblem(migration, error)
      await sleep(50 * tries)
    }
}

/** False when another run applied it while this one waited. */
const apply = async (session: pg.Client, { version, name, sql }: Migration): Promise<boolean> => {
  let statementsDone = 0
  const countStatement = () => (statementsDone += 1)
  await session.query('begin')
  try {
    // in the transaction, not in the session: it holds behind a transaction pooler too
    await session.query(`set local statement_timeout = 0; select pg_advisory_xact_lock(hashtext('wedsync:migrate'))`)
    if ((await findDone(session)).has(version)) {
      await session.query('rollback')
      return false
    }
    await session.query(
      `create schema if not exists supabase_migrations;
       create table if not exists ${record} (version text primary key, statements text[], name text)`,
    )
    wireOf(session).on('commandComplete', countStatement)
    await session.query(sql)
    wireOf(session).off('commandComplete', countStatement)
    await session.query(`insert into ${record} (version, statements, name) values ($1, $2, $3)`, [version, [sql], name])
    await session.query('commit')
    // what one file sets for its session is not there for the next: each may be the first of a later run
    await session.query('reset all')
    return true
  } catch (error) {
    wireOf(session).off('commandComplete', countStatement)
    await session.query('rollback').catch(() => undefined)
    throw Object.assign(error as Error, { statementsDone })
  }
}

/** The driver tells of each finished statement on its wire only. */
const wireOf = (session: pg.Client): NodeJS.EventEmitter =>
  (session as unknown as { connection: NodeJS.EventEmitter }).connection

const passes = ({ code, constraint, message }: pg.DatabaseError): boolean =>
  code === '40P01' ||
  (code === 'XX000' && /tuple concurrently (updated|deleted)/.test(message)) ||
  (code === '23505' && /^pg_(authid|auth_members|db_role_setting)/.test(constraint ?? ''))

const migrationProblem = (migration: Migration, error: unknown): PostgresProblem => {
  if (error instanceof PostgresProblem) return error
  const { position, where, statementsDone } = error as pg.DatabaseError & { statementsDone?: number }
  const line = lineOfFailure(migration.sql, {
    position: position === undefined ? undefined : Number(position),
    statementsDone: statementsDone ?? 0,
  })
  const inside = where ? `, in ${where.split('\n')[0] ?? ''}` : ''
  return new PostgresProblem(
    `Migration ${migration.file}, line ${line}: ${reasonOf(error)}${inside}. Nothing of it was applied.`,
    { cause: error },
  )
}
