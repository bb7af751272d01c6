// Somebody with a console: what they do to the rows, to people's rights and to the server's time.
import type { JsonObject } from '@wedsync/protocol'
import type { Statement } from '../model/console.ts'
import { rowKey, rowsOf, type Row } from '../model/rows.ts'
import type { Dice } from './dice.ts'
import { editable } from './edits.ts'
import type { Deed } from './plan.ts'
import type { DeedParts } from './world.ts'

export const administer = async (
  deed: Deed,
  dice: Dice,
  { world, says, addObstacle, dropObstacle, passSeasons }: DeedParts,
): Promise<void> => {
  const { model, plan, time } = world
  const home = plan.cast.organizations[0]!
  const rows = (table: string) => rowsOf(model.reads, table).filter((row) => row.organization_id === home)
  const write = (statement: Statement) =>
    model
      .write({ statements: [statement] })
      .catch((thrown: unknown) => says(deed, `psql is told: ${(thrown as Error).message}`))
  const update = (table: string, { id }: Row, values: JsonObject) => {
    says(deed, `psql: ${table}/${id.slice(0, 8)} ${JSON.stringify(values)}`)
    return write({ does: 'update', table, id, values })
  }
  const remove = (table: string, { id }: Row) => {
    says(deed, `psql deletes ${table}/${id.slice(0, 8)}`)
    return write({ does: 'delete', table, id })
  }
  const staff = rows('memberships').filter((row) => row['role'] !== 'owner')
  switch (deed.does) {
    case 'psql': {
      const [table, field] = dice.pick([
        ['timeline_items', 'title'],
        ['timeline_items', 'location'],
        ['notes', 'body'],
        ['notes', 'visibility'],
        ['timeline_items', 'guest_visible'],
        ['guests', 'name'],
      ] as const)
      const mine = rows(table)
      if (mine.length === 0) return
      const row = dice.pick(mine)
      const value =
        field === 'visibility'
          ? dice.pick(['team', 'vendor', 'all'])
          : field === 'guest_visible'
            ? row[field] !== true
            : `psql:${deed.id}`
      return update(table, row, { [field]: value })
    }
    case 'psqlDelete': {
      const table = dice.pick(['timeline_items', 'notes', 'vendor_contacts', 'guests', 'tables'])
      const mine = rows(table)
      return mine.length === 0 ? undefined : remove(table, dice.pick(mine))
    }
    case 'move': {
      const items = rows(dice.pick(['timeline_items', 'notes', 'tasks'] as const))
      const weddings = rows('clients')
      if (items.length === 0 || weddings.length < 2) return
      const row = dice.pick(items)
      const table = ['timeline_items', 'notes', 'tasks'].find((name) => model.reads.get('row', rowKey(name, row.id)))!
      return update(table, row, { client_id: dice.pick(weddings.filter(({ id }) => id !== row['client_id'])).id })
    }
    case 'revoke':
    case 'unassign': {
      const table = deed.does === 'revoke' ? 'memberships' : 'assignments'
      const mine = deed.does === 'revoke' ? staff : rows(table)
      if (mine.length === 0) return
      const row = dice.pick(mine)
      await remove(table, row)
      const again = { ...row, id: dice.id() }
      if (dice.is(0.5)) time.set(() => void write({ does: 'insert', table, row: again }), deed.ms!)
      return
    }
    case 'role': {
      if (staff.length === 0) return
      const row = dice.pick(staff)
      return update('memberships', row, { role: dice.pick(['planner', 'assistant', 'venue', 'couple', 'viewer']) })
    }
    case 'vendor': {
      const contacts = rows('vendor_contacts')
      const people = rows('people').filter((row) => row['role'] === 'vendor')
      if (contacts.length === 0 || people.length === 0) return
      return update('vendor_contacts', dice.pick(contacts), { person_id: dice.is(0.5) ? null : people[0]!.id })
    }
    case 'obstacle': {
      const all = editable.flatMap((table) => rows(table).map(({ id }) => ({ id, key: rowKey(table, id) })))
      const near = all.sort((one, other) => (one.id < other.id ? -1 : 1)).slice(0, plan.crowd)
      if (near.length === 0) return
      const { key } = dice.pick(near)
      says(deed, `something of the team's own refuses ${key.slice(0, 23)} for ${deed.ms} ms`)
      addObstacle(key)
      time.set(() => dropObstacle(key), deed.ms!)
      return
    }
    case 'seasons':
      says(deed, 'seventy days pass for the server')
      passSeasons()
      return
    default:
      throw new Error(`nobody knows how to ${deed.does}`)
  }
}
