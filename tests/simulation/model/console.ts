// Somebody with a console: plain statements, as the owner of the tables, one transaction each.
import type { JsonObject } from '@wedsync/protocol'
import { insertRows, updateRows, type Engine } from './capture.ts'
import { deleteRows } from './delete-rows.ts'
import { rowKey, type Row } from './rows.ts'

export type Statement =
  | { does: 'open'; organizationId: string }
  | { does: 'insert'; table: string; row: Row }
  | { does: 'update'; table: string; id: string; values: JsonObject }
  | { does: 'delete'; table: string; id: string }

export const runStatement = async (engine: Engine, statement: Statement): Promise<void> => {
  const writer = { userId: null, role: null, deviceId: null, changeIds: new Map<string, string>(), at: engine.now }
  switch (statement.does) {
    case 'open':
      engine.tx.set('clock', statement.organizationId, { head: 0, horizon: 0 })
      return
    case 'insert':
      return insertRows(engine, statement.table, [statement.row], writer)
    case 'update': {
      const key = rowKey(statement.table, statement.id)
      // whoever waited for the row finds it as it is now, or not at all
      await engine.tx.lock(key)
      const row = engine.tx.get<Row>('row', key)
      if (row) await updateRows(engine, statement.table, [{ ...row, ...statement.values }], writer)
      return
    }
    case 'delete':
      await deleteRows(engine, statement.table, [statement.id], writer)
  }
}
