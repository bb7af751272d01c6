// What a database holds, taken away, copied and put back, while its functions and rights stay as they are.
import pg from 'pg'

type Table = { name: string; columns: string }

export type Content = {
  empty: () => Promise<void>
  /** A copy as it is now committed, under a number. */
  copy: (nth: number) => Promise<void>
  putBack: (nth: number) => Promise<void>
}

/** Of a database that nobody has written to yet: what is empty there is what schedules fill. */
export const createContent = async (admin: pg.Pool): Promise<Content> => {
  const tables = await findEmptyTables(admin)
  const copies: string[] = []
  const copyOf = (nth: number, { name }: Table) => `replay.${pg.escapeIdentifier(`copy of ${name} ${nth}`)}`
  const refill = (statements: string[]): Promise<unknown> =>
    admin.query(
      [
        'begin',
        // as a restore does: no trigger of ours has a say
        `set local session_replication_role = 'replica'`,
        // not truncate: whatever was planned for these tables stays planned
        ...tables.map(({ name }) => `delete from ${name}`),
        ...statements,
        'commit',
      ].join(';\n'),
    )
  return {
    empty: async () => {
      await refill([...copies.splice(0).map((copy) => `drop table ${copy}`), 'delete from replay.refused'])
    },
    copy: async (nth) => {
      const each = tables.map((table) => [copyOf(nth, table), table.name] as const)
      copies.push(...each.map(([copy]) => copy))
      await admin.query(
        [
          'begin isolation level repeatable read',
          ...each.map(([copy, name]) => `create table ${copy} as table ${name}`),
          'commit',
        ].join(';\n'),
      )
    },
    putBack: async (nth) => {
      await refill(
        tables.map(
          (table) =>
            `insert into ${table.name} (${table.columns}) overriding system value select ${table.columns} from ${copyOf(nth, table)}`,
        ),
      )
    },
  }
}

const findEmptyTables = async (admin: pg.Pool): Promise<Table[]> => {
  const { rows } = await admin.query<Table>(`
    select c.oid::regclass::text as name, string_agg(format('%I', a.attname), ', ' order by a.attnum) as columns
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     where c.relkind = 'r' and c.relnamespace in ('public'::regnamespace, 'sync'::regnamespace)
     group by c.oid order by c.oid`)
  const counted = await Promise.all(
    rows.map(async (table) => ({ table, any: (await admin.query(`select from ${table.name} limit 1`)).rowCount })),
  )
  return counted.filter(({ any }) => any === 0).map(({ table }) => table)
}
