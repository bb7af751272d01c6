// Takes a word as the model heard it; hands back how it is said to PostgreSQL: the driver's text and values, with the names the real
// database knows, at the model's time.
import type { JsonObject } from '@wedsync/protocol'
import pg from 'pg'
import type { WireCursor } from '../model/order.ts'
import type { Statement } from '../model/console.ts'
import type { Asked } from '../model/words.ts'
import type { Names } from './names.ts'
import type { Saying } from './sessions.ts'

export const saying = ({ name, text, values, at }: Asked, names: Names): Saying => {
  if (name === 'write') return written(values as Statement[], at)
  return async (connection) => {
    // a transaction begins with its first word, and keeps the time it had then
    if (connection.getTransactionStatus() === 'I') await tellTime(connection, at)
    const asked =
      values.length === 0 && !text.startsWith('select') ? text : { name, text, values: told(name, values, names) }
    const { command, rows } = await connection.query<{ answer: string }>(asked)
    return command === 'SELECT' ? rows[0]!.answer : command
  }
}

const tellTime = (connection: pg.Client, at: number) =>
  connection.query({
    name: 'tell_time',
    text: `select set_config('replay.now', $1, false)`,
    values: [new Date(at).toISOString()],
  })

// only a cursor speaks of what a database made up
const told = (name: string, values: unknown[], names: Names): unknown[] => {
  if (name === 'receive_batches') return values.map((value) => (isBatch(value) ? batchTold(value, names) : value))
  return name === 'receive_batch' || name === 'pull_page' ? [values[0], batchTold(values[1] as string, names)] : values
}

const isBatch = (value: unknown): value is string => typeof value === 'string' && value.startsWith('{"batchId"')

const batchTold = (text: string, names: Names): string => {
  const asked = JSON.parse(text) as { cursor?: WireCursor | null }
  if (!asked.cursor) return text
  const { epoch, mark, scopes, ...rest } = asked.cursor
  const cursor: WireCursor = {
    ...rest,
    epoch: names.realOf('epoch', epoch),
    mark: mark && names.realOf('mark', mark),
    scopes: Object.fromEntries(
      Object.entries(scopes).map(([id, [position, rights, begun, stage]]) => [
        id,
        [position, names.realOf('rights', rights), begun, stage],
      ]),
    ),
  }
  return JSON.stringify({ ...asked, cursor })
}

// -- somebody with a console

const written =
  (statements: readonly Statement[], at: number): Saying =>
  async (connection) => {
    await tellTime(connection, at)
    await connection.query('begin')
    try {
      for (const statement of statements) await connection.query(...sqlOf(statement))
      await connection.query('commit')
    } catch (thrown) {
      await connection.query('rollback')
      throw thrown
    }
    return ''
  }

const sqlOf = (statement: Statement): [string, unknown[]] => {
  if (statement.does === 'open')
    return [`insert into public.organizations (id, name) values ($1, 'A company')`, [statement.organizationId]]
  const table = `public.${pg.escapeIdentifier(statement.table)}`
  const columnsOf = (row: JsonObject) => Object.keys(row).map((name) => pg.escapeIdentifier(name))
  switch (statement.does) {
    case 'insert': {
      const columns = columnsOf(statement.row).join(', ')
      return [
        `insert into ${table} (${columns}) select ${columns} from jsonb_populate_record(null::${table}, $1)`,
        [JSON.stringify(statement.row)],
      ]
    }
    case 'update': {
      const sets = columnsOf(statement.values).map((column) => `${column} = n.${column}`)
      return [
        `update ${table} t set ${sets.join(', ')} from jsonb_populate_record(null::${table}, $1) n where t.id = $2`,
        [JSON.stringify(statement.values), statement.id],
      ]
    }
    case 'delete':
      return [`delete from ${table} where id = $1`, [statement.id]]
  }
}
