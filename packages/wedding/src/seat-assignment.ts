// Who sits where: one guest one seat, one seat one guest. A guest without a seat number sits somewhere at that table.
import { ask, collection, idOf, int } from '@wedsync/merge'
import { planning, team } from './roles.ts'

const teamAndCouple = [...team, 'couple'] as const

export const seatAssignment = collection(
  'seat_assignments',
  // prettier-ignore
  {
    client_id: idOf('clients').required().fixed().called('the wedding').weighs('critical').guarded(),
    guest_id: idOf('guests').required().fixed().called('the guest').weighs('high'),
    table_id: idOf('tables').required().called('the table').merges(ask).trusts(...planning, 'couple').weighs('high').together('seat'),
    seat: int({ min: 1, max: 1000 }).merges(ask).trusts(...planning, 'couple').weighs('high').together('seat'),
  },
  {
    scope: 'wedding',
    // Silent: the house reads spaces, not who sits in them.
    audience: [{ roles: teamAndCouple, where: { is: 'any' } }],
    createdBy: teamAndCouple,
    deletedBy: teamAndCouple,
    refersTo: {
      client_id: { table: 'clients', onDelete: 'delete' },
      guest_id: { table: 'guests', onDelete: 'delete' },
      table_id: { table: 'tables', onDelete: 'delete' },
    },
    offers: { seat: { of: 'table_id', upTo: 'capacity' } },
    unique: [
      ['client_id', 'guest_id'],
      ['client_id', 'table_id', 'seat'],
    ],
  },
)
