// How people say what waits for what: the speeches wait for dinner, and no longer do; and how long each takes, and whether its time is fixed.
import { rightsOf } from '@wedsync/merge'
import type { JsonObject } from '@wedsync/protocol'
import type { Edit, Writing } from './edits.ts'

/** Where a plan has people turn to these: an edit of what waits for what, or of how long it takes; null: not theirs, or nothing there. */
export const pickLinkEdit = (
  { dice, shown, role, crowd, collections }: Writing & { collections: NonNullable<Writing['collections']> },
  kind: 'save' | 'create' | 'remove',
): Edit | null => {
  const [links, items] = ['timeline_dependencies', 'timeline_items'].map((name) => collections.get(name))
  const weddings = shown.filter(({ table }) => table === 'clients')
  if (!links || !items || weddings.length === 0) return null
  const { id: client_id } = dice.pick(weddings)
  const here = (table: string, most: number) =>
    shown
      .filter((row) => row.table === table && row.scope === client_id)
      .sort((one, other) => (one.id < other.id ? -1 : 1))
      .slice(0, most)
  const [lines, waits] = [here('timeline_items', crowd + 2), here('timeline_dependencies', 20)]
  if (kind === 'create') {
    if (lines.length < 2 || !rightsOf(links, role).mayCreate) return null
    const [from_id, to_id] = dice.shuffled(lines).map(({ id }) => id) as [string, string]
    const data = { client_id, from_id, to_id, lag_min: dice.pick([0, 0, 15]) }
    return { does: 'create', table: links.name, id: dice.id(), data }
  }
  const row = waits.length > 0 && dice.is(0.7) ? dice.pick(waits) : lines.length > 0 ? dice.pick(lines) : null
  if (!row) return null
  const { table, id } = row
  if (kind === 'remove') return rightsOf(collections.get(table)!, role).mayDelete ? { does: 'remove', table, id } : null
  const patch: JsonObject =
    table === links.name
      ? { lag_min: dice.between(0, 60) }
      : dice.pick<JsonObject>([
          { duration_min: dice.between(5, 240) },
          { duration_min: dice.between(5, 240) },
          { min_duration_min: dice.between(0, 30) },
          { anchor: dice.pick(['hard', 'hard', 'soft']) },
        ])
  const { changes } = rightsOf(collections.get(table)!, role)
  return Object.keys(patch).every((name) => changes.includes(name)) ? { does: 'save', table, id, patch } : null
}
