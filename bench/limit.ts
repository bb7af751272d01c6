// Takes an empty database; measures what PostgreSQL itself makes of the work: 50 updates and 50 log rows in one statement,
// sent again and again by ten connections, each over its own thousand rows. Nothing is checked: nobody can be faster.
import pg from 'pg'

export type Limit = {
  /** Updates a second. */
  measure: (seconds: number) => Promise<number>
  close: () => Promise<void>
}

const connections = 10
const rowsEach = 1000

const tables = `
  create table items (n int primary key, id uuid not null default gen_random_uuid(), title text not null,
    starts_at timestamptz not null, status text not null, notes text not null, updated_at bigint not null, version bigint not null);
  create table change_log (seq bigint generated always as identity primary key, id uuid not null, fields jsonb not null,
    at timestamptz not null default now());
  insert into items (n, title, starts_at, status, notes, updated_at, version)
  select n, 'Step ' || n, '2026-06-20T10:00Z'::timestamptz + n % 600 * interval '1 min', 'planned',
         'Coordinate with the florist and the string quartet; guests enter from the garden side, ushers at both doors.', n, 1
    from generate_series(0, ${connections * rowsEach - 1}) n`

const statement = `
  with moved as (
    update items i
       set status = 'confirmed', updated_at = updated_at + 1, version = version + 1,
           notes = 'Coordinate with the florist and the string quartet; guests enter from the garden side, ushers at both doors. r1'
      from generate_series($1::int, $1::int + 49) g (n)
     where i.n = g.n
    returning i.id, i.status, i.notes, i.updated_at
  )
  insert into change_log (id, fields)
  select id, jsonb_build_object('status', status, 'notes', notes, 'updated_at', updated_at) from moved`

export const openLimit = async (databaseUrl: string): Promise<Limit> => {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: connections })
  pool.on('error', () => undefined)
  await pool.query(tables)
  await pool.query('vacuum analyze')
  return {
    async measure(seconds) {
      const started = performance.now()
      const sendUntil = started + seconds * 1000
      const counts = await Promise.all(
        Array.from({ length: connections }, (_, nth) => send(pool, nth * rowsEach, sendUntil)),
      )
      const total = counts.reduce((sum, count) => sum + count, 0)
      return (total * 50) / ((performance.now() - started) / 1000)
    },
    close: () => pool.end(),
  }
}

const send = async (pool: pg.Pool, firstRow: number, until: number): Promise<number> => {
  const session = await pool.connect()
  let count = 0
  while (performance.now() < until) {
    await session.query({ name: 'limit', text: statement, values: [firstRow + ((count * 50) % rowsEach)] })
    count += 1
  }
  session.release()
  return count
}
