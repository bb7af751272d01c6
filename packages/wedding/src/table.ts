// A table of the room, where it stands and how many sit at it. The house knows its own room: it writes these too.
import { collection, idOf, int, scalar, text } from '@wedsync/merge'
import { planning, team, teamAndVenue } from './roles.ts'

export const table = collection(
  'tables',
  // prettier-ignore
  {
    client_id: idOf('clients').required().fixed().called('the wedding').weighs('critical').guarded(),
    number: int({ min: 0, max: 10_000 }).required().called('the number of the table').merges(scalar).trusts(...planning, 'venue').weighs('medium'),
    shape: text({ max: 40 }).merges(scalar).trusts('venue', ...planning).weighs('low'),
    capacity: int({ min: 0, max: 1000 }).called('how many sit there').merges(scalar).trusts('venue', ...planning).weighs('medium'),
    x: int({ min: -100_000, max: 100_000 }).called('where it stands').merges(scalar).trusts('venue', ...planning).weighs('low').together('place'),
    y: int({ min: -100_000, max: 100_000 }).called('where it stands').merges(scalar).trusts('venue', ...planning).weighs('low').together('place'),
    rotation: int({ min: -360, max: 360 }).called('how it is turned').merges(scalar).trusts('venue', ...planning).weighs('low').together('place'),
  },
  {
    scope: 'wedding',
    // The couple sees the room, or their seating wishes would have no table to name.
    audience: [{ roles: [...teamAndVenue, 'couple'], where: { is: 'any' } }],
    createdBy: teamAndVenue,
    // Not by the house: seats go with a table, and who sits where is nothing it reads.
    deletedBy: team,
    refersTo: { client_id: { table: 'clients', onDelete: 'delete' } },
  },
)
