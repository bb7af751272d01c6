// Rows that are deleted, and what the foreign keys make of it. PostgreSQL alters the rows that refer to a deleted one within the same
// statement, and runs the triggers of all of it in the order in which they were queued: the deleted row's own before those of the
// rows that followed it. A table that is met twice before its trigger had its turn is captured once.
import { captureDeletes, captureUpdates, writeUpdates, type Engine, type MovedRow, type Writer } from './capture.ts'
import { rowKey, rowsOf, type Row } from './rows.ts'
import { databaseError } from './state.ts'

type Step =
  | { does: 'follow'; table: string; field: string; onDelete: 'null' | 'delete' | 'refuse'; id: string }
  | { does: 'captureDeletes'; table: string; rows: Row[] }
  | { does: 'captureUpdates'; table: string; rows: MovedRow[] }

/** Answers how many were there. */
export const deleteRows = async (
  engine: Engine,
  name: string,
  ids: readonly string[],
  writer: Writer,
): Promise<number> => {
  const steps: Step[] = []
  const gone = await removeRows(engine, name, ids, steps)
  for (let step = steps.shift(); step; step = steps.shift())
    if (step.does === 'follow') await follow(engine, step, steps)
    else if (step.does === 'captureDeletes') await captureDeletes(engine, step.table, step.rows, writer)
    else await captureUpdates(engine, step.table, step.rows, writer)
  return gone
}

const removeRows = async (engine: Engine, table: string, ids: readonly string[], steps: Step[]): Promise<number> => {
  const { tx, collections } = engine
  const rows: Row[] = []
  for (const id of ids) {
    await tx.lockWhole(rowKey(table, id))
    const row = tx.get<Row>('row', rowKey(table, id))
    if (!row) continue
    tx.remove('row', rowKey(table, id))
    rows.push(row)
    for (const { name, refersTo } of collections.values())
      for (const [field, reference] of Object.entries(refersTo))
        if (reference.table === table)
          steps.push({ does: 'follow', table: name, field, onDelete: reference.onDelete, id })
  }
  const queued = takeQueued(steps, 'captureDeletes', table) as Row[]
  steps.push({ does: 'captureDeletes', table, rows: [...queued, ...rows] })
  return rows.length
}

// forgets the row that went, goes as well, or forbids it
const follow = async (
  engine: Engine,
  { table, field, onDelete, id }: Extract<Step, { does: 'follow' }>,
  steps: Step[],
): Promise<void> => {
  const children = rowsOf(engine.tx, table).filter((row) => row[field] === id)
  if (onDelete === 'refuse') {
    if (children.length > 0) throw databaseError('23503', 'still referenced', { constraint: `${table}_fkey` })
  } else if (onDelete === 'delete')
    await removeRows(
      engine,
      table,
      children.map((row) => row.id),
      steps,
    )
  else {
    const moved = await writeUpdates(
      engine,
      table,
      children.map((row) => ({ ...row, [field]: null })),
    )
    const queued = takeQueued(steps, 'captureUpdates', table) as MovedRow[]
    steps.push({ does: 'captureUpdates', table, rows: [...queued, ...moved] })
  }
}

const takeQueued = (steps: Step[], does: 'captureDeletes' | 'captureUpdates', table: string): (Row | MovedRow)[] => {
  const place = steps.findIndex((step) => step.does === does && step.table === table)
  const [step] = place < 0 ? [] : steps.splice(place, 1)
  return step && step.does !== 'follow' ? step.rows : []
}
