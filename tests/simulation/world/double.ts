// People who do the same without knowing of one another: they invite the same aunt, write the same envelope down, seat somebody on the
// same chair. What it is hangs on the run alone, so that whoever has such a deed in it does the same as the others.
import { rightsOf } from '@wedsync/merge'
import type { JsonObject } from '@wedsync/protocol'
import { allCollections } from '@wedsync/wedding'
import { diceFor, type Dice } from './dice.ts'
import type { Edit, ShownRow } from './edits.ts'

type Of = { seed: string; dice: Dice; shown: readonly ShownRow[]; role: string }

/** What somebody makes, one after the other; several are one action. */
export const pickDouble = ({ seed, dice, shown, role }: Of): (Edit & { does: 'create' })[] => {
  const run = diceFor(seed, 'double')
  const kind = run.pick(['guest', 'guest with a seat', 'payment', 'payment', 'seat', 'seat'])
  const rows = (table: string, scope?: string) =>
    shown
      .filter((row) => row.table === table && (scope === undefined || row.scope === scope))
      .sort((one, other) => (one.id < other.id ? -1 : 1))
  const [wedding] = rows('clients')
  if (!wedding) return []
  const client_id = wedding.id
  const make = (table: string, data: JsonObject | null): (Edit & { does: 'create' })[] =>
    data &&
    rightsOf(
      allCollections.find(({ name }) => name === table)!,
      role,
    ).mayCreate
      ? [{ does: 'create', table, id: dice.id(), data: { client_id, ...data } }]
      : []
  const [guests, tables, payments] = [rows('guests', client_id), rows('tables', client_id), rows('payments', client_id)]
  const seat = (guest_id: string | undefined): JsonObject | null =>
    guest_id !== undefined && tables.length > 0 ? { guest_id, table_id: tables[0]!.id, seat: 2 } : null
  if (kind === 'payment' && payments.length > 0) {
    const made = make('payment_entries', {
      ...{ payment_id: payments[0]!.id, amount_minor: 20_000, at: '2026-06-20T18:00:00.000Z' },
    })
    if (made.length > 0) return made
  }
  if (kind === 'seat') return make('seat_assignments', seat(guests.length > 0 ? dice.pick(guests).id : undefined))
  const guest = make('guests', { name: dice.pick(['Aunt Rose', 'aunt rose']), household: 'The Millers' })
  return kind === 'guest with a seat' ? [...guest, ...make('seat_assignments', seat(guest[0]?.id))] : guest
}
