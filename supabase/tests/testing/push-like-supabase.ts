// Takes an address and a folder of migrations; applies them the way `supabase db push` does: each file cut into its
// statements, these sent one after the other through the extended protocol with a single Sync at the end, so that a file
// is one transaction that nobody began, and the record written with them. Nothing is reset between the files.
import pg from 'pg'
import { readMigrations, type Migration } from '../../../packages/postgres/src/read-migrations.ts'

export const pushLikeSupabase = async (url: string, folder: string): Promise<void> => {
  const session = new pg.Client({ connectionString: url })
  await session.connect()
  try {
    await sendTogether(session, [
      { text: "set lock_timeout = '4s'" },
      { text: 'create schema if not exists supabase_migrations' },
      { text: 'create table if not exists supabase_migrations.schema_migrations (version text not null primary key)' },
      { text: 'alter table supabase_migrations.schema_migrations add column if not exists statements text[]' },
      { text: 'alter table supabase_migrations.schema_migrations add column if not exists name text' },
    ])
    for (const migration of readMigrations(folder)) await push(session, migration)
  } finally {
    await session.end()
  }
}

const push = async (session: pg.Client, { file, version, name, sql }: Migration): Promise<void> => {
  const statements = statementsOf(sql)
  const record = {
    text: 'insert into supabase_migrations.schema_migrations (version, name, statements) values ($1, $2, $3)',
    values: [version, name, `{${statements.map((one) => JSON.stringify(one)).join(',')}}`],
  }
  try {
    await sendTogether(session, [...statements.map((text) => ({ text })), record])
  } catch (error) {
    const { done, cause } = error as Error & { done: number; cause: pg.DatabaseError }
    throw new Error(`${file}, statement ${done + 1}: ${cause.message}\n${statements[done] ?? 'the record'}`, { cause })
  }
}

/** Cut at every semicolon that is in no quotes, no dollar quotes, no comment and no brackets, as the command line does. */
export const statementsOf = (sql: string): string[] => {
  const found: string[] = []
  let from = 0
  let depth = 0
  const pieces = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$|[();]/g
  for (const { 0: piece, index } of sql.matchAll(pieces)) {
    if (piece === '(') depth += 1
    if (piece === ')') depth -= 1
    if (piece !== ';' || depth > 0) continue
    found.push(sql.slice(from, index).trim())
    from = index + 1
  }
  return [...found, sql.slice(from).trim()].filter((statement) => statement !== '')
}

type Statement = { text: string; values?: string[] }

/** The driver's own wire: parse, bind and execute for each, and one sync for all. */
type Wire = {
  parse: (message: { text: string; name: string; types: number[] }) => void
  bind: (message: { portal: string; statement: string; values: string[] }) => void
  describe: (message: { type: 'P'; name: string }) => void
  execute: (message: { portal: string; rows: number }) => void
  sync: () => void
}

const sendTogether = (session: pg.Client, statements: Statement[]): Promise<void> =>
  new Promise((resolve, reject) => {
    let done = 0
    let failed: Error | undefined
    const nothing = () => undefined
    session.query({
      submit(wire: Wire) {
        for (const { text, values = [] } of statements) {
          wire.parse({ text, name: '', types: [] })
          wire.bind({ portal: '', statement: '', values })
          wire.describe({ type: 'P', name: '' })
          wire.execute({ portal: '', rows: 0 })
        }
        wire.sync()
      },
      handleCommandComplete: () => (done += 1),
      handleEmptyQuery: () => (done += 1),
      handleError: (error: Error) => (failed ??= error),
      handleReadyForQuery: () =>
        failed ? reject(Object.assign(new Error('not pushed', { cause: failed }), { done })) : resolve(),
      handleRowDescription: nothing,
      handleDataRow: nothing,
      handlePortalSuspended: nothing,
    } as unknown as pg.Submittable)
  })
