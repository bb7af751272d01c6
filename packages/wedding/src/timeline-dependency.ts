// "The speeches begin when dinner has ended": which item of the running order waits for which, and how long after.
// Its ends are what it is: another pair of items is another dependency.
import { ask, collection, idOf, int, oneOf } from '@wedsync/merge'
import { team, teamAndVenue } from './roles.ts'

export const timelineDependency = collection(
  'timeline_dependencies',
  // prettier-ignore
  {
    client_id: idOf('clients').required().fixed().called('the wedding').weighs('critical').guarded(),
    from_id: idOf('timeline_items').required().fixed().called('the item that comes first').weighs('high'),
    to_id: idOf('timeline_items').required().fixed().called('the item that waits').weighs('high'),
    type: oneOf('FS', 'SS', 'FF', 'SF').byDefault('FS').called('what waits for what').merges(ask).weighs('high').together('link'),
    lag_min: int({ min: -2880, max: 2880 }).called('the minutes between').merges(ask).weighs('high').together('link'),
  },
  {
    scope: 'wedding',
    // Silent: vendor, couple and viewer see only some of the items, and a dependency would name the others.
    audience: [{ roles: teamAndVenue, where: { is: 'any' } }],
    createdBy: team,
    deletedBy: team,
    acyclic: { from: 'from_id', to: 'to_id' },
    refersTo: {
      client_id: { table: 'clients', onDelete: 'delete' },
      from_id: { table: 'timeline_items', onDelete: 'delete' },
      to_id: { table: 'timeline_items', onDelete: 'delete' },
    },
  },
)
